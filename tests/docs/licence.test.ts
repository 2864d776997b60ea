/** Every package names its licence, and the published packages contain it. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const published = ["components", "packages/local-azure", "packages/provider-server"];

function textOf(...path: string[]): string {
  return readFileSync(resolve(...path), "utf8");
}

test.each([".", ...published])(
  "the package in %s is under the Apache License, and can be found by its keywords",
  (folder) => {
    const manifest = JSON.parse(textOf(join(folder, "package.json")));
    expect(manifest.license).toBe("Apache-2.0");
    expect(manifest.author).toBe("The pulumi-acr-token authors");
    expect(manifest.keywords).toContain("pulumi");
    expect(new Set(manifest.keywords).size).toBe(manifest.keywords.length);
  },
);

test("the licence is complete, names its owner, and is in each published package", () => {
  const licence = textOf("LICENSE");
  expect(licence).toContain("TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION");
  expect(licence).toContain("9. Accepting Warranty or Additional Liability.");
  expect(licence).toContain("END OF TERMS AND CONDITIONS");
  expect(licence).toContain("Copyright 2026 The pulumi-acr-token authors");
  expect(licence).not.toMatch(/\[yyyy\]|\[name of copyright owner\]/);
  // npm packs only a LICENSE in the package's own folder.
  for (const folder of published) {
    expect(textOf(folder, "LICENSE")).toBe(licence);
  }
});

test("the changelog has the version of the package, and what comes after it", () => {
  const { version } = JSON.parse(textOf("components", "package.json"));
  const versions = [...textOf("CHANGELOG.md").matchAll(/^## \[(.+?)\]/gm)].map(([, name]) => name);
  expect(versions[0]).toBe("Unreleased");
  expect(versions).toContain(version);
});
