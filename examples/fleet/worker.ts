/** The process that main.ts starts for a run of the whole fleet. */
import { type Command, wordsOf } from "./oneStack";
import { runFleet } from "./runFleet";

const stop = new AbortController();
const cancel = new AbortController();

process.on("message", () => (stop.signal.aborted ? cancel : stop).abort());
// Nobody is left to ask.
process.on("disconnect", () => stop.abort());

runFleet(process.argv[2] as Command, { stop: stop.signal, cancel: cancel.signal }).then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(wordsOf(error));
    process.exit(1);
  },
);
