/** Runs in which a RegistryToken has no outputs: its password is undefined for everything that uses it, and the run ends. */
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { shareNodeModules, temporaryFolder, writeFiles } from "./languages";
import { describeWithCli, TestStack } from "./support";

/** A user of the password, which a targeted run does not touch, and one resource that it does. */
const program = `
const { Config } = require("@pulumi/pulumi");
const { RandomUuid } = require("@pulumi/random");
const { RegistryToken } = require("pulumi-acr-token");
new RandomUuid("other", { keepers: { round: new Config().require("round") } });
if (new Config().getBoolean("token")) {
  const token = new RegistryToken("edge-client", {
    resourceGroupName: "myresourcegroup",
    registryName: "myregistry",
    repositories: { "azureiotedge-agent": ["content/read"] },
  });
  new RandomUuid("user", { keepers: { password: token.password, slot: token.password1 } });
  module.exports = { ...token.outputs };
}
`;

/** A stack of the program before it has the token, and the URN of what it has. */
async function started(): Promise<{ test: TestStack; other: string }> {
  const folder = join(temporaryFolder(), "project");
  const plugins = { providers: [{ name: "acr-token", path: resolve("components") }] };
  writeFiles(folder, {
    "index.js": program,
    "package.json": "{}",
    "Pulumi.yaml": JSON.stringify({ name: "registry-token", runtime: "nodejs", plugins }),
  });
  shareNodeModules(folder);
  const test = await TestStack.start(folder);
  await test.stack.setConfig("round", { value: "1" });
  await test.up();
  await test.stack.setAllConfig({ token: { value: "true" }, round: { value: "2" } });
  return { test, other: await test.urn("random:index/randomUuid:RandomUuid") };
}

describeWithCli("a RegistryToken that is not in the state yet", () => {
  it("lets an up of another target end, and so does the next whole up", async () => {
    const { test, other } = await started();
    await test.stack.up({ target: [other] });
    await test.up();
    const { username, password } = await test.stack.outputs();
    expect(await test.login(username?.value, password?.value)).toBe(200);
  });

  it("lets a refresh and a destroy with the program end", async () => {
    const { test } = await started();
    await test.stack.refresh({ runProgram: true });
    await test.stack.destroy({ runProgram: true });
  });
});
