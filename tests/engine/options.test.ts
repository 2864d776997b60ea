/** What Pulumi's own resource options do to a RegistryToken, as the README says. */
import type { ComponentResourceOptions } from "@pulumi/pulumi";
import { expect, it } from "vitest";
import { RegistryToken } from "../../components/index";
import { describeWithCli, TestStack } from "./support";

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
  it("gets another token where that has its name by default, and the preview says so", async () => {
    const { test, given } = await started();
    const { password } = await test.passwords();
    Object.assign(given, { name: "new-name", options: { aliases: [{ name: "old-name" }] } });
    const { steps } = await test.preview();
    expect(steps).toContain("Token replace");
    expect(steps).toContain("TokenCredentials replace");
    expect(await test.login("old-name", password)).toBe(200);
  });

  it("stays as it is where the token's name is given", async () => {
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
