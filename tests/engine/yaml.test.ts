import { join } from "node:path";
import { expect, it } from "vitest";
import { describeWithCli, TestStack } from "./support";

describeWithCli("a YAML program that uses the package", () => {
  it("creates, stays unchanged, keeps its passwords when the token is disabled, and is destroyed", async () => {
    const test = await TestStack.start(join(__dirname, "yaml"));
    expect((await test.preview()).text).toMatch(/password\s*: \[unknown\]/);
    await test.up();
    const { username, password, password2 } = await test.stack.outputs();
    expect(username?.value).toBe("yaml-token");
    expect(password?.secret).toBe(true);
    expect(password2?.secret).toBe(true);
    expect(await test.login("yaml-token", password?.value)).toBe(200);
    expect((await test.up()).steps).toEqual([]);

    await test.stack.setConfig("status", { value: "disabled" });
    expect((await test.up()).steps).toEqual(["TokenAccess update"]);
    expect(await test.login("yaml-token", password?.value)).toBe(401);
    await test.stack.setConfig("status", { value: "enabled" });
    await test.up();
    expect(await test.output("password")).toBe(password?.value);
    expect(await test.login("yaml-token", password?.value)).toBe(200);
    await test.stack.destroy();
  });

  it("shows what is wrong with the arguments on the properties", async () => {
    const test = await TestStack.start(join(__dirname, "yaml"));
    await test.stack.setConfig("status", { value: "on" });
    await expect(test.up()).rejects.toThrow(/status.*must be one of enabled, disabled, got "on"/);
  });
});
