/** Programs in other languages, and Pulumi's packages for them, made of the schema of the built plugin. */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll } from "vitest";

const plugin = resolve("components", "pulumi-resource-acr-token");

/** A folder that goes when the test file is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "language-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files, by their paths in a folder. A program to be started is one that begins with `#!`. */
export function writeFiles(folder: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
    if (text.startsWith("#!")) {
      chmodSync(join(folder, name), 0o755);
    }
  }
}

/** Makes the packages of this repository's node_modules those of a folder, too. */
export function shareNodeModules(folder: string): void {
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"), "junction");
}

/** Makes the package for a language with Pulumi's generator, in a folder, and says where it is. */
export function generateSdk(language: "python" | "go", folder: string): string {
  const made = spawnSync(
    "pulumi",
    ["package", "gen-sdk", plugin, "--language", language, "--local", "--out", join(folder, "sdk")],
    { encoding: "utf8", env: { ...process.env, PULUMI_HOME: join(folder, "home") } },
  );
  if (made.status !== 0) {
    throw new Error(`pulumi package gen-sdk --language ${language}: ${made.stdout}${made.stderr}`);
  }
  return join(folder, "sdk", language);
}

/** Installs the package for Python into a folder, and says what a process needs in its environment to import it from there. */
export function installPythonSdk(folder: string): Record<string, string> {
  const target = join(folder, "site-packages");
  const offline = ["--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check"];
  const source = generateSdk("python", folder);
  execFileSync("python3", ["-m", "pip", "install", "--quiet", ...offline, "--target", target, source], {
    stdio: "pipe",
  });
  return { PYTHONPATH: target };
}
