import { spawn } from "node:child_process";
import { join } from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation";
import { repository } from "./repository";

/** How long the download of Pulumi's CLI may take, in ms. */
const downloadLimit = 20_000;

/** A Pulumi CLI, and where it came from in a user's words. */
export interface Cli {
  readonly command: PulumiCommand;
  readonly source: string;
}

/**
 * The Pulumi CLI: the one on PATH, else one in this project's cache, where it is downloaded to if need be. Undefined where
 * neither can be had.
 *
 * @param say tells the user what goes on
 * @param signal ends the search
 */
export async function findCli(say: (line: string) => void, signal: AbortSignal): Promise<Cli | undefined> {
  const onPath = await attempt(PulumiCommand.get());
  if (onPath instanceof PulumiCommand) {
    return { command: onPath, source: `the CLI on PATH, ${onPath.version}` };
  }
  signal.throwIfAborted();
  // A CLI that is there but does not fit is worth a word; one that is not there is not.
  if (!/ENOENT|not found/.test(onPath.message)) {
    say(`The pulumi on PATH cannot be used: ${firstLine(onPath.message)}`);
  }
  const root = join(repository, ".pulumi-cache");
  const cached = await attempt(PulumiCommand.get({ root }));
  if (cached instanceof PulumiCommand) {
    return { command: cached, source: `the CLI in .pulumi-cache, ${cached.version}` };
  }
  say(`No pulumi on PATH. Downloading it into .pulumi-cache (waiting ${downloadLimit / 1000} s at most) ...`);
  const problem = await download(root, signal);
  signal.throwIfAborted();
  const downloaded = problem ?? (await attempt(PulumiCommand.get({ root })));
  if (downloaded instanceof PulumiCommand) {
    return { command: downloaded, source: `the CLI downloaded into .pulumi-cache, ${downloaded.version}` };
  }
  say(`It cannot be downloaded: ${firstLine(downloaded.message)}`);
  return undefined;
}

/** Runs the installer in a process of its own, which can be ended with all that it has started. */
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
    const limit = setTimeout(() => end(`no answer within ${downloadLimit / 1000} s`), downloadLimit);
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
