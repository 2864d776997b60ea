import { spawn } from "node:child_process";
import { join } from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation";
import { repository } from "./repository";

/** The time limit for the download of the Pulumi CLI. */
const downloadTimeoutMs = 20_000;

/** A Pulumi CLI, and a description of where it was found. */
export interface Cli {
  readonly command: PulumiCommand;
  readonly source: string;
}

/**
 * The Pulumi CLI on PATH, or else in this project's cache, into which it is downloaded if necessary. Undefined if neither is
 * available.
 *
 * @param say tells the user what happens
 * @param signal ends the search
 */
export async function findCli(say: (line: string) => void, signal: AbortSignal): Promise<Cli | undefined> {
  const onPath = await attempt(PulumiCommand.get());
  if (onPath instanceof PulumiCommand) {
    return { command: onPath, source: `the CLI on PATH, ${onPath.version}` };
  }
  signal.throwIfAborted();
  // Only a CLI that exists and cannot be used needs a message.
  if (!/ENOENT|not found/.test(onPath.message)) {
    say(`The pulumi on PATH is not usable: ${firstLine(onPath.message)}`);
  }
  const root = join(repository, ".pulumi-cache");
  const cached = await attempt(PulumiCommand.get({ root }));
  if (cached instanceof PulumiCommand) {
    return { command: cached, source: `the CLI in .pulumi-cache, ${cached.version}` };
  }
  say(`No pulumi on PATH. Downloading it into .pulumi-cache (for at most ${downloadTimeoutMs / 1000} s) ...`);
  const problem = await download(root, signal);
  signal.throwIfAborted();
  const downloaded = problem ?? (await attempt(PulumiCommand.get({ root })));
  if (downloaded instanceof PulumiCommand) {
    return { command: downloaded, source: `the CLI downloaded into .pulumi-cache, ${downloaded.version}` };
  }
  say(`The download failed: ${firstLine(downloaded.message)}`);
  return undefined;
}

/** Runs the installer in its own process group, so that it can be stopped with all that it starts. */
function download(root: string, signal: AbortSignal): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const installer = spawn(process.execPath, [join(__dirname, "installCli.js"), root], {
      detached: true,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    installer.stderr.on("data", (chunk) => {
      said += chunk;
    });
    const end = (reason: string) => {
      const isRunning = installer.exitCode === null && installer.signalCode === null;
      if (installer.pid !== undefined && isRunning) {
        process.kill(-installer.pid, "SIGKILL");
      }
      resolve(new Error(reason));
    };
    const limit = setTimeout(() => end(`no answer within ${downloadTimeoutMs / 1000} s`), downloadTimeoutMs);
    signal.addEventListener("abort", () => end("interrupted"));
    installer.on("error", (error) => {
      clearTimeout(limit);
      resolve(error);
    });
    installer.on("close", (code) => {
      clearTimeout(limit);
      resolve(code === 0 ? undefined : new Error(said || `the installer ended with ${code}`));
    });
  });
}

async function attempt(command: Promise<PulumiCommand>): Promise<PulumiCommand | Error> {
  try {
    return await command;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0] ?? "";
}
