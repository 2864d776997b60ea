import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { startLocalAzure } from "local-azure";
import type { Deployment } from "./deployment";
import { deployWithCli } from "./deployWithCli";
import { deployWithoutCli } from "./deployWithoutCli";
import { findCli } from "./findCli";
import { Interrupted, interruption, orInterrupted } from "./interruption";
import { accessProofs } from "./proofs";
import { useTemporaryFolder } from "./temporaryFolder";

const usage = `npm start [-- --without-cli]

Runs the program against a local Azure and tries the password that it exports on the registry.

  --without-cli  run on Pulumi's own test runtime, even where there is a Pulumi CLI`;

/** @returns whether every proof held */
async function main(withoutCli: boolean, signal: AbortSignal): Promise<boolean> {
  const registry = { name: "myregistry", resourceGroup: "myresourcegroup" };
  const azure = await startLocalAzure({ registries: [registry] });
  try {
    say(`A local Azure with the registry ${registry.name} runs on this machine: no account is needed.`);
    const deployment = await deploy(withoutCli, registry, azure.environment, signal);
    try {
      signal.throwIfAborted();
      const { registries, caFile } = azure.connection;
      return await prove(deployment, registries[0]?.loginServer ?? "", await readFile(caFile, "utf8"));
    } finally {
      await deployment.destroy();
      say("\nEverything is taken down again.");
    }
  } finally {
    await azure.close();
  }
}

/** Runs the program in the best way that there is here, and says in which. */
async function deploy(
  withoutCli: boolean,
  registry: { name: string; resourceGroup: string },
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Deployment> {
  const configuration = { resourceGroupName: registry.resourceGroup, registryName: registry.name };
  const cli = withoutCli ? undefined : await findCli(say, signal);
  const standIns = "Stand-ins for the plugins azure-native and random speak to the local Azure.\n";
  if (cli !== undefined) {
    say(`Pulumi: ${cli.source}. ${standIns}`);
    return deployWithCli(cli.command, configuration, environment, write, signal);
  }
  say(
    `Pulumi: ${withoutCli ? "no CLI, as asked" : "no CLI is to be had"}. The program runs on Pulumi's own test runtime; its resources are created by the real provider. ${standIns}`,
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

/** Tries the exported password, and says what came of it. */
async function prove({ outputs }: Deployment, loginServer: string, ca: string): Promise<boolean> {
  const username = String(outputs.username?.value);
  const proofs = accessProofs({
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
  say(`\nAt ${loginServer}, ${username} with the exported password:`);
  let held = 0;
  for (const { claim, prove: run } of proofs) {
    try {
      say(`  ok      ${claim} (${await run()})`);
      held += 1;
    } catch (error) {
      say(`  FAILED  ${claim}: ${(error as Error).message}`);
    }
  }
  say(`${held} of ${proofs.length} proofs held.`);
  return held === proofs.length;
}

/** Runs it to its end or to the user's. */
function run(withoutCli: boolean): void {
  const signal = interruption();
  signal.addEventListener("abort", () => {
    isQuiet = true;
  });
  orInterrupted(main(withoutCli, signal), signal, 10_000).then(
    (allHeld) => process.exit(allHeld ? 0 : 1),
    (error: Error) => fail(error.message, error instanceof Interrupted ? error.exitCode : 1),
  );
}

/** Whether the user has had enough. */
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
