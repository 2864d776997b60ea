/** After a destroy that Azure refuses, no password is regenerated without a warning. */
import { expect, it } from "vitest";
import { arm, registryPath } from "../../packages/local-azure/tests/support";
import { expectLogin, name, writesSince } from "./adoption";
import { type ChangingArgs, change, clientToken } from "./clientToken";
import { describeWithCli, TestStack } from "./support";

describeWithCli("after a destroy that a lock refused", () => {
  it("the next run keeps the passwords, and says how to take them back into the state", async () => {
    const args: ChangingArgs = {};
    const test = await TestStack.start(clientToken(args));
    await test.up();
    const { password1, password2 } = await test.passwords();
    const request = await arm(test.azure);
    const lock = registryPath(test.azure, "/providers/Microsoft.Authorization/locks/mine");
    await request("PUT", lock, { properties: { level: "CanNotDelete" } });
    await expect(test.stack.destroy()).rejects.toThrow(/ScopeLocked/);
    await request("DELETE", lock);
    expect(await test.passwords()).toMatchObject({ password1, password2 });

    const before = test.azure.requests.length;
    const refusal = /has passwords that are not in this state: password1 and password2[\s\S]*adopt/;
    await expect(test.preview()).rejects.toThrow(refusal);
    await expect(test.up()).rejects.toThrow(refusal);
    expect(writesSince(test, before)).toEqual([]);
    await expectLogin(test, password1, password2);

    change(args, { adopt: { password1, password2 } });
    await test.up();
    expect(writesSince(test, before)).toEqual([]);
    expect(await test.passwords()).toMatchObject({ password1, password2 });
    change(args, {});
    expect((await test.up()).steps).toEqual([]);
    await expectLogin(test, password1, password2);
    await test.stack.destroy();
    expect((await request("GET", registryPath(test.azure, `/tokens/${name}`))).status).toBe(404);
  });
});
