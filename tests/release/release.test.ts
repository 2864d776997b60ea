/** `npm run release` without its build, which `npm test` has done. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { extract } from "tar";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { releaseNotes } from "../../tools/release/releaseNotes";
import { statedVersions, theVersion } from "../../tools/release/versions";
import { describeWithCli } from "../engine/support";
import { contents } from "./contents";

const folder = mkdtempSync(join(tmpdir(), "release-"));
const out = join(folder, "out");
const { version } = JSON.parse(readFileSync("components/package.json", "utf8"));

function release(...args: string[]): string {
  return execFileSync(process.execPath, [resolve("tools/release/bin/main.js"), ...args], {
    cwd: folder,
    encoding: "utf8",
  });
}

beforeAll(() => release("--out", out));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("npm run release", () => {
  test("makes the npm package, a plugin archive for each system, and the accompanying files", () => {
    const names = [...contents(out).keys()];
    for (const system of ["linux", "darwin", "windows"]) {
      expect(names).toContain(`pulumi-resource-acr-token-v${version}-${system}-amd64.tar.gz`);
      expect(names).toContain(`pulumi-resource-acr-token-v${version}-${system}-arm64.tar.gz`);
    }
    expect(names).toContain(`pulumi-acr-token-${version}.tgz`);
    expect(names).toContain("sbom.cdx.json");
    expect(names).toContain("THIRD-PARTY-NOTICES.txt");
    expect(names).toContain("RELEASE_NOTES.md");
  });

  test("makes the same bytes when it is run again", () => {
    release("--out", join(folder, "again"));
    const again = contents(join(folder, "again"));
    expect(again.size).toBeGreaterThan(8);
    for (const [name, bytes] of contents(out)) {
      expect(again.get(name)?.equals(bytes), name).toBe(true);
    }
  });

  test("writes the SHA-256 of everything, but of that list itself", () => {
    const files = contents(out);
    const sums = files.get("SHA256SUMS")?.toString() ?? "";
    files.delete("SHA256SUMS");
    const expected = [...files].map(
      ([name, bytes]) => `${createHash("sha256").update(bytes).digest("hex")}  ${name}\n`,
    );
    expect(sums).toBe(expected.join(""));
  });

  test("packs the plugin as it was built, and so that it can be started", async () => {
    const unpacked = join(folder, "unpacked");
    mkdirSync(unpacked);
    const modes = new Map<string, number | undefined>();
    await extract({
      cwd: unpacked,
      file: join(out, `pulumi-resource-acr-token-v${version}-linux-amd64.tar.gz`),
      onReadEntry: ({ path, mode }) => modes.set(path, mode),
    });
    expect([...contents(unpacked).keys()]).toEqual([...contents("components/bin/plugin").keys()]);
    expect(modes.get("pulumi-resource-acr-token")).toBe(0o755);
    expect(modes.get("index.js")).toBe(0o644);
  });

  test("lists in the bill of materials what the notices list", () => {
    const { components, metadata } = JSON.parse(readFileSync(join(out, "sbom.cdx.json"), "utf8"));
    const notices = readFileSync(join(out, "THIRD-PARTY-NOTICES.txt"), "utf8");
    expect(metadata.component.version).toBe(version);
    const listed = [...notices.matchAll(/^(\S+ \d+\.\d+\.\S+) \(.+\)(?:, \S+)?$/gm)].map(([, name]) => name);
    expect(components.map((one: { name: string; version: string }) => `${one.name} ${one.version}`)).toEqual(
      listed.sort(),
    );
  });
});

describe("the release notes", () => {
  const changelog = [
    "# Changelog",
    "",
    "## [Unreleased]",
    "",
    "- Not in the release.",
    "",
    "## [0.2.0] - 2026-11-29",
    "",
    "### Added",
    "",
    "- See [a page](docs/a.md), [another](https://example.com/b) and [Changed](#changed).",
    "",
    "## [0.1.0] - 2026-11-24",
    "",
    "- The first.",
    "",
  ].join("\n");

  test("are the version's section of the changelog", () => {
    const text = readFileSync(join(out, "RELEASE_NOTES.md"), "utf8");
    expect(text).toBe(releaseNotes(readFileSync("CHANGELOG.md", "utf8"), version));
    expect(text).toMatch(/^### /m);
    expect(releaseNotes(changelog, "0.1.0")).toBe("- The first.\n");
  });

  test("link to the files of the version, because a release's page is not in the changelog's folder", () => {
    const notes = releaseNotes(changelog, "0.2.0", "git+https://example.com/owner/name.git");
    expect(notes).toBe(
      "### Added\n\n- See [a page](https://example.com/owner/name/blob/v0.2.0/docs/a.md), [another](https://example.com/b) and [Changed](#changed).\n",
    );
  });

  test.each([
    ["no section", "0.3.0", changelog, /no section for version 0\.3\.0, only: \[Unreleased\], \[0\.2\.0\]/],
    [
      "no day",
      "0.2.0",
      changelog.replace(" - 2026-11-29", ""),
      /must end with its day, .* got "\[0\.2\.0\]"/,
    ],
    ["no text", "0.1.0", changelog.replace("- The first.", ""), /section of version 0\.1\.0 .* is empty/],
  ])("are refused if the version has %s", (_, of, text, message) => {
    expect(() => releaseNotes(text, of)).toThrow(message);
  });
});

describeWithCli("npm run release, with a pulumi", () => {
  test("packs the SDKs that Pulumi generates from the schema, and names the skipped SDKs", async () => {
    const printed = release("--out", join(folder, "with-sdks"));
    const names = [...contents(join(folder, "with-sdks")).keys()];
    for (const language of ["python", "go"]) {
      expect(names).toContain(`acr-token-sdk-${language}-v${version}.tar.gz`);
    }
    for (const language of ["dotnet", "java"]) {
      const packed = names.includes(`acr-token-sdk-${language}-v${version}.tar.gz`);
      expect(printed).toMatch(
        new RegExp(`^SDK, ${language} +${packed ? "acr-token-sdk" : "skipped: ."}`, "m"),
      );
    }
    const unpacked = join(folder, "python");
    mkdirSync(unpacked);
    await extract({
      cwd: unpacked,
      file: join(folder, "with-sdks", `acr-token-sdk-python-v${version}.tar.gz`),
    });
    expect([...contents(unpacked).keys()]).toContain("pulumi_acr_token/registry_token.py");
  });
});

describe("the versions that are stated", () => {
  /** The files with versions, in a git repository of its own. */
  function copied(name: string, edit: (path: (file: string) => string) => void): string {
    const copy = join(folder, name);
    const files = [
      "package.json",
      "components/package.json",
      "components/schema.json",
      "components/bin/plugin",
    ];
    for (const file of files) {
      cpSync(file, join(copy, file), { recursive: true });
    }
    edit((file) => join(copy, file));
    execFileSync("git", ["init", "--quiet"], { cwd: copy });
    const identity = ["-c", "user.name=someone", "-c", "user.email=someone@example.com"];
    execFileSync("git", [...identity, "commit", "--quiet", "--allow-empty", "-m", "one"], { cwd: copy });
    return copy;
  }

  /** The files below folders, without installed packages. */
  const filesOf = (...folders: string[]) =>
    folders.flatMap((below) =>
      readdirSync(below, { recursive: true, encoding: "utf8" })
        .map((path) => join(below, path))
        .filter((path) => !path.includes("node_modules")),
    );

  const replace = (file: string, from: string, to: string) => {
    const text = readFileSync(file, "utf8");
    expect(text).toContain(from);
    writeFileSync(file, text.replace(from, to));
  };

  test("are found in the package files, the schema, the plugin and the tag", async () => {
    const copy = copied("same", () => {});
    execFileSync("git", ["tag", `v${version}`], { cwd: copy });
    execFileSync("git", ["tag", "not-a-version"], { cwd: copy });
    const stated = await statedVersions(copy);
    expect([...stated]).toEqual([
      ["package.json (dependencies)", version],
      ["components/package.json", version],
      ["components/schema.json", version],
      ["the plugin", version],
      [`the tag v${version}`, version],
    ]);
    expect(theVersion(stated)).toBe(version);
  });

  test.each([
    ["package.json (dependencies)", "package.json", `"^${version}"`, '"^9.8.7"'],
    ["components/package.json", "components/package.json", `"version": "${version}"`, '"version": "9.8.7"'],
    ["components/schema.json", "components/schema.json", `"version": "${version}"`, '"version": "9.8.7"'],
  ])("stop a release if the version in %s differs, and the error names it", async (where, file, from, to) => {
    const copy = copied(where, (path) => replace(path(file), from, to));
    const stated = await statedVersions(copy);
    expect(() => theVersion(stated)).toThrow(/^the versions differ, so nothing is released:\n/);
    expect(() => theVersion(stated)).toThrow(`  9.8.7        ${where}`);
    expect(() => theVersion(stated)).toThrow(`  ${version.padEnd(12)} the plugin`);
  });

  test("are the same in the packages of the workspace, the examples and the documentation", () => {
    const manifests = filesOf("packages", "examples").filter((path) => basename(path) === "package.json");
    expect(manifests.length).toBeGreaterThan(10);
    for (const path of manifests) {
      const manifest = JSON.parse(readFileSync(path, "utf8"));
      const ranges = { ...manifest.dependencies, ...manifest.devDependencies };
      expect([version, undefined], path).toContain(manifest.version);
      for (const name of ["pulumi-acr-token", "local-azure", "provider-server"]) {
        expect([`^${version}`, undefined], `${path}: ${name}`).toContain(ranges[name]);
      }
    }
    const locked = JSON.parse(readFileSync("package-lock.json", "utf8")).packages;
    expect(locked.components.version).toBe(version);
    expect(locked[""].dependencies["pulumi-acr-token"]).toBe(`^${version}`);
    const named = ["components/README.md", "docs/installation-configuration.md"].flatMap((path) => [
      ...readFileSync(path, "utf8").matchAll(/acr-token[ -](\d+\.\d+\.\d+)|plugin@v(\d+\.\d+\.\d+)/g),
    ]);
    expect(named.map(([, one, other]) => one ?? other)).toEqual([version, version, version]);
  });

  test("stop a release if the tag differs", async () => {
    const copy = copied("tagged", () => {});
    execFileSync("git", ["tag", "v9.8.7"], { cwd: copy });
    const stated = await statedVersions(copy);
    expect(() => theVersion(stated)).toThrow("  9.8.7        the tag v9.8.7");
  });
});
