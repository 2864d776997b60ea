/** The example examples/policy-pack, on previews of a token. */
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { type ChangingArgs, change, clientToken } from "../engine/clientToken";
import { describeWithCli, TestStack } from "../engine/support";

const policyPacks = [resolve("examples/policy-pack")];

const expires = { expirationInDays: 90 };

/** Arguments as a program without TypeScript's types can give them. */
const untyped = (args: object) => args as ChangingArgs;

/** A stack with the policy pack and one token. */
async function startStack() {
  const args: ChangingArgs = {};
  const test = await TestStack.start(clientToken(args));
  const { subscriptionId } = test.azure.connection;
  const registryId = `/subscriptions/${subscriptionId}/resourceGroups/myresourcegroup/providers/Microsoft.ContainerRegistry/registries/myregistry`;
  return {
    scopeMap: (name: string) => ({ scopeMapId: `${registryId}/scopeMaps/${name}` }),
    up: (others: ChangingArgs) => {
      change(args, others);
      return test.stack.up({ policyPacks, color: "never" });
    },
    /** The error of a preview with these arguments, or an empty text. */
    previewError: (others: ChangingArgs) => {
      change(args, others);
      const preview = test.stack.preview({ policyPacks, color: "never" });
      return preview.then(
        () => "",
        (error: Error) => error.message,
      );
    },
  };
}

describeWithCli("the example policy-pack", () => {
  it("refuses passwords that never expire, of a new and of an existing token", async () => {
    const { up, previewError } = await startStack();
    const expected = /password-expires[\s\S]*Set expirationInDays/;
    expect(await previewError({})).toMatch(expected);

    await up(expires);
    expect(await previewError({})).toMatch(expected);
  });

  it("refuses content/write on every repository, by the actions and by a scope map of the registry", async () => {
    const { previewError, scopeMap } = await startStack();
    for (const access of [
      { repositories: { "*": ["content/read", "content/write"] } } as const,
      untyped({ repositories: { "*": ["Content/Write"] } }),
      scopeMap("_repositories_push"),
      scopeMap("_repositories_push_metadata_write"),
      scopeMap("_Repositories_Admin"),
    ]) {
      const error = await previewError({ ...expires, ...access });
      expect
        .soft(error, JSON.stringify(access))
        .toMatch(/no-write-on-all[\s\S]*Give content\/write on named/);
      expect.soft(error).not.toContain("Set expirationInDays");
    }
  });

  it("accepts tokens that expire and read every repository or write to named repositories", async () => {
    const { previewError, scopeMap } = await startStack();
    for (const access of [
      { repositories: { "*": ["content/read"], "samples/*": ["content/write"] } } as const,
      scopeMap("_repositories_pull"),
    ]) {
      expect(await previewError({ ...expires, ...access })).toBe("");
    }
  });
});
