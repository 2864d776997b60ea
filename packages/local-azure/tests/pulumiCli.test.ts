/** The stand-ins with Pulumi's real engine, if its CLI is on PATH: a small program in YAML. */
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { type LocalAzure, startLocalAzure } from "local-azure";
import { installStandIns, pluginsFolder } from "local-azure/pulumi";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const program = (status: string) => `
name: tiny
runtime: yaml
resources:
  group:
    type: azure-native:resources:ResourceGroup
    properties: { location: westeurope }
  registry:
    type: azure-native:containerregistry:Registry
    properties: { resourceGroupName: "\${group.name}", sku: { name: Premium } }
  gateway-scope-map:
    type: azure-native:containerregistry:ScopeMap
    properties:
      resourceGroupName: \${group.name}
      registryName: \${registry.name}
      actions: [repositories/app/content/read]
  gateway-token:
    type: azure-native:containerregistry:Token
    properties:
      resourceGroupName: \${group.name}
      registryName: \${registry.name}
      scopeMapId: \${gateway-scope-map.id}
      status: ${status}
  generation:
    type: random:RandomUuid
outputs:
  tokenId: \${gateway-token.id}
  generation: \${generation.result}
  loginServer:
    fn::invoke:
      function: azure-native:containerregistry:getRegistry
      arguments: { resourceGroupName: "\${group.name}", registryName: "\${registry.name}" }
      return: loginServer
`;

const missing = ["pulumi", "pulumi-language-yaml"].find(
  (command) => spawnSync(command, ["--help"], { stdio: "ignore" }).error,
);

describe.skipIf(missing)(`the real CLI ${missing ? `(skipped: no ${missing} on the PATH)` : ""}`, () => {
  let azure: LocalAzure;
  let folder: string;

  beforeAll(async () => {
    azure = await startLocalAzure();
    folder = mkdtempSync(join(tmpdir(), "pulumi-cli-"));
  });

  afterAll(async () => {
    await azure?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function pulumi(args: string[], env: Record<string, string> = {}): Promise<string> {
    const home = join(folder, "home");
    const run = promisify(execFile)("pulumi", [...args, "--non-interactive", "--color=never"], {
      cwd: folder,
      env: {
        ...process.env,
        ...azure.environment,
        PULUMI_HOME: home,
        PULUMI_BACKEND_URL: `file://${folder}`,
        PULUMI_CONFIG_PASSPHRASE: "for tests",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        ...env,
      },
    });
    const { stdout, stderr } = await run.catch((error: { stdout: string; stderr: string }) => {
      throw new Error(`pulumi ${args.join(" ")} failed:\n${error.stdout}\n${error.stderr}`);
    });
    return stdout + stderr;
  }

  async function outputs(): Promise<Record<string, string>> {
    return JSON.parse(await pulumi(["stack", "output", "--json"]));
  }

  test("a program is deployed, previewed, refreshed, changed and destroyed", {
    timeout: 120_000,
  }, async () => {
    const onPath = { PATH: [pluginsFolder, process.env.PATH].join(delimiter) };
    writeFileSync(join(folder, "Pulumi.yaml"), program("enabled"));
    await pulumi(["stack", "init", "dev"]);

    const preview = await pulumi(["preview"], onPath);
    expect(preview).toContain("6 to create");
    // Pulumi warns that the stand-ins are not the real plugins.
    expect(preview).toContain(`using pulumi-resource-azure-native from $PATH at ${pluginsFolder}`);

    await pulumi(["up", "--yes", "--skip-preview"], onPath);
    const made = await outputs();
    expect(made.tokenId).toMatch(/\/tokens\/gateway-token$/);
    expect(made.loginServer).toMatch(/:\d+$/);

    // Installed like real plugins: no warning.
    installStandIns(join(folder, "home"));
    const installed = { PULUMI_IGNORE_AMBIENT_PLUGINS: "true" };
    const unchanged = await pulumi(["preview", "--expect-no-changes"], installed);
    expect(unchanged).not.toContain("warning");
    await pulumi(["refresh", "--yes", "--expect-no-changes"], installed);

    writeFileSync(join(folder, "Pulumi.yaml"), program("disabled"));
    expect(await pulumi(["up", "--yes"], installed)).toContain("1 updated");
    expect(await outputs()).toEqual(made);

    expect(await pulumi(["destroy", "--yes"], installed)).toContain("6 deleted");
  });
});

test("stand-ins cannot be installed into the user's own PULUMI_HOME", () => {
  expect(() => installStandIns(join(homedir(), ".pulumi"))).toThrow("Stand-ins need a separate PULUMI_HOME");
});
