/** Azure Policy modifies or denies the writes of a stack. */
import type { PolicyAssignment } from "local-azure";
import { expect, it } from "vitest";
import { type ChangingArgs, change, clientToken } from "./clientToken";
import { describeWith, describeWithCli, onlyAtFullSize, TestStack } from "./support";

const disableTokens: PolicyAssignment = {
  name: "disable-tokens",
  displayName: "No tokens in production",
  resourceType: "tokens",
  requires: { status: "disabled" },
  effect: "Modify",
};
const agent = "repositories/azureiotedge-agent/content/read";
const readOnly: PolicyAssignment = {
  name: "read-only",
  resourceType: "scopeMaps",
  requires: { actions: [agent] },
  effect: "Modify",
};

async function login(test: TestStack): Promise<number> {
  return test.login("edge-client", (await test.passwords()).password);
}

describeWithCli("a policy of Azure", () => {
  it("that disables a new token fails the run, and the next one enables the token", async () => {
    const test = await TestStack.start(clientToken({}));
    test.azure.policies.assign(disableTokens);
    await expect(test.up()).rejects.toThrow(
      /request to change the status of token edge-client of registry myregistry .*, but the status is "disabled" instead of "enabled"; the likely cause is Azure Policy/,
    );
    await expect(test.up()).rejects.toThrow(/but the status is "disabled" instead of "enabled"/);
    test.azure.policies.clear();

    await test.up();

    expect(await login(test)).toBe(200);
    expect((await test.preview()).steps).toEqual([]);
  });
});

describeWith("a policy of Azure for scope maps", onlyAtFullSize, () => {
  it("that changes a scope map fails each run until it is written again", async () => {
    // A program in this process hangs if an output that it exports fails (@pulumi/pulumi/automation 3.248).
    const test = await TestStack.start();
    await test.stack.setAllConfig({
      registryName: { value: "myregistry" },
      resourceGroupName: { value: "myresourcegroup" },
    });
    test.azure.policies.assign(readOnly);
    const said =
      /scopeMaps\/connected-registry-pull without repositories\/acr\/connected-registry\/content\/read,.* the likely cause is Azure Policy/;
    await expect(test.up()).rejects.toThrow(said);
    await expect(test.stack.preview({ refresh: true, expectNoChanges: true })).rejects.toThrow(said);
    test.azure.policies.clear();
    await test.stack.setConfig("scopeMapDescription", { value: "Pull, once more" });

    await test.up();

    expect(await test.login("crimagepulltoken", await test.output("password"))).toBe(200);
  });
});

describeWith("another policy of Azure", onlyAtFullSize, () => {
  it("that disables the token with a later write shows in a check for drift, and up fixes it", async () => {
    const args: ChangingArgs = { repositories: { "azureiotedge-agent": ["content/read"] } };
    const test = await TestStack.start(clientToken(args));
    await test.up();
    test.azure.policies.assign(disableTokens);
    change(args, {
      scopeMapId: `${await test.output("scopeMapId")}`.replace(/[^/]+$/, "_repositories_pull"),
    });
    await expect(test.up()).rejects.toThrow(/but the status is "disabled" instead of "enabled"/);
    await expect(test.stack.preview({ refresh: true, expectNoChanges: true })).rejects.toThrow(
      /no changes were expected/,
    );
    test.azure.policies.clear();

    await test.up();

    expect(await login(test)).toBe(200);
    await test.stack.preview({ refresh: true, expectNoChanges: true });
  });

  it("that denies an enabled token is named", async () => {
    const args: ChangingArgs = { status: "disabled" };
    const test = await TestStack.start(clientToken(args));
    test.azure.policies.assign({ ...disableTokens, effect: "Deny" });
    await test.up();
    change(args, {});
    await expect(test.up()).rejects.toThrow(
      /could not change the status of token edge-client .*403 RequestDisallowedByPolicy .*; the assignment "No tokens in production" of Azure Policy .*denies this/,
    );
    test.azure.policies.clear();

    await test.up();

    expect(await login(test)).toBe(200);
  });
});
