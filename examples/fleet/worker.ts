/** The process that main.ts starts to run stacks. */
import { type Command, messageOf } from "./oneStack";
import { runFleet } from "./runFleet";

const stop = new AbortController();
const cancel = new AbortController();

process.on("message", () => (stop.signal.aborted ? cancel : stop).abort());
// main.ts has ended.
process.on("disconnect", () => stop.abort());

const [command, ...stacks] = process.argv.slice(2);
runFleet(command as Command, stacks, { stop: stop.signal, cancel: cancel.signal }).then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(messageOf(error));
    process.exit(1);
  },
);
