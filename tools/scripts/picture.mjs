/**
 * Draws docs/npm-start.svg, or another file, of what `npm start` prints: `npm run docs`. It runs it, without a CLI, whose version and
 * durations would be others every time.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";

const project = resolve(import.meta.dirname, "../..");
/** In characters, and in pixels. */
const columns = 112;
const cell = { width: 7.8, height: 18, size: 13, margin: 20 };
const colors = { ground: "#0d1117", text: "#d0d7de", good: "#3fb950", secret: "#d29922", quiet: "#8b949e" };

const printed = execFileSync(process.execPath, ["tools/start/bin/main.js", "--without-cli"], {
  cwd: project,
  encoding: "utf8",
});
const lines = ["$ npm start -- --without-cli", "", ...settled(printed.trimEnd().split("\n"))].flatMap(
  wrapped,
);
writeFileSync(process.argv[2] ?? resolve(project, "docs", "npm-start.svg"), svg(lines));

/** The same lines with what is another every time in one form: the port, and when the RandomUuid came, which waits for nobody. */
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

/** As a terminal breaks a line, but between words. */
function wrapped(line) {
  if (line.length <= columns) {
    return [line];
  }
  const end = line.lastIndexOf(" ", columns);
  return [line.slice(0, end), ...wrapped(line.slice(end + 1))];
}

function svg(lines) {
  const width = Math.ceil(columns * cell.width + 2 * cell.margin);
  const height = lines.length * cell.height + 2 * cell.margin;
  const rows = lines.map((line, row) => {
    const y = cell.margin + (row + 0.75) * cell.height;
    return `<text x="${cell.margin}" y="${y}" xml:space="preserve">${colored(line)}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    "<title>What npm start prints: the resources that it creates, the outputs, and seven proofs of the password</title>",
    `<rect width="${width}" height="${height}" rx="8" fill="${colors.ground}"/>`,
    `<g fill="${colors.text}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="${cell.size}">`,
    ...rows,
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

/** A line with what matters in its colour. */
function colored(line) {
  return escaped(line)
    .replace(/^( \+ )/, span(colors.good))
    .replace(/^( {2}ok)/, span(colors.good))
    .replace(/(\[secret\])/, span(colors.secret))
    .replace(/^(\$.*|A local Azure.*|Everything is.*)$/, span(colors.quiet));
}

function span(color) {
  return `<tspan fill="${color}">$1</tspan>`;
}

function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
