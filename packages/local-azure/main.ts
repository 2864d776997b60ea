#!/usr/bin/env node
import { CommandError, help, readArguments } from "./command/arguments.js";
import { connectionAsJson, connectionAsText } from "./command/output.js";
import { startLocalAzure } from "./index.js";

/** The command: starts a local Azure, prints its connection, and serves until SIGINT or SIGTERM. */
async function main(): Promise<void> {
  const { wantsHelp, wantsJson, options } = readArguments(process.argv.slice(2));
  if (wantsHelp) {
    process.stdout.write(help);
    return;
  }
  // Before the start, so that an early signal also ends the process cleanly.
  const signal = new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  const azure = await startLocalAzure(options);
  process.stdout.write(wantsJson ? connectionAsJson(azure) : connectionAsText(azure));
  await signal;
  await azure.close();
}

main().catch((error: unknown) => {
  process.stderr.write(`local-azure: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = error instanceof CommandError ? 2 : 1;
});
