import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { startLocalAzure } from "local-azure";
import { accessChecks } from "./checks";
import type { Deployment } from "./deployment";
import { deployWithCli } from "./deployWithCli";
import { deployWithoutCli } from "./deployWithoutCli";
import { findCli } from "./findCli";
import { Interrupted, interruption, orInterrupted } from "./interruption";
import { useTemporaryFolder } from "./temporaryFolder";

const usage = `npm start [-- --without-cli]

Runs the program against a local Azure, and checks on its registry what the exported password allows.

  --without-cli  run on Pulumi's test runtime, even if a Pulumi CLI is installed`;

/** @returns whether every check passed */
async function main(withoutCli: boolean, signal: AbortSignal): Promise<boolean> {
  const registry = { name: "myregistry", resourceGroup: "myresourcegroup" };
  const azure = await startLocalAzure({ registries: [registry] });
  try {
    say(`A local Azure with the registry ${registry.name} is running on this machine. You need no account.`);
    const deployment = await deploy(withoutCli, registry, azure.environment, signal);
    try {
      signal.throwIfAborted();
      const { registries, caFile } = azure.connection;
      return await check(deployment, registries[0]?.loginServer ?? "", await readFile(caFile, "utf8"));
    } finally {
      await deployment.destroy();
      say("\nEverything is removed.");
    }
  } finally {
    await azure.close();
  }
}

/** Runs the program with a Pulumi CLI if there is one, and says how it runs. */
async function deploy(
  withoutCli: boolean,
  registry: { name: string; resourceGroup: string },
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Deployment> {
  const configuration = { resourceGroupName: registry.resourceGroup, registryName: registry.name };
  const cli = withoutCli ? undefined : await findCli(say, signal);
  const standIns = "Stand-ins for the plugins azure-native and random call the local Azure.\n";
  if (cli !== undefined) {
    say(`Pulumi: ${cli.source}. ${standIns}`);
    return deployWithCli(cli.command, configuration, environment, write, signal);
  }
  say(
    `Pulumi: ${withoutCli ? "no CLI, as requested" : "no CLI is available"}. The program runs on Pulumi's test runtime, and the real provider creates its resources. ${standIns}`,
  );
  const deployment = await deployWithoutCli(configuration, environment, write, signal);
  showOutputs(deployment);
  return deployment;
}

/** Shows the outputs as Pulumi does. */
function showOutputs({ outputs }: Deployment): void {
  say("\nOutputs:");
  const width = Math.max(...Object.keys(outputs).map((name) => name.length));
  for (const [name, { value, secret }] of Object.entries(outputs).sort()) {
    say(`    ${name.padEnd(width)}: ${secret ? "[secret]" : JSON.stringify(value)}`);
  }
}

/** Checks what the exported password allows, and prints each result. */
async function check({ outputs }: Deployment, loginServer: string, ca: string): Promise<boolean> {
  const username = String(outputs.username?.value);
  const checks = accessChecks({
    loginServer,
    ca,
    username,
    password: String(outputs.password?.value),
    allowed: [
      "acr/connected-registry:1.5",
      "azureiotedge-api-proxy:1.5",
      "azureiotedge-agent:1.5",
      "azureiotedge-hub:1.5",
    ],
    forbidden: "payroll:latest",
  });
  say(`\nChecks of ${username} with the exported password, at ${loginServer}:`);
  let passed = 0;
  for (const { claim, run } of checks) {
    try {
      say(`  ok      ${claim} (${await run()})`);
      passed += 1;
    } catch (error) {
      say(`  FAILED  ${claim}: ${(error as Error).message}`);
    }
  }
  say(`${passed} of ${checks.length} checks passed.`);
  return passed === checks.length;
}

/** Runs until it ends or the user interrupts it. */
function run(withoutCli: boolean): void {
  const signal = interruption();
  signal.addEventListener("abort", () => {
    isQuiet = true;
  });
  orInterrupted(main(withoutCli, signal), signal, 10_000).then(
    (allPassed) => process.exit(allPassed ? 0 : 1),
    (error: Error) => fail(error.message, error instanceof Interrupted ? error.exitCode : 1),
  );
}

/** Whether the user has interrupted the run. */
let isQuiet = false;

function write(text: string): void {
  if (!isQuiet) {
    process.stdout.write(text);
  }
}

function say(line: string): void {
  write(`${line}\n`);
}

function fail(message: string, code: number): void {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

try {
  const { values } = parseArgs({
    options: {
      "without-cli": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    say(usage);
  } else {
    useTemporaryFolder();
    run(values["without-cli"]);
  }
} catch (error) {
  fail(`${(error as Error).message}\n\n${usage}`, 2);
}
