/** The example examples/policy-pack, on previews of a token. */
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { type ChangingArgs, change, clientToken } from "../engine/clientToken";
import { describeWithCli, TestStack } from "../engine/support";

const policyPacks = [resolve("examples/policy-pack")];

describeWithCli("the example policy-pack", () => {
  it("refuses passwords that never expire and content/write on *, by the arguments of a new and of an existing token", {
    timeout: 300_000,
  }, async () => {
    const args: ChangingArgs = {};
    const test = await TestStack.start(clientToken(args));
    const preview = () => test.stack.preview({ policyPacks, color: "never" });

    await expect(preview()).rejects.toThrow(/password-expires[\s\S]*Set expirationInDays/);

    change(args, { expirationInDays: 90, repositories: { "*": ["content/read", "content/write"] } });
    const refused = await preview().catch((error: Error) => error.message);
    expect(refused).toMatch(/no-write-on-all[\s\S]*Give content\/write on named repositories/);
    expect(refused).not.toContain("Set expirationInDays");

    change(args, { expirationInDays: 90 });
    await test.stack.up({ policyPacks, color: "never" });

    change(args, {});
    await expect(preview()).rejects.toThrow(/Set expirationInDays/);
  });
});
