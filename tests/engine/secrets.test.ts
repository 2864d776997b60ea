import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { secret } from "@pulumi/pulumi";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { expect, it, onTestFinished } from "vitest";
import { TokenCredentials } from "../../components/index";
import { temporaryFolder, writeFiles } from "./languages";
import { describeWithCli, TestStack } from "./support";

/** Every file below a folder, as text. */
function filesBelow(folder: string): [path: string, content: string][] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [path, readFileSync(path, "latin1")]);
}

/** The access tokens with which Azure was called. */
function accessTokens(record: string): string[] {
  const found = readFileSync(record, "utf8").matchAll(/"Bearer ([^"]+)"/g);
  return [...new Set([...found].map(([, token = ""]) => token))];
}

/** Pulumi's own SDK for Node.js writes each resource's properties into its debug messages, secret or not. */
function withoutSdkDebugging(log: string): string {
  return log
    .split("\n")
    .filter((line) => !/"msg":"RegisterResource(Outputs)? RPC (prepared|finished): /.test(line))
    .join("\n");
}

describeWithCli("a full run under pulumi", () => {
  it("leaves no secret in the state, plans, previews, logs or the engine's output", async () => {
    const folder = mkdtempSync(join(tmpdir(), "secrets-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const record = join(folder, "record.jsonl");
    const test = await TestStack.start(undefined, {
      azure: { record },
      // Azure's SDK tells of each request and answer.
      environment: { AZURE_LOG_LEVEL: "verbose" },
    });
    await test.stack.setAllConfig({
      registryName: { value: "myregistry" },
      resourceGroupName: { value: "myresourcegroup" },
      // The identity comes from azure-native's configuration, by which it gets into the state.
      "azure-native:clientSecret": { value: test.azure.connection.clientSecret, secret: true },
    });
    const printed: string[] = [];
    const values: string[] = [];
    const options = {
      color: "never" as const,
      diff: true,
      // The engine's own log holds the environment's secrets further on, and from 9 on every value.
      logVerbosity: 3,
      logToStdErr: true,
      logFlow: true,
      onOutput: (text: string) => printed.push(text),
      onError: (text: string) => printed.push(text),
      onEvent: (event: EngineEvent) => {
        if (String(event.diagnosticEvent?.severity) !== "debug") {
          printed.push(JSON.stringify(event));
        }
      },
    };
    const remember = async () => {
      const { credentials } = await test.stack.outputs();
      for (const { value } of credentials?.value.passwords ?? []) {
        values.push(value);
      }
    };

    const plan = join(test.folder, "plan.json");
    await test.stack.preview({ ...options, plan });
    await test.stack.up({ ...options, plan });
    await remember();
    await test.stack.up({ ...options, replace: [await test.urn("random:index/randomUuid:RandomUuid")] });
    await remember();
    await test.stack.refresh(options);
    // A plan of a stack that has passwords.
    await test.stack.preview({ ...options, plan });
    await test.stack.up({ ...options, replace: [await test.urn("acr-token:index:TokenCredentials")] });
    await remember();
    await test.stack.destroy(options);

    expect(new Set(values).size).toBe(5);
    const tokens = accessTokens(record);
    expect(tokens.length).toBeGreaterThan(2);
    const secrets = [...values, ...tokens, test.azure.connection.clientSecret].flatMap((value) => [
      value,
      Buffer.from(`crimagepulltoken:${value}`).toString("base64"),
      JSON.stringify(value).slice(1, -1),
    ]);
    const log = withoutSdkDebugging(printed.join(""));
    const places: [string, string][] = [["printed", log], ...filesBelow(test.folder)];
    // Checks that the search covers the log and the state.
    expect(log.length).toBeGreaterThan(100_000);
    expect(log).toContain("azure:core-rest-pipeline");
    for (const part of [join(".pulumi", "stacks"), join(".pulumi", "backups"), "plan.json"]) {
      expect(
        places.some(([path, content]) => path.includes(part) && content.length > 0),
        part,
      ).toBe(true);
    }
    for (const [place, content] of places) {
      for (const secret of secrets) {
        expect(content.includes(secret), `a secret in ${place}`).toBe(false);
      }
    }
  });
});

describeWithCli("a run of a program in YAML", () => {
  it("leaves no password in any event, the SDK's debug messages included", async () => {
    const folder = join(temporaryFolder(), "project");
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
            tokenName: "edge-client",
            repositories: { "azureiotedge-agent": ["content/read"] },
          },
        },
      },
      outputs: { password: `\${token.password}`, credentials: `\${token.credentials}` },
    };
    writeFiles(folder, { "Pulumi.yaml": JSON.stringify(program) });
    const test = await TestStack.start(folder);
    const events: string[] = [];
    const onEvent = (event: EngineEvent) => events.push(JSON.stringify(event));
    await test.stack.up({ onEvent });
    await test.stack.up({ onEvent });
    await test.stack.refresh({ runProgram: true, onEvent });
    const { credentials } = await test.stack.outputs();
    const passwords: { value: string }[] = credentials?.value.passwords;
    expect(passwords).toHaveLength(2);
    expect(events.some((event) => event.includes("acr-token:index:TokenCredentials"))).toBe(true);
    for (const { value } of passwords) {
      expect(events.filter((event) => event.includes(value))).toEqual([]);
    }
  });
});

describeWithCli("a secret input that is wrong", () => {
  it.each<[string, object]>([
    ["by itself", { generation: "one", loginServer: secret("hush-hush!") }],
    ["as the identity", { azure: secret("hush-hush!") }],
  ])("is not in the engine's output: %s", async (_where, args) => {
    const subscription = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry";
    const tokenId = `${subscription}/registries/myregistry/tokens/mytoken`;
    const test = await TestStack.start(async () => {
      new TokenCredentials("credentials", { tokenId, ...args });
    });
    const said = await test.preview().then(
      () => "no error",
      (error: Error) => error.message,
    );
    expect(said).toMatch(/loginServer must be a host|azure must be a map/);
    expect(said).not.toContain("hush-hush");
  });
});
