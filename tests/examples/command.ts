/** A command of an example, as a user runs it. */
import { type ChildProcess, spawn } from "node:child_process";

/** The output and the exit code of a command. */
export interface Run {
  code: number | null;
  out: string;
  err: string;
}

/** A command that is running. */
export interface Running {
  readonly child: ChildProcess;
  /** The output so far. */
  readonly printed: () => string;
  /** How it ended. */
  readonly ended: Promise<Run>;
}

/** Starts a command in a process group of its own, as a terminal does. */
export function start(command: string[], cwd: string, env: NodeJS.ProcessEnv): Running {
  const [file = "", ...args] = command;
  const child = spawn(file, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  const ended = new Promise<Run>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out, err }));
  });
  return { child, printed: () => out + err, ended };
}

/** Runs a command to its end. */
export function run(command: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Run> {
  return start(command, cwd, env).ended;
}
