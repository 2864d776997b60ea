import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type LocalAzureOptions, startLocalAzure } from "local-azure";
import { median } from "./figures";
import { seconds } from "./stacks";

const run = promisify(execFile);

/** The number of tokens of which the median time is taken. */
const samples = 3;

/**
 * The seconds that azure-cli takes to create one token with its scope map and credentials.
 *
 * @returns undefined if there is no az on PATH
 */
export async function azCommands(
  latency: LocalAzureOptions,
  say: (line: string) => void,
): Promise<number | undefined> {
  if (spawnSync("az", ["version"]).status !== 0) {
    return undefined;
  }
  const azure = await startLocalAzure(latency);
  const folder = await mkdtemp(join(tmpdir(), "bench-az-"));
  const { resourceManager, clientId, clientSecret, tenantId } = azure.connection;
  const env = {
    ...process.env,
    ...azure.environment,
    AZURE_CONFIG_DIR: folder,
    AZURE_CORE_INSTANCE_DISCOVERY: "false",
    AZURE_CORE_COLLECT_TELEMETRY: "false",
  };
  const az = (...args: string[]) => run("az", args, { env });
  try {
    await az("cloud", "register", "--name", "LocalAzure", "--endpoint-resource-manager", resourceManager);
    await az("cloud", "set", "--name", "LocalAzure");
    const identity = ["--username", clientId, "--password", clientSecret, "--tenant", tenantId];
    await az("login", "--service-principal", ...identity);
    const times: number[] = [];
    for (let sample = 0; sample < samples; sample++) {
      say(`token created by az, ${sample + 1} of ${samples}`);
      const name = `client-${sample}`;
      const registry = ["--registry", "myregistry", "--resource-group", "myresourcegroup"];
      times.push(
        await seconds(async () => {
          const scope = ["--name", `${name}-scope-map`, "--repository", "samples/nginx", "content/read"];
          await az("acr", "scope-map", "create", ...registry, ...scope);
          const token = ["--name", name, "--scope-map", `${name}-scope-map`];
          await az("acr", "token", "create", ...registry, ...token);
        }),
      );
    }
    return median(times);
  } finally {
    await rm(folder, { recursive: true, force: true });
    await azure.close();
  }
}
