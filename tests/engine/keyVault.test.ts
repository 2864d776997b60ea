/** A program in YAML with keyVault on the real engine: no password in anything that leaves the plugin. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it, vi } from "vitest";
import { arm } from "../../packages/local-azure/tests/support";
import { makeVault, vaultDoor } from "../../packages/local-azure/tests/vaultSupport";
import { temporaryFolder, writeFiles } from "./languages";
import { describeWithCli, TestStack } from "./support";

vi.setConfig({ testTimeout: 300_000 });

/** Every file below a folder, as text. */
function filesBelow(folder: string): [path: string, content: string][] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [path, readFileSync(path, "latin1")]);
}

describeWithCli("a program in YAML with keyVault", () => {
  it("has its password in the vault, and in no state, output, plan, log, trace or event at the highest verbosity", async () => {
    const folder = join(temporaryFolder(), "project");
    const properties = {
      resourceGroupName: "myresourcegroup",
      registryName: "myregistry",
      tokenName: "edge-client",
      repositories: { "azureiotedge-agent": ["content/read"] },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: YAML's own placeholder
      keyVault: { vaultUri: "${vaultUri}" },
      waitUntilLive: true,
    };
    const outputs = [
      "passwordSecretId",
      "passwordSecretVersionId",
      "password",
      "credentials",
      "dockerConfigJson",
    ];
    writeFiles(folder, {
      "Pulumi.yaml": JSON.stringify({
        name: "registry-token",
        runtime: "yaml",
        plugins: { providers: [{ name: "acr-token", path: resolve("components") }] },
        config: { vaultUri: { type: "string" } },
        resources: { token: { type: "acr-token:RegistryToken", properties } },
        outputs: Object.fromEntries(outputs.map((name) => [name, `\${token.${name}}`])),
      }),
    });
    const test = await TestStack.start(folder, {
      environment: { AZURE_LOG_LEVEL: "verbose" },
    });
    const vaultUri = await makeVault(test.azure, await arm(test.azure));
    const vault = await vaultDoor(test.azure, vaultUri);
    await test.stack.setConfig("vaultUri", { value: vaultUri });
    const printed: string[] = [];
    const values: string[] = [];
    const trace = join(folder, "trace.json");
    const options = {
      color: "never" as const,
      debug: true,
      diff: true,
      logVerbosity: 11,
      logToStdErr: true,
      logFlow: true,
      tracing: `file:${trace}`,
      onOutput: (text: string) => printed.push(text),
      onError: (text: string) => printed.push(text),
      onEvent: (event: object) => printed.push(JSON.stringify(event)),
    };
    const remember = async () => {
      values.push((await vault("GET", "secrets/edge-client-password")).body.value);
    };

    await test.stack.preview(options);
    await test.stack.up(options);
    await remember();
    await test.stack.up({ ...options, replace: [await test.urn("random:index/randomUuid:RandomUuid")] });
    await remember();
    await test.stack.refresh(options);
    expect((await test.up()).steps).toEqual([]);
    await test.stack.up({ ...options, replace: [await test.urn("acr-token:index:TokenCredentials")] });
    await remember();
    const found = await test.stack.outputs();
    expect(found.passwordSecretId?.value).toBe(`${vaultUri}secrets/edge-client-password`);
    expect(
      [found.password?.value, found.credentials?.value, found.dockerConfigJson?.value].filter(Boolean),
    ).toEqual([]);
    expect(await test.login("edge-client", values[2] ?? "")).toBe(200);
    const state = JSON.stringify(await test.stack.exportStack());
    await test.stack.destroy(options);

    expect((await vault("GET", "secrets/edge-client-password")).status).toBe(404);
    expect(new Set(values).size).toBe(3);
    const log = printed.join("");
    expect(log.length).toBeGreaterThan(100_000);
    const places: [string, string][] = [
      ["printed", log],
      ["state", state],
      ...filesBelow(folder),

      ...filesBelow(test.folder),
    ];
    for (const [place, content] of places) {
      for (const value of values) {
        for (const form of [
          value,
          Buffer.from(`edge-client:${value}`).toString("base64"),
          JSON.stringify(value).slice(1, -1),
        ]) {
          expect(content.includes(form), `a password in ${place}`).toBe(false);
        }
      }
    }
  });
});
