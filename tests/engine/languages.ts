/** Programs in other languages, and Pulumi's packages for them, made of the schema of the built plugin. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { onTestFinished } from "vitest";

const plugin = resolve("components", "pulumi-resource-acr-token");

/**
 * A folder that goes when it is no longer needed.
 *
 * @param whenOver calls back then. Default: when the test is over
 */
export function temporaryFolder(whenOver: (remove: () => void) => void = onTestFinished): string {
  const folder = mkdtempSync(join(tmpdir(), "language-"));
  whenOver(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files, by their paths in a folder. A file that begins with `#!` becomes executable. */
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

/** Generates the package for a language in a folder, and returns its path. */
export function generateSdk(language: "python" | "go" | "java", folder: string): string {
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

/** What installing and importing a generated Python SDK needs beside Pulumi's package. */
export const pythonSdkModules = ["semver", "parver", "setuptools", "wheel"];

/** Installs the package for Python into a folder, and says what a process needs in its environment to import it from there. */
export function installPythonSdk(
  folder: string,
  source = generateSdk("python", folder),
): Record<string, string> {
  const target = join(folder, "site-packages");
  const offline = ["--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check"];
  execFileSync("python3", ["-m", "pip", "install", "--quiet", ...offline, "--target", target, source], {
    stdio: "pipe",
  });
  return { PYTHONPATH: target };
}

/** Copies an example out of the repository, with the path of this repository's plugin. */
export function copyExample(name: string): string {
  const folder = join(temporaryFolder(), name);
  const made = /^(node_modules|sdks|bin)$/;
  cpSync(resolve("examples", name), folder, {
    recursive: true,
    filter: (path) => !made.test(basename(path)),
  });
  const project = join(folder, "Pulumi.yaml");
  writeFileSync(project, readFileSync(project, "utf8").replace("../../components", resolve("components")));
  return folder;
}

/** Installs the npm package, packed, into a folder, and what it and a program need from this repository's node_modules. */
export function installNpmPackage(folder: string): void {
  const packages = join(folder, "node_modules");
  mkdirSync(join(packages, "pulumi-acr-token"), { recursive: true });
  for (const name of readdirSync("node_modules").filter((one) => one !== "pulumi-acr-token")) {
    symlinkSync(resolve("node_modules", name), join(packages, name), "junction");
  }
  const args = [
    "pack",
    "--silent",
    "--ignore-scripts",
    "--workspace",
    "components",
    "--pack-destination",
    folder,
  ];
  const tarball = execFileSync("npm", args, { encoding: "utf8" }).trim();
  const unpack = [
    "-xzf",
    join(folder, tarball),
    "--strip-components=1",
    "-C",
    join(packages, "pulumi-acr-token"),
  ];
  execFileSync("tar", unpack);
}

/** Puts the package for Go or Java into a program's folder, where `pulumi package add` puts it. */
export function addSdk(language: "go" | "java", folder: string): void {
  cpSync(generateSdk(language, temporaryFolder()), join(folder, "sdks", "acr-token"), { recursive: true });
}

/** Builds a program in Go, once for all of a stack's runs, and says how its project runs it. */
export function buildGo(folder: string): object {
  execFileSync("go", ["build", "-o", "program", "."], {
    cwd: folder,
    env: { ...process.env, GOPROXY: "off" },
    stdio: "pipe",
  });
  return { name: "go", options: { binary: join(folder, "program") } };
}

/** Why a program in Go cannot be built without a download. Undefined if it can. */
export function whyNoGo(): string | undefined {
  if (spawnSync("go", ["version"]).status !== 0) {
    return "there is no go on PATH";
  }
  const folder = mkdtempSync(join(tmpdir(), "modules-"));
  try {
    for (const file of ["go.mod", "go.sum"]) {
      cpSync(resolve("examples/go", file), join(folder, file));
    }
    const go = (...args: string[]) =>
      spawnSync("go", args, { cwd: folder, encoding: "utf8", env: { ...process.env, GOPROXY: "off" } });
    // It is not made yet.
    const sdk = "pulumi-acr-token/sdk/go";
    go("mod", "edit", `-droprequire=${sdk}`, `-dropreplace=${sdk}`);
    const listed = go("list", "-deps", "github.com/pulumi/pulumi/sdk/v3/go/pulumi");
    return listed.status === 0 ? undefined : "the modules of examples/go are not in Go's cache";
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Why a program in Java cannot be built without a download. Undefined if it can. */
export function whyNoJava(): string | undefined {
  for (const [tool, ...args] of [
    ["pulumi-language-java", "-help"],
    ["javac", "-version"],
    ["mvn", "-v"],
  ] as const) {
    if (spawnSync(tool, args).error !== undefined) {
      return `there is no ${tool} on PATH`;
    }
  }
  const args = [
    "-o",
    "-q",
    "-B",
    "-f",
    resolve("examples/java/pom.xml"),
    "dependency:resolve",
    "dependency:resolve-plugins",
  ];
  return spawnSync("mvn", args).status === 0
    ? undefined
    : "Maven has not all of examples/java/pom.xml in its cache";
}
