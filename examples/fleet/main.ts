/** The commands of the fleet: the scripts in package.json. */
import { fork } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { printCredentials } from "./credentials";
import { confirmDeletions, devicesToDelete, stacksFor } from "./deletions";
import { readFleet, stackNames } from "./fleet";
import { printForecast } from "./forecast";
import { type Command, messageOf } from "./oneStack";

const usage = `npm run preview [-- --stack 3-of-4]
npm run up      [-- --stack 3-of-4 --yes]
npm run destroy [-- --stack 3-of-4 --yes]
npm run forecast
npm run --silent credentials -- DEVICE [FILE]
npm run --silent stacks

  --stack  run one stack only
  --yes    do not ask before tokens are deleted`;

/** A second signal within this time is a copy of the first: npm passes on what the terminal also sends. */
const echoMs = 500;

/**
 * Runs stacks in a process group of its own. Else a terminal would send Ctrl-C also to each `pulumi`, and a cancelled azure-native
 * forgets a token that it has just requested from Azure.
 */
function runInBackground(command: Command, stacks: readonly string[]): void {
  const worker = fork(join(__dirname, "worker.js"), [command, ...stacks], { detached: true });
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      const nowMs = performance.now();
      if (nowMs - lastMs > echoMs && worker.connected) {
        worker.send("interrupt");
      }
      lastMs = nowMs;
    });
  }
  worker.on("exit", (code) => process.exit(code ?? 1));
}

async function runStacks(command: Command, stack: string | undefined, yes: boolean): Promise<void> {
  const fleet = readFleet();
  const stacks = await stacksFor(command, fleet, stack);
  if (command !== "preview" && !yes) {
    await confirmDeletions(await devicesToDelete(command, fleet, stacks));
  }
  runInBackground(command, stacks);
}

async function main(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { stack: { type: "string" }, yes: { type: "boolean", default: false } },
  });
  const [command, ...rest] = positionals;
  const isRun = command === "up" || command === "preview" || command === "destroy";
  if (isRun && rest.length === 0) {
    await runStacks(command, values.stack, values.yes);
  } else if (command === "credentials" && (rest.length === 1 || rest.length === 2)) {
    await printCredentials(rest[0], rest[1]);
  } else if (command === "forecast" && rest.length === 0) {
    await printForecast(new Date());
  } else if (command === "stacks" && rest.length === 0) {
    console.log(JSON.stringify(stackNames(readFleet())));
  } else {
    console.error(usage);
    process.exitCode = 2;
  }
}

main(process.argv.slice(2)).catch((error: Error & { code?: string }) => {
  const isUsage = error.code?.startsWith("ERR_PARSE_ARGS");
  console.error(isUsage ? `${error.message}\n\n${usage}` : messageOf(error));
  process.exitCode = isUsage ? 2 : 1;
});
