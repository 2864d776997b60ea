import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { clientToken } from "./clientToken";
import { describeWithCli, TestStack } from "./support";

const program = `
const { RegistryToken } = require("pulumi-acr-token");
new RegistryToken("client-1", {
  resourceGroupName: "myresourcegroup",
  registryName: "myregistry",
  repositories: { "azureiotedge-agent": ["content/read"] },
});
`;

describeWithCli("a project that does not name the plugin", () => {
  it("fails with the lines to add, and the alternatives, before anything is created", async () => {
    const folder = mkdtempSync(join(tmpdir(), "project-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    symlinkSync(resolve("node_modules"), join(folder, "node_modules"), "junction");
    writeFileSync(join(folder, "Pulumi.yaml"), "name: registry-token\nruntime: nodejs\n");
    writeFileSync(join(folder, "package.json"), "{}");
    writeFileSync(join(folder, "index.js"), program);
    const test = await TestStack.start(folder);

    const output = await test.up().then(
      () => "no error",
      (error: Error) => error.message,
    );

    // The project's settings are copied to another folder. The package has the path of the link, not of its target.
    const path = relative(
      realpathSync(test.folder),
      join(realpathSync(folder), "node_modules", "pulumi-acr-token"),
    );
    const lines = ["plugins:", "  providers:", "    - name: acr-token", `      path: ${path}`];
    expect(output.replace(/^ +/gm, "")).toContain(lines.map((line) => line.trim()).join("\n"));
    // Pulumi takes no package of npm's by `package add`, and has no server with this plugin.
    expect(output).not.toContain("pulumi package add");
    expect(output).toContain("pulumi plugin install resource acr-token VERSION --file ARCHIVE");
    expect(output).toContain("nothing has been created");
    expect(test.azure.requests.filter(({ method }) => method === "PUT")).toEqual([]);
    const { deployment } = await test.stack.exportStack();
    const types: string[] = (deployment.resources ?? []).map(({ type }: { type: string }) => type);
    expect(types.filter((type) => /azure-native|acr-token:index:Token|random:/.test(type))).toEqual([]);
  });
});

describeWithCli("the plugin", () => {
  it("is checked once per program, without a request to Azure", async () => {
    const test = await TestStack.start(clientToken({}));
    await test.preview();
    expect(test.asked()).toEqual([]);
  });
});
