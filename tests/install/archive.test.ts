/** The plugin from a release archive: from a file, and from a server. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { archiveName, pack } from "../../tools/release/archives";
import { thisNode } from "../../tools/release/nodes";
import { installPythonSdk, pythonSdkModules } from "../engine/languages";
import { describeWithPython, describeWithStandIns } from "../engine/support";
import { most, Outside, version, yamlProject } from "./outside";

const name = archiveName(version, thisNode.system);
let folder: string;
let archive: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "archive-"));
  archive = join(folder, name);
  await pack(resolve("components", "bin", "plugin"), archive);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A server with only this archive, and the paths that it received. */
async function serveArchive(): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    if (request.url === `/plugins/${name}`) {
      response.end(readFileSync(archive));
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/plugins`, asked };
}

describeWithStandIns("the plugin", () => {
  it("is installed from a release archive by pulumi plugin install --file", async () => {
    const outside = await Outside.start(yamlProject());
    await outside.pulumi("plugin", "install", "resource", "acr-token", version, "--file", archive);
    expect(outside.plugins()).toEqual([`resource-acr-token-v${version}`]);
    await outside.upAndLogIn();
    expect(outside.pluginBytes()).toBeLessThan(most);
  });

  it("is installed from a plugin server by pulumi plugin install --server", async () => {
    const { url, asked } = await serveArchive();
    const outside = await Outside.start(yamlProject());
    await outside.pulumi("plugin", "install", "resource", "acr-token", version, "--server", url);
    expect(asked).toEqual([`/plugins/${name}`]);
    await outside.upAndLogIn();
    expect(outside.plugins()).toEqual([`resource-acr-token-v${version}`]);
    expect(outside.pluginBytes()).toBeLessThan(most);
  });

  it("is installed by the first pulumi up from the plugin server that a program names", async () => {
    const { url, asked } = await serveArchive();
    const outside = await Outside.start(yamlProject({ options: { version, pluginDownloadURL: url } }));
    await outside.upAndLogIn();
    expect(asked).toEqual([`/plugins/${name}`]);
    expect(outside.pluginBytes()).toBeLessThan(most);
  });
});

describeWithPython(
  "an SDK",
  () => {
    it("has the first pulumi up install the plugin from the server that its schema names", async () => {
      const { url, asked } = await serveArchive();
      const outside = await Outside.start({
        "Pulumi.yaml": JSON.stringify({ name: "outside", runtime: "python" }),
        "schema.json": JSON.stringify({
          ...JSON.parse(readFileSync("components/schema.json", "utf8")),
          pluginDownloadURL: url,
        }),
        "__main__.py": `
import pulumi
from pulumi_acr_token import RegistryToken

token = RegistryToken(
    "outside",
    resource_group_name="myresourcegroup",
    registry_name="myregistry",
    repositories={"azureiotedge-agent": ["content/read"]},
)
pulumi.export("username", token.username)
pulumi.export("password", token.password)
`,
      });
      await outside.pulumi("package", "gen-sdk", "schema.json", "--language", "python", "--out", "sdk");
      outside.setEnvironment(installPythonSdk(outside.project, join(outside.project, "sdk", "python")));
      await outside.upAndLogIn();
      expect(new Set(asked)).toEqual(new Set([`/plugins/${name}`]));
      expect(outside.plugins()).toEqual([`resource-acr-token-v${version}`]);
      expect(outside.pluginBytes()).toBeLessThan(most);
    });
  },
  pythonSdkModules,
);
