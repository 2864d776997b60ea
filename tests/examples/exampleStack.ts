/** An example as its user has it: a folder outside of this workspace, with what its package.json names installed. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { onTestFinished } from "vitest";
import { TestStack } from "../engine/support";

/**
 * A stack of an example, from a copy that goes with the test, on a local Azure that does too.
 *
 * @param example the folder's name in examples/
 * @param config the stack's configuration
 */
export async function exampleStack(
  example: string,
  config: Readonly<Record<string, string>>,
  settings: Parameters<typeof TestStack.start>[1] = {},
): Promise<TestStack> {
  const test = await TestStack.start(installed(example), {
    ...settings,
    // `npm run typecheck` checks the types of examples, which takes Pulumi as long as all the rest.
    environment: { PULUMI_NODEJS_TRANSPILE_ONLY: "true", ...settings.environment },
  });
  const values = Object.entries(config).map(([name, value]) => [name, { value }]);
  await test.stack.setAllConfig(Object.fromEntries(values));
  return test;
}

/** The URN of the resource of this type and name. */
export async function urnOf({ stack }: TestStack, type: string, name: string): Promise<string> {
  const { deployment } = await stack.exportStack();
  const urns: string[] = deployment.resources.map(({ urn }: { urn: string }) => urn);
  const found = urns.find((urn) => urn.endsWith(`${type}::${name}`));
  if (found === undefined) {
    throw new Error(`no ${type} '${name}' among ${urns.join(", ")}`);
  }
  return found;
}

/** The URN of what is to be replaced for a rotation of a RegistryToken's password. */
export function generationOf(test: TestStack, registryToken: string): Promise<string> {
  return urnOf(test, "random:index/randomUuid:RandomUuid", registryToken);
}

/** A copy of the example, with the package as npm packs it, and the rest as this workspace has it: nothing is downloaded. */
function installed(example: string): string {
  const source = resolve("examples", example);
  const folder = temporaryFolder();
  cpSync(source, folder, {
    recursive: true,
    filter: (path) => !path.slice(source.length).includes("node_modules"),
  });
  const packages = join(folder, "node_modules");
  const own = join(packages, "pulumi-acr-token");
  unpack(own);
  for (const name of new Set([
    ...packagesOf(folder, "dependencies", "devDependencies"),
    ...packagesOf(own, "dependencies"),
  ])) {
    const target = join(packages, name);
    if (target !== own) {
      mkdirSync(dirname(target), { recursive: true });
      symlinkSync(resolve("node_modules", name), target, "junction");
    }
  }
  return folder;
}

/** The names of the packages that a package.json wants. */
function packagesOf(folder: string, ...fields: string[]): string[] {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return fields.flatMap((field) => Object.keys(manifest[field] ?? {}));
}

/** What `npm test` has built is what is packed. */
function unpack(target: string): void {
  const folder = temporaryFolder();
  const npm = ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder];
  const tarball = execFileSync("npm", npm, { cwd: resolve("components"), encoding: "utf8", shell: true });
  mkdirSync(target, { recursive: true });
  execFileSync("tar", ["-xzf", join(folder, tarball.trim()), "-C", target, "--strip-components", "1"]);
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "example-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
