/** npm run bench: measures on this machine, prints the figures and saves them. */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { arch, cpus, totalmem, type } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { creation } from "./creation";
import { type Results, table } from "./figures";
import { large } from "./large";
import type { Measurement } from "./measure";
import { memory } from "./memory";
import { plot } from "./plot";
import { pluginStart } from "./pluginStart";
import { requests } from "./requests";
import { unchanged } from "./unchanged";

const measurements: Measurement[] = [pluginStart, memory, requests, unchanged, creation, large];

const names = measurements.map(({ name }) => name).join(", ");
const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    rounds: { type: "string", default: "5" },
    out: { type: "string", default: "tools/bench/out" },
  },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  throw new Error(`--rounds must be a whole number from 1, got ${values.rounds}`);
}
const unknown = values.only?.filter((name) => !measurements.some((one) => one.name === name)) ?? [];
if (unknown.length > 0) {
  throw new Error(`--only must be one of ${names}, got ${unknown.join(", ")}`);
}

void bench();

async function bench(): Promise<void> {
  const version = spawnSync("pulumi", ["version"], { encoding: "utf8" });
  const hasCli = version.status === 0;
  const results: Results = {
    machine: `${type()} ${arch()}, ${cpus().length} × ${cpus()[0]?.model.trim()}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.versions.node}, Pulumi ${hasCli ? version.stdout.trim() : "none"}`,
    figures: [],
    omissions: [],
    points: [],
  };
  const folder = resolve(values.out);
  const say = (line: string) => console.error(line);
  for (const { name, needsCli, run } of measurements) {
    if (values.only !== undefined && !values.only.includes(name)) {
      continue;
    }
    if (needsCli && !hasCli) {
      results.omissions.push({ what: name, missing: "there is no pulumi on PATH" });
    } else {
      const { figures = [], omissions = [], points = [] } = await run({ rounds, hasCli, say });
      results.figures.push(...figures);
      results.omissions.push(...omissions);
      results.points.push(...points);
    }
    // Saved after each measurement, so that an interruption loses nothing.
    save(results, folder);
  }
  console.log(`${results.machine}\n\n${table(results)}\n\nThe results are also in ${folder}.`);
}

function save(results: Results, folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "results.json"), `${JSON.stringify(results, undefined, 2)}\n`);
  if (results.points.length > 1) {
    writeFileSync(join(folder, "cost.svg"), plot(results.points));
  }
}
