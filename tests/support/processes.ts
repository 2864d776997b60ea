import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

export interface Running {
  readonly pid: number;
  readonly command: string;
}

/** The processes that a process has started, and those that these have, as ps lists them. */
export function descendantsOf(ancestor: number): Running[] {
  const all = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" })
    .split("\n")
    .flatMap((line) => {
      const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
      return command === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
    });
  const below = (parent: number): Running[] =>
    all
      .filter((one) => one.parent === parent)
      .flatMap(({ pid, command }) => [{ pid, command }, ...below(pid)]);
  return below(ancestor);
}

/** Whether a process runs. An ended process that its parent has not waited for does not run. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return process.platform !== "linux";
  }
}
