/** docs/troubleshooting.md names errors that the package has. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const page = readFileSync("docs/troubleshooting.md", "utf8");
const sources = readdirSync("components", { recursive: true, encoding: "utf8" })
  .filter(
    (path) =>
      /\.ts$|^pulumi-resource-acr-token$/.test(path) && !/(^|\/)(node_modules|bin|plugin)\//.test(path),
  )
  .map((path) => readFileSync(join("components", path), "utf8"))
  .join("\n");

/** Errors of npm, Pulumi and azure-native, which no source of this package has. */
const ofOthers = [
  "404 Not Found … pulumi-acr-token",
  "no folder at path",
  "cannot create already existing resource",
  "the stack is currently locked",
  "pending operations from previous deployment",
  "grpc: the client connection is closing",
  "violates plan: properties changed",
];

const headings = [...page.matchAll(/^### `(.*)`$/gm)].map(([, heading]) => String(heading));

test("each error of this package that is a heading is in its sources", () => {
  const own = headings.filter((heading) => !ofOthers.includes(heading));
  expect(own.length).toBeGreaterThan(8);
  const missing = own.filter((heading) => !heading.split("…").every((part) => sources.includes(part.trim())));
  expect(missing).toEqual([]);
});

test("the list of errors of other programs has no other headings", () => {
  expect(ofOthers.filter((error) => !headings.includes(error))).toEqual([]);
});
