import { readFile } from "node:fs/promises";
import { startLocalAzure } from "local-azure";
import type { Deployment } from "./deployment";
import { deployWithCli } from "./deployWithCli";
import { deployWithoutCli } from "./deployWithoutCli";
import { findCli } from "./findCli";
import { accessProofs } from "./proofs";

/**
 * The main job with one command: the program runs against a local Azure, and the password that it exports is tried on the
 * registry. Exits with 0 only if all of it is as it should be.
 */
async function main(): Promise<boolean> {
  const registry = { name: "myregistry", resourceGroup: "myresourcegroup" };
  const azure = await startLocalAzure({ registries: [registry] });
  try {
    const { connection, environment } = azure;
    say(
      `A local Azure with the registry ${registry.name} is running on this machine: no account is needed, nothing leaves it.`,
    );

    const configuration = { resourceGroupName: registry.resourceGroup, registryName: registry.name };
    const cli = await findCli(say);
    say(
      cli === undefined
        ? "Pulumi: no CLI is to be had, so the program runs on Pulumi's own test runtime; its resources are created by the real provider."
        : `Pulumi: ${cli.source}.`,
    );
    say("For azure-native and random, stand-ins speak to the local Azure.\n");
    const deployment = await (cli === undefined
      ? deployWithoutCli(configuration, environment, write)
      : deployWithCli(cli.command, configuration, environment, write));
    try {
      if (cli === undefined) {
        showOutputs(deployment);
      }
      const loginServer = connection.registries[0]?.loginServer ?? "";
      return await prove(deployment, loginServer, await readFile(connection.caFile, "utf8"));
    } finally {
      await deployment.destroy();
      say("\nEverything is taken down again.");
    }
  } finally {
    await azure.close();
  }
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

function write(text: string): void {
  process.stdout.write(text);
}

function say(line: string): void {
  write(`${line}\n`);
}

main().then(
  (allHeld) => process.exit(allHeld ? 0 : 1),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
