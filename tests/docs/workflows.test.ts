/** The workflows for GitHub, as far as they can be checked without it: a linter, and their steps beside package.json. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Record<string, string>;
}

interface Job {
  readonly permissions?: Record<string, string>;
  readonly "timeout-minutes"?: number;
  readonly strategy?: { readonly matrix: Record<string, unknown[]> };
  readonly steps: Step[];
}

interface Workflow {
  readonly permissions: Record<string, string>;
  readonly jobs: Record<string, Job>;
}

const folder = resolve(".github", "workflows");
const files = readdirSync(folder).sort();
const workflows = new Map(
  files.map((file): [string, Workflow] => [file, parse(readFileSync(join(folder, file), "utf8"))]),
);

const { scripts, engines } = JSON.parse(readFileSync("package.json", "utf8"));

function jobsOf(file: string): Job[] {
  return Object.values(workflows.get(file)?.jobs ?? {});
}

function commandsOf(jobs: readonly Job[]): string[] {
  return jobs.flatMap(({ steps }) => steps.flatMap(({ run }) => (run === undefined ? [] : [run.trim()])));
}

/** The scripts of package.json that a command runs by name. */
function scriptsIn(command: string): string[] {
  const named = [...command.matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, name]) => String(name));
  const short = [...command.matchAll(/npm (start|test|cit)\b/g)].map(([, name]) =>
    name === "cit" ? "test" : String(name),
  );
  return [...named, ...short];
}

test("there is one for the tests and one for a release", () => {
  expect(files).toEqual(["release.yml", "test.yml"]);
});

const hasLinter = spawnSync("actionlint", ["-version"]).status === 0;
const linted = hasLinter
  ? "actionlint finds nothing in them"
  : "actionlint finds nothing in them (skipped: there is no actionlint on PATH)";

test.skipIf(!hasLinter)(linted, () => {
  const paths = files.map((file) => join(folder, file));
  const { stdout, stderr, status } = spawnSync("actionlint", ["-no-color", ...paths], { encoding: "utf8" });
  expect(stdout + stderr).toBe("");
  expect(status).toBe(0);
});

describe.each(files)("%s", (file) => {
  test("runs scripts that package.json has", () => {
    const named = commandsOf(jobsOf(file)).flatMap(scriptsIn);
    expect(named).not.toEqual([]);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  test("has only the permissions that it needs, a time limit, and a version of each action", () => {
    expect(workflows.get(file)?.permissions).toEqual({ contents: "read" });
    for (const { permissions, steps, "timeout-minutes": minutes } of jobsOf(file)) {
      expect(Object.keys(permissions ?? {}).length).toBeLessThan(2);
      expect(minutes).toBeLessThanOrEqual(360);
      for (const { uses, run } of steps) {
        expect(uses ?? "a@v1").toMatch(/@v\d+$/);
        // What an event brings goes into the environment, never into a command.
        expect(run ?? "").not.toMatch(/\$\{\{(?! matrix\.\w+ \}\})/);
      }
    }
  });
});

test("the release workflow publishes the release notes, and the npm package with its provenance", () => {
  const commands = commandsOf(jobsOf("release.yml"));
  expect(commands.flatMap(scriptsIn)).toContain("release");
  expect(commands.find((command) => command.startsWith("gh release create"))).toContain(
    "--notes-file tools/release/out/RELEASE_NOTES.md",
  );
  expect(commands.at(-1)).toMatch(/^npm publish .* --provenance /);
  expect(workflows.get("release.yml")?.jobs.publish?.permissions).toEqual({ "id-token": "write" });
});

test("known advisories are looked for before a release, and every week", () => {
  const release = commandsOf(jobsOf("release.yml"));
  const audit = "npm run audit";
  expect(release.indexOf(audit)).toBeGreaterThanOrEqual(0);
  expect(release.indexOf(audit)).toBeLessThan(release.findIndex((command) => command.includes("release")));
  const audits = commandsOf(jobsOf("test.yml")).filter((command) => command.startsWith(audit));
  expect(audits).toContain(audit);
  const lockFiles = audits.flatMap((command) => / --prefix (\S+)/.exec(command)?.[1] ?? []);
  expect(lockFiles).toHaveLength(1);
  for (const prefix of lockFiles) {
    expect(existsSync(join(prefix, "package-lock.json")), prefix).toBe(true);
  }
});

describe("the tests' workflow", () => {
  const jobs = workflows.get("test.yml")?.jobs ?? {};

  test("has Node 20, 22, 24 and 26, from the oldest that is allowed", () => {
    const versions = (jobs.locked?.strategy?.matrix.node ?? []) as string[];
    expect(versions.map((version) => Number.parseInt(version, 10))).toEqual([20, 22, 24, 26]);
    expect(engines.node).toBe(`>=${versions[0]}`);
  });

  test("runs all that .ci/run does", () => {
    const ci = readFileSync(".ci/run", "utf8").match(/^npm [a-z:]+( [a-z:]+)*/gm) ?? [];
    expect(ci.length).toBeGreaterThan(2);
    expect(commandsOf([jobs.locked as Job])).toEqual(expect.arrayContaining(ci.map((line) => line.trim())));
  });

  test("has the newest dependencies, and the CLI with stand-ins and with the real plugins", () => {
    expect(commandsOf([jobs.newest as Job]).flatMap(scriptsIn)).toEqual(["test:newest"]);
    const real = (jobs.cli?.strategy?.matrix.include ?? []) as { real: string }[];
    expect(real.map((one) => one.real)).toEqual(["0", "1"]);
    expect(jobs.cli?.steps.map(({ uses }) => uses)).toContain("pulumi/actions@v6");
    expect(jobs.cli?.steps.find(({ run }) => run === "npm test")?.env).toHaveProperty("REAL_PLUGINS");
  });
});
