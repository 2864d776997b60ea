/**
 * Finds words in the documentation, comments and strings that have a plainer equivalent: `npm run lint`.
 *
 * Names in code are not checked: only what a person reads as a sentence is.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import ts from "typescript";

const project = resolve(import.meta.dirname, "../..");

/** The folders and files that are checked. Add a folder once it has no findings. */
const checked = [
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "README.md",
  "SECURITY.md",
  "components",
  "docs",
  "examples",
  "index.ts",
  "packages",
  "tests",
  "tools",
];

/** Generated files, whose sources are checked elsewhere, and the files that quote the words. */
const skipped = [
  "docs/reference.md",
  "package-lock.json",
  "tools/mutation/package-lock.json",
  "tools/scripts/vocabulary.mjs",
  "tests/docs/vocabulary.test.ts",
];

/** Each word or phrase with what to write instead. */
const plainer = new Map([
  ["anew", "again; for a password: regenerate"],
  ["bears?", "accepts, allows"],
  ["beforehand", "before"],
  ["be had", "available, exists"],
  ["by halves", "partially"],
  ["doors?", "endpoint, API"],
  ["falls? silent", "stops reporting"],
  ["for ever", "never expires, indefinitely"],
  ["heed(?:s|ed|ing)?", "respects, honors"],
  ["held back", "throttled, paused"],
  ["house", "repository"],
  ["in vain", "without success"],
  ["knock(?:s|ed)?", "logs in, requests"],
  ["lets? in", "accepts the login"],
  ["likewise", "name the thing again"],
  ["made new", "regenerated"],
  ["mended", "fixed"],
  ["no more than it has to", "only what it needs"],
  ["outlast\\w*", "retries"],
  ["own doing", "name the actor"],
  ["patience", "retry budget, time limit"],
  ["slip of the pen", "typo"],
  ["takes? turns", "alternates"],
  ["whatever", "any, every; or name the noun"],
  ["whoever", "name the person or the client"],
]);

const pattern = new RegExp(`\\b(?:${[...plainer.keys()].join("|")})\\b`, "gi");

/**
 * The text of a file with everything that is not prose blanked out, so that lines and columns stay the same: names and
 * import paths in code; `code` between backticks and names of files in Markdown.
 */
export function proseOf(file, text) {
  if (file.endsWith(".md")) {
    return text.replace(/`[^`\n]*`|[\w./-]+\.(?:ts|md)\b/g, blank);
  }
  if (!/\.(?:[cm]?[jt]s)$/.test(file)) {
    return text;
  }
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const pieces = [];
  let end = 0;
  const visit = (node) => {
    const isPath = ts.isStringLiteral(node) && isModuleName(node);
    if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node) || isPath) {
      const start = node.getStart(source);
      pieces.push(text.slice(end, start), blank(text.slice(start, node.getEnd())));
      end = node.getEnd();
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return pieces.join("") + text.slice(end);
}

function isModuleName({ parent, text }) {
  return (
    ts.isImportDeclaration(parent) ||
    ts.isExportDeclaration(parent) ||
    (ts.isCallExpression(parent) && /^\.{1,2}\//.test(text))
  );
}

function blank(text) {
  return text.replace(/[^\n]/g, " ");
}

/** The findings in one file: `docs/page.md:12: "anew": write again, …`. */
export function findingsIn(file, text) {
  const lines = proseOf(file, text).split("\n");
  return lines.flatMap((line, index) =>
    [...line.matchAll(pattern)].map(([word]) => `${file}:${index + 1}: "${word}": write ${insteadOf(word)}`),
  );
}

function insteadOf(word) {
  const [, instead] = [...plainer].find(([key]) => new RegExp(`^${key}$`, "i").test(word));
  return instead;
}

/** The files to check that git knows, or would add. */
function files() {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", ...checked], {
    cwd: project,
    encoding: "utf8",
  });
  const isProse = (file) => /\.(?:md|[cm]?[jt]s|json|ya?ml|py|go|java|csv)$/.test(file);
  return listed
    .split("\n")
    .filter((file) => isProse(file) && !skipped.includes(file) && !file.startsWith("components/plugin/"));
}

if (process.argv[1] === import.meta.filename) {
  const findings = files().flatMap((file) => findingsIn(file, readFileSync(resolve(project, file), "utf8")));
  for (const finding of findings) {
    console.error(finding);
  }
  process.exitCode = findings.length > 0 ? 1 : 0;
}
