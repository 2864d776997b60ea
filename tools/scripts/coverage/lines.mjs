import { basename, dirname, relative } from "node:path";

/**
 * Coverage by lines only. Two compilers compile a source for the tests' process and for the plugin's: they agree on the lines,
 * not on the columns of statements and branches.
 *
 * @param {import("istanbul-lib-coverage").CoverageMap} coverage
 */
export function byLine(coverage) {
  for (const path of coverage.files()) {
    const lines = Object.entries(coverage.fileCoverageFor(path).getLineCoverage());
    const place = (line) => ({ start: { line, column: 0 }, end: { line, column: 0 } });
    coverage.data[path].data = {
      path,
      statementMap: Object.fromEntries(lines.map(([line]) => [line, place(Number(line))])),
      s: Object.fromEntries(lines),
      fnMap: {},
      f: {},
      branchMap: {},
      b: {},
    };
  }
  return coverage;
}

/** The printed table: the covered lines of each folder, and the files with uncovered lines. */
export function table(coverage) {
  const folders = new Map();
  for (const path of coverage.files().sort()) {
    const folder = relative(".", dirname(path));
    folders.set(folder, [...(folders.get(folder) ?? []), coverage.fileCoverageFor(path)]);
  }
  const rows = [...folders].flatMap(([folder, files]) => [
    row(folder, files),
    ...files
      .filter((file) => file.getUncoveredLines().length > 0)
      .map((file) => `    ${basename(file.path)}: ${file.getUncoveredLines().join(", ")}`),
  ]);
  return [...rows, row("all", [...folders.values()].flat())].join("\n");
}

function row(name, files) {
  const lines = files.map((file) => file.toSummary().lines);
  const covered = lines.reduce((sum, { covered }) => sum + covered, 0);
  const total = lines.reduce((sum, { total }) => sum + total, 0);
  return `${name}: ${covered} of ${total} lines, ${((100 * covered) / total).toFixed(1)} %`;
}
