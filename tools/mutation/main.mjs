/**
 * Mutates the sources, and runs the tests:
 *
 *     npm run test:mutation                           # part by part, and a table of the files at the end
 *     npm run test:mutation -- azure schedule         # these parts
 *     npm run test:mutation -- --mutate FILE,FILE     # other arguments go to Stryker; TESTS names the tests
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parts } from "./parts.mjs";

const out = "tools/mutation/out";
const given = process.argv.slice(2);

if (given.some((argument) => argument.startsWith("-"))) {
  stryker(given);
} else {
  const unknown = given.filter((name) => !parts.some((part) => part.name === name));
  if (unknown.length > 0) {
    console.error(
      `unknown part ${unknown.join(", ")}: the parts are ${parts.map(({ name }) => name).join(", ")}`,
    );
    process.exit(2);
  }
  const wanted = parts.filter(({ name }) => given.length === 0 || given.includes(name));
  const counts = wanted.flatMap(countsOf).sort((one, other) => (one.file < other.file ? -1 : 1));
  console.log(table([...counts, total(counts)]));
}

function stryker(args, env = {}) {
  const command = "tools/mutation/node_modules/@stryker-mutator/core/bin/stryker.js";
  const options = { stdio: "inherit", env: { ...process.env, ...env } };
  const { status } = spawnSync(
    process.execPath,
    [command, "run", "tools/mutation/stryker.config.mjs", ...args],
    options,
  );
  if (status !== 0) {
    process.exit(status ?? 1);
  }
}

/** Mutates a part, and counts the mutants of each file by their status. */
function countsOf({ name, mutate, tests }) {
  stryker(["--mutate", mutate.join(",")], { FUZZ_RUNS: "300", ...process.env, TESTS: tests.join(" ") });
  const report = join(out, `${name}.json`);
  copyFileSync(join(out, "mutation.json"), report);
  copyFileSync(join(out, "mutation.html"), join(out, `${name}.html`));
  const { files } = JSON.parse(readFileSync(report, "utf8"));
  return Object.entries(files).map(([file, { mutants }]) => {
    const count = (...states) => mutants.filter(({ status }) => states.includes(status)).length;
    return {
      file: file.replace(/^components\//, ""),
      killed: count("Killed", "Timeout"),
      survived: count("Survived"),
      notCovered: count("NoCoverage"),
    };
  });
}

function total(counts) {
  const sum = (key) => counts.reduce((so, one) => so + one[key], 0);
  return { file: "all", killed: sum("killed"), survived: sum("survived"), notCovered: sum("notCovered") };
}

function table(rows) {
  const lines = rows
    .map((row) => ({ ...row, mutants: row.killed + row.survived + row.notCovered }))
    .filter(({ mutants }) => mutants > 0)
    .map(({ file, mutants, killed, survived, notCovered }) => {
      const score = `${Math.round((100 * killed) / mutants)} %`;
      return `| ${[file, mutants, killed, survived, notCovered, score].join(" | ")} |`;
    });
  return [
    "| file | mutants | killed | survived | not covered | score |",
    "| --- | ---: | ---: | ---: | ---: | ---: |",
    ...lines,
  ].join("\n");
}
