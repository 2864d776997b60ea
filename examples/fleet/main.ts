/** `npm run up`, `npm run preview` and `npm run credentials`. */
import { fork } from "node:child_process";
import { join } from "node:path";
import { giveCredentials } from "./credentials";
import { wordsOf } from "./oneStack";

const usage = `npm run preview
npm run up
npm run --silent credentials -- DEVICE [FILE]`;

/** How soon after a signal another one is the same, in ms: npm hands on what the terminal sends too. */
const echo = 500;

/**
 * Runs the fleet in a process group of its own. Else a terminal would send Ctrl-C to each `pulumi` too, and azure-native
 * forgets a token that it has just asked Azure for when it is cancelled.
 */
function run(command: string): void {
  const worker = fork(join(__dirname, "worker.js"), [command], { detached: true });
  let last = Number.NEGATIVE_INFINITY;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      const now = performance.now();
      if (now - last > echo && worker.connected) {
        worker.send("interrupt");
      }
      last = now;
    });
  }
  worker.on("exit", (code) => process.exit(code ?? 1));
}

const [command, ...rest] = process.argv.slice(2);
if ((command === "up" || command === "preview") && rest.length === 0) {
  run(command);
} else if (command === "credentials" && (rest.length === 1 || rest.length === 2)) {
  giveCredentials(rest[0], rest[1]).catch((error: Error) => {
    console.error(wordsOf(error));
    process.exitCode = 1;
  });
} else {
  console.error(usage);
  process.exitCode = 2;
}
