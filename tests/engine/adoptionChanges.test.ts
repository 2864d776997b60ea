/** Changes of a program after an adoption, none of which makes the engine delete the imported token. */
import { ComponentResource, type ComponentResourceOptions } from "@pulumi/pulumi";
import { expect, it } from "vitest";
import { RegistryToken } from "../../components/index";
import { arm, makeToken, registryPath } from "../../packages/local-azure/tests/support";
import { expectLogin, name, writesSince } from "./adoption";
import type { ChangingArgs } from "./clientToken";
import { describeWith, describeWithCli, onlyAtFullSize, TestStack } from "./support";

interface Program {
  name: string;
  args: ChangingArgs;
  options: ComponentResourceOptions;
  parent?: string;
}

/** A stack of one RegistryToken, of which a test changes everything between two runs. */
async function started(args: ChangingArgs) {
  const program: Program = { name, args, options: {} };
  const test = await TestStack.start(async () => {
    const parent = program.parent && new ComponentResource("test:index:Parent", program.parent);
    const token = new RegistryToken(
      program.name,
      {
        resourceGroupName: "myresourcegroup",
        registryName: "myregistry",
        repositories: { "azureiotedge-agent": ["content/read"] },
        tokenName: name,
        ...program.args,
      },
      { ...program.options, ...(parent && { parent }) },
    );
    return token.outputs;
  });
  return { test, program };
}

/** A token that was created outside of this stack, and adopted. */
async function adopted() {
  const { test, program } = await started({});
  const { id: tokenId, passwords } = await makeToken(test.azure, { name });
  const [password1, password2] = passwords;
  const adopt = { tokenId, password1, password2 };
  program.args = { adopt };
  await test.up();
  return { test, program, adopt, passwords };
}

/** A token that this stack created. */
async function madeHere() {
  const { test, program } = await started({});
  await test.up();
  const { password1, password2 } = await test.passwords();
  const tokenId = registryPath(test.azure, `/tokens/${name}`);
  return { test, program, adopt: { tokenId, password1, password2 }, passwords: [password1, password2] };
}

async function expectNoChange(test: TestStack, passwords: readonly (string | undefined)[]): Promise<void> {
  const before = test.azure.requests.length;
  const { steps } = await test.up();
  expect(steps.filter((step) => !/same$/.test(step))).toEqual([]);
  expect(writesSince(test, before)).toEqual([]);
  await expectLogin(test, ...passwords);
}

describeWithCli("after an adoption, with adopt left in the program,", () => {
  it("another letter case in a name or an id is no change", async () => {
    const { test, program, adopt, passwords } = await adopted();
    const inCase = (id: string) => id.replace("/subscriptions/", "/Subscriptions/").toUpperCase();
    const changes: ChangingArgs[] = [
      { adopt, resourceGroupName: "MyResourceGroup" },
      { adopt, registryName: "MyRegistry" },
      { adopt, tokenName: "Edge-Client", scopeMapName: `${name}-scope-map` },
      { adopt, scopeMapName: `${name}-Scope-Map` },
      { adopt: { ...adopt, tokenId: inCase(adopt.tokenId) } },
    ];
    for (const change of changes) {
      program.args = change;
      await expectNoChange(test, passwords);
    }
  });

  it.each<[string, Partial<Program>]>([
    ["a rename without an alias", { name: "renamed" }],
    ["a move under a parent without an alias", { parent: "parent" }],
  ])("%s keeps the token and its passwords", async (_, change) => {
    const { test, program, passwords } = await adopted();
    Object.assign(program, change);
    await test.up();
    await expectLogin(test, ...passwords);
    await expectNoChange(test, passwords);
    expect(await test.output("password")).toBe(passwords[0]);
  });
});

describeWith("a destroy after an adoption", onlyAtFullSize, () => {
  it("a destroy leaves the token; without adopt it deletes the token", async () => {
    const { test, program, adopt, passwords } = await adopted();
    await test.stack.destroy();
    await expectLogin(test, ...passwords);

    program.args = { adopt };
    await test.up();
    program.args = {};
    await expectNoChange(test, passwords);
    await test.stack.destroy();
    expect((await (await arm(test.azure))("GET", adopt.tokenId)).status).toBe(404);
  });
});

describeWithCli("adopt that is added to a token that this stack created", () => {
  it("keeps the token in a state that has lost its TokenAccess, in any letter case", async () => {
    const { test, program, adopt, passwords } = await madeHere();
    const state = await test.stack.exportStack();
    const lost = ["acr-token:index:TokenAccess", "acr-token:index:TokenCredentials"];
    state.deployment.resources = state.deployment.resources.filter(
      ({ type }: { type: string }) => !lost.includes(type),
    );
    await test.stack.importStack(state);
    program.args = { adopt: { ...adopt, tokenId: adopt.tokenId.toUpperCase() }, registryName: "MyRegistry" };
    const steps = ["TokenAccess create", "TokenCredentials create"];
    expect((await test.preview()).steps.sort()).toEqual(steps);
    expect((await test.up()).steps.sort()).toEqual(steps);
    await expectLogin(test, ...passwords);
    await expectNoChange(test, passwords);
  });

  it("with a rename without an alias ends before the token is deleted, and says what to do", async () => {
    const { test, program, adopt, passwords } = await madeHere();
    program.name = "renamed";
    program.args = { adopt };
    for (let run = 0; run < 2; run++) {
      await expect(test.up()).rejects.toThrow(
        /refused to delete .*\/tokens\/edge-client: .*pulumi state delete/,
      );
      await expectLogin(test, ...passwords);
    }
    program.options = { aliases: [{ name }] };
    await expect(test.up()).rejects.toThrow(/refused to delete/);
    await expectLogin(test, ...passwords);
  });
});

describeWith(
  "adopt that is added to a token that this stack created, with nothing else",
  onlyAtFullSize,
  () => {
    it("is no change, in any letter case", async () => {
      const { test, program, adopt, passwords } = await madeHere();
      program.args = {
        adopt: { ...adopt, tokenId: adopt.tokenId.toUpperCase() },
        registryName: "MyRegistry",
      };
      await expectNoChange(test, passwords);
      program.args = { registryName: "myregistry" };
      await expectNoChange(test, passwords);
    });
  },
);
