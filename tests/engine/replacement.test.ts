import { expect, it } from "vitest";
import { arm, registryPath } from "../../packages/local-azure/tests/support";
import { type ChangingArgs, change, clientToken } from "./clientToken";
import { describeWithCli, TestStack } from "./support";

describeWithCli("a token that is replaced under pulumi", () => {
  it("has passwords before the old token is deleted, and the delete sends no needless request", async () => {
    const args: ChangingArgs = { tokenName: "old-token" };
    const test = await TestStack.start(clientToken(args));
    await test.up();
    const { password } = await test.passwords();
    expect(await test.login("old-token", password)).toBe(200);

    change(args, { tokenName: "new-token" });
    const since = test.azure.requests.length;
    await test.up();
    const requests = test.azure.requests.slice(since).filter(({ method }) => method !== "GET");
    const indexOf = (method: string, part: string) =>
      requests.findIndex(({ method: sent, url }) => sent === method && url.includes(part));
    const made = indexOf("POST", "/generateCredentials");
    const gone = indexOf("DELETE", "/tokens/old-token");
    expect(made).toBeGreaterThan(-1);
    expect(gone).toBeGreaterThan(made);
    // The slots of a deleted token are not cleared.
    expect(indexOf("PATCH", "/tokens/old-token")).toBe(-1);

    const after = await test.passwords();
    expect(await test.login("new-token", after.password)).toBe(200);
    expect(await test.login("old-token", password)).toBe(401);
    expect((await test.preview()).steps).toEqual([]);
    const resourceManager = await arm(test.azure);
    expect((await resourceManager("GET", registryPath(test.azure, "/tokens/old-token"))).status).toBe(404);
  });
});
