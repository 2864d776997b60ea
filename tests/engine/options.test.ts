/** The effects of Pulumi's resource options on a RegistryToken, as the README describes. */
import { execFileSync } from "node:child_process";
import type { ComponentResourceOptions } from "@pulumi/pulumi";
import { expect, it } from "vitest";
import { RegistryToken } from "../../components/index";
import { describeWith, describeWithCli, onlyAtFullSize, TestStack } from "./support";

const args = {
  resourceGroupName: "myresourcegroup",
  registryName: "myregistry",
  repositories: { "azureiotedge-agent": ["content/read"] },
} as const;

/** A stack of one RegistryToken, of which a test changes name, arguments and options between two runs. */
async function started() {
  const given: { name: string; others: object; options: ComponentResourceOptions } = {
    name: "old-name",
    others: {},
    options: {},
  };
  const test = await TestStack.start(
    async () => new RegistryToken(given.name, { ...args, ...given.others }, given.options).outputs,
  );
  await test.up();
  return { test, given };
}

describeWithCli("a RegistryToken that is renamed with an alias", () => {
  it("stays unchanged if the token's name is given", async () => {
    const { test, given } = await started();
    const { password } = await test.passwords();
    Object.assign(given, {
      name: "new-name",
      options: { aliases: [{ name: "old-name" }] },
      others: { tokenName: "old-name" },
    });
    expect((await test.preview()).steps).toEqual([]);
    await test.up();
    expect((await test.passwords()).password).toBe(password);
    expect(await test.login("old-name", password)).toBe(200);
  });
});

describeWith("a RegistryToken that is renamed with an alias, without a tokenName", onlyAtFullSize, () => {
  it("gets another token if its name is the default, and the preview says so", async () => {
    const { test, given } = await started();
    const { password } = await test.passwords();
    Object.assign(given, { name: "new-name", options: { aliases: [{ name: "old-name" }] } });
    const { steps } = await test.preview();
    expect(steps).toContain("Token replace");
    expect(steps).toContain("TokenCredentials replace");
    expect(await test.login("old-name", password)).toBe(200);
  });
});

describeWithCli("ignoreChanges on a RegistryToken", () => {
  it("does nothing, and a transform does it", async () => {
    const { test, given } = await started();
    given.others = { status: "disabled" };
    given.options = { ignoreChanges: ["status"] };
    expect((await test.preview()).steps).toEqual(["TokenAccess update"]);
    given.options = {
      transforms: [
        ({ type, props, opts }) =>
          type === "acr-token:index:TokenAccess"
            ? { props, opts: { ...opts, ignoreChanges: ["status"] } }
            : undefined,
      ],
    };
    expect((await test.preview()).steps).toEqual([]);
  });
});

describeWithCli("the answer to a leak", () => {
  it.each<[string, ComponentResourceOptions]>([
    ["a protected RegistryToken, after pulumi state unprotect", { protect: true }],
    ["a RegistryToken with retainOnDelete", { retainOnDelete: true }],
  ])("works for %s", async (_, options) => {
    const { test, given } = await started();
    given.options = options;
    await test.up();
    const before = await test.passwords();
    const replace = [await test.urn("acr-token:index:TokenCredentials")];
    if (options.protect) {
      await expect(test.up({ replace })).rejects.toThrow(/unable to replace resource/);
      expect(await test.login("old-name", before.password)).toBe(200);
      await pulumiState(test, "unprotect", replace[0] ?? "");
    }
    await test.up({ replace });
    const after = await test.passwords();
    for (const slot of ["password1", "password2"] as const) {
      expect(await test.login("old-name", before[slot])).toBe(401);
      expect(await test.login("old-name", after[slot])).toBe(200);
    }
    expect((await test.up()).steps).toEqual([]);
    expect(await isProtected(test)).toBe(options.protect ?? false);
  });
});

async function isProtected({ stack }: TestStack): Promise<boolean> {
  const { deployment } = await stack.exportStack();
  const found = deployment.resources.find(({ type }: { type: string }) => /TokenCredentials$/.test(type));
  return found.protect ?? false;
}

/** `pulumi state …` on a resource. */
async function pulumiState({ stack }: TestStack, command: string, urn: string): Promise<void> {
  const { workDir, pulumiHome, envVars } = stack.workspace;
  execFileSync("pulumi", ["state", command, urn, "--yes", "--stack", stack.name], {
    cwd: workDir,
    env: { ...process.env, ...envVars, ...(pulumiHome && { PULUMI_HOME: pulumiHome }) },
    stdio: "pipe",
  });
}
