/** A program in YAML with keyVault on the real engine: no password in anything that leaves the plugin. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { expect, it, vi } from "vitest";
import { arm } from "../../packages/local-azure/tests/support";
import { makeVault, vaultSender } from "../../packages/local-azure/tests/vaultSupport";
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

/** Runs the CLI on a stack, as a user does, and returns what it prints. */
function pulumi({ folder, stack }: TestStack, ...args: string[]): string {
  const { envVars, pulumiHome } = stack.workspace;
  const env = { ...process.env, ...envVars, ...(pulumiHome && { PULUMI_HOME: pulumiHome }) };
  const { status, stdout, stderr } = spawnSync("pulumi", args, {
    cwd: folder,
    env,
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  expect(status, `${args.join(" ")}: ${stderr.slice(-2000)}`).toBe(0);
  return stdout + stderr;
}

/** The debug logs that the CLI has written by itself, which are encrypted; none before CLI 3.249. */
function debugLogs(test: TestStack): [path: string, content: string][] {
  const folder = join(test.stack.workspace.pulumiHome ?? "", "logs");
  const { envVars } = test.stack.workspace;
  const known = spawnSync("pulumi", ["logs", "decrypt", "--help"], { env: { ...process.env, ...envVars } });
  return known.status !== 0
    ? []
    : readdirSync(folder)
        .filter((name) => name.endsWith(".log"))
        .map((name) => [basename(name), pulumi(test, "logs", "decrypt", join(folder, name))]);
}

describeWithCli("a program in YAML with keyVault", () => {
  it("has its password in the vault, and in no state, output, plan, log, trace, event or JSON at the highest verbosity", async () => {
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
    const vault = await vaultSender(test.azure, vaultUri);
    await test.stack.setConfig("vaultUri", { value: vaultUri });
    const printed: string[] = [];
    const values: string[] = [];
    let commands = 0;
    // Each command writes a trace of its own: a second one would replace the first.
    const options = () => ({
      color: "never" as const,
      debug: true,
      diff: true,
      logVerbosity: 11,
      logToStdErr: true,
      logFlow: true,
      tracing: `file:${join(folder, `trace.${++commands}`)}`,
      onOutput: (text: string) => printed.push(text),
      onError: (text: string) => printed.push(text),
      onEvent: (event: object) => printed.push(JSON.stringify(event)),
    });
    const remember = async () => {
      values.push((await vault("GET", "secrets/edge-client-password")).body.value);
    };

    await vault("PUT", "secrets/edge-client-password", { value: "of someone else" });
    await expect(test.preview(), "the first preview looks at the secret").rejects.toThrow(
      "was not written by this provider",
    );
    await vault("DELETE", "secrets/edge-client-password");
    await vault("DELETE", "deletedsecrets/edge-client-password");

    const plan = join(test.folder, "plan.json");
    await test.stack.preview({ ...options(), plan });
    await test.stack.up(options());
    await remember();
    printed.push(pulumi(test, "preview", "--json", "--diff", "--show-secrets", "--save-plan", plan));
    printed.push(pulumi(test, "up", "--json", "--yes", "--skip-preview", "--show-full-output"));
    printed.push(pulumi(test, "stack", "output", "--json", "--show-secrets"));
    await test.stack.up({ ...options(), replace: [await test.urn("random:index/randomUuid:RandomUuid")] });
    await remember();
    await test.stack.refresh(options());
    expect((await test.up()).steps).toEqual([]);
    await test.stack.up({ ...options(), replace: [await test.urn("acr-token:index:TokenCredentials")] });
    await remember();
    const found = await test.stack.outputs();
    expect(found.passwordSecretId?.value).toBe(`${vaultUri}secrets/edge-client-password`);
    expect(
      [found.password?.value, found.credentials?.value, found.dockerConfigJson?.value].filter(Boolean),
    ).toEqual([]);
    expect(await test.login("edge-client", values[2] ?? "")).toBe(200);
    // With its secrets decrypted.
    const state = JSON.stringify(await test.stack.exportStack());
    expect(state).toContain("passwordSecretVersionId");
    await test.stack.destroy(options());

    expect((await vault("GET", "secrets/edge-client-password")).status).toBe(404);
    expect(new Set(values).size).toBe(3);
    const log = printed.join("");
    expect(log.length).toBeGreaterThan(100_000);
    const logs = debugLogs(test);
    const places: [string, string][] = [
      ["what Pulumi prints", log],
      ["the state", state],
      ...logs,
      ...filesBelow(folder),
      ...filesBelow(test.folder),
    ];
    // Checks that the search finds a known text.
    const traces = places.filter(([path]) => path.includes("trace."));
    expect(
      traces.filter(([, content]) => content.includes("ResourceProvider/Create")).length,
    ).toBeGreaterThan(1);
    expect(log.includes('"resourcePreEvent"')).toBe(true);
    expect(logs.length === 0 || logs.some(([, text]) => text.includes("passwordSecretVersionId"))).toBe(true);
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
