/**
 * Draws what `npm start` prints into docs/npm-start.svg, or another file: `npm run docs`. It runs `npm start` without a CLI, whose
 * version and durations would differ from run to run.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { terminalPicture } from "./terminalPicture.mjs";

const project = resolve(import.meta.dirname, "../..");

const printed = execFileSync(process.execPath, ["tools/start/bin/main.js", "--without-cli"], {
  cwd: project,
  encoding: "utf8",
});
const picture = terminalPicture(
  "What npm start prints: the resources that it creates, the outputs, and seven checks of the password",
  ["$ npm start -- --without-cli", "", ...settled(printed.trimEnd().split("\n"))],
  [
    [/^( \+ )/, "added"],
    [/^( {2}ok)/, "added"],
    [/(\[secret\])/, "changed"],
    [/^(\$.*|A local Azure.*|Everything.*)$/, "muted"],
  ],
);
writeFileSync(process.argv[2] ?? resolve(project, "docs", "npm-start.svg"), picture);

/** The lines with a fixed port, and the RandomUuid, which has no dependencies, in a fixed place. */
function settled(lines) {
  const isUuid = (line) => line.includes("RandomUuid");
  const others = lines.filter((line) => !isUuid(line));
  others.splice(
    others.findIndex((line) => line.includes("ScopeMap")),
    0,
    ...lines.filter(isUuid),
  );
  return others.map((line) => line.replace(/127\.0\.0\.1:\d+/, "127.0.0.1:41655"));
}
