import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder, writeFiles } from "./languages";
import { describeWithCli, TestStack } from "./support";

async function start(status: string): Promise<TestStack> {
  const test = await TestStack.start(resolve("examples/yaml"));
  await test.stack.setAllConfig({
    registryName: { value: "myregistry" },
    resourceGroupName: { value: "myresourcegroup" },
    status: { value: status },
  });
  return test;
}

describeWithCli("a YAML program that uses the package", () => {
  it("creates, stays unchanged, keeps its password when the token is disabled, and is destroyed", async () => {
    const test = await start("enabled");
    expect((await test.preview()).text).toMatch(/password\s*: \[unknown\]/);
    await test.up();
    const { username, password } = await test.stack.outputs();
    expect(username?.value).toBe("yaml-client");
    expect(password?.secret).toBe(true);
    expect(await test.login("yaml-client", password?.value)).toBe(200);
    expect((await test.up()).steps).toEqual([]);

    await test.stack.setConfig("status", { value: "disabled" });
    expect((await test.up()).steps).toEqual(["TokenAccess update"]);
    expect(await test.login("yaml-client", password?.value)).toBe(401);
    await test.stack.setConfig("status", { value: "enabled" });
    await test.up();
    expect(await test.output("password")).toBe(password?.value);
    expect(await test.login("yaml-client", password?.value)).toBe(200);
    await test.stack.destroy();
  });

  it("shows the errors of the arguments at their properties", async () => {
    const test = await start("on");
    await expect(test.up()).rejects.toThrow(/status.*must be one of enabled, disabled, got "on"/);
  });

  it("ends with the first of many wrong arguments, each listed once", async () => {
    const folder = join(temporaryFolder(), "project");
    const names = Array.from({ length: 200 }, (_, index) => `${"x".repeat(300)} ${index}`);
    const program = {
      name: "registry-token",
      runtime: "yaml",
      plugins: { providers: [{ name: "acr-token", path: resolve("components") }] },
      resources: {
        token: {
          type: "acr-token:RegistryToken",
          properties: {
            resourceGroupName: "myresourcegroup",
            registryName: "myregistry",
            repositories: Object.fromEntries(names.map((name) => [name, ["content/read"]])),
          },
        },
      },
    };
    writeFiles(folder, { "Pulumi.yaml": JSON.stringify(program) });
    const test = await TestStack.start(folder);
    const said = await test.preview().then(
      () => "no error",
      (error: Error) => error.message,
    );
    expect(said).toContain("and 180 more");
    expect(said).not.toContain("with value");
  });
});
