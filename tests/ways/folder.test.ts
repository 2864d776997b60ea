/** The plugin from a folder: of a git repository, or by its path. */
import { execFileSync } from "node:child_process";
import { appendFileSync, cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithStandIns } from "../engine/support";
import { serveGit } from "./gitServer";
import { most, Outside, yamlProject } from "./outside";

let folder: string;
/** The repository, as it is committed, with components/plugin as it would be committed now. */
let checkout: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "folder-"));
  checkout = join(folder, "checkout");
  const tracked = execFileSync("git", ["ls-files", "-z"], { encoding: "utf8" }).split("\0").filter(Boolean);
  for (const file of tracked.filter((path) => !path.startsWith("components/plugin/"))) {
    cpSync(file, join(checkout, file));
  }
  const { href } = pathToFileURL(resolve("components/bundle/pluginFolder.mjs"));
  const make = `import { makeGitFolder } from "${href}"; await makeGitFolder(process.argv[1])`;
  const target = join(checkout, "components", "plugin");
  execFileSync(process.execPath, ["--input-type=module", "-e", make, target]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Makes a bare repository of a folder, in a folder of repositories. */
function commit(source: string, name: string): void {
  const git = (...args: string[]) => {
    const identity = ["-c", "user.name=someone", "-c", "user.email=someone@example.com"];
    execFileSync("git", [...identity, ...args], { cwd: source, stdio: "pipe" });
  };
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git("commit", "--quiet", "--message", "everything");
  git("clone", "--quiet", "--bare", ".", join(folder, "served", name));
  rmSync(join(source, ".git"), { recursive: true });
}

/** A project that can reach the repositories. */
async function startWithGit(): Promise<{ outside: Outside; url: string }> {
  const { url, certificate, proxy } = await serveGit(join(folder, "served"));
  const outside = await Outside.start(yamlProject());
  // Pulumi has a git of its own, which trusts what Go trusts.
  appendFileSync(outside.azure.connection.caFile, certificate);
  outside.setEnvironment({ HTTPS_PROXY: proxy });
  return { outside, url };
}

describeWithStandIns("pulumi package add", () => {
  it("takes the plugin from the default branch of a git repository", async () => {
    commit(checkout, "somebody/pulumi-acr-token.git");
    const { outside, url } = await startWithGit();
    const source = `${url}/somebody/pulumi-acr-token.git/components/plugin`;
    expect(await outside.pulumi("package", "add", source)).toContain("Added package somebody/ACR token");
    const name = "resource-git.example_somebody_pulumi-acr-token.git_components_plugin-v0.0.0-x";
    expect(outside.plugins()).toEqual([expect.stringContaining(name)]);
    await outside.upAndLogIn();
    // The whole repository; but nothing that npm would have installed for it.
    expect(outside.pluginBytes()).toBeLessThan(most);
  });

  it("takes it from a git repository of components/ alone", async () => {
    commit(join(checkout, "components"), "somebody/components.git");
    const { outside, url } = await startWithGit();
    await outside.pulumi("package", "add", `${url}/somebody/components.git/plugin`);
    await outside.upAndLogIn();
    expect(outside.pluginBytes()).toBeLessThan(most);
  });

  it("takes it from a copy of components/ alone, as a folder", async () => {
    const outside = await startWithCopy();
    expect(await outside.pulumi("package", "add", "./components/plugin")).toContain(
      "Added package ACR token",
    );
    await outside.upAndLogIn();
    expect(outside.plugins()).toEqual([]);
  });
});

describeWithStandIns("Pulumi.yaml", () => {
  it("names the folder of a copy of components/ alone, in which nothing has been installed or built", async () => {
    const plugins = { providers: [{ name: "acr-token", path: "./components" }] };
    const outside = await startWithCopy(plugins);
    await outside.upAndLogIn();
    expect(existsSync(join(outside.project, "components", "node_modules"))).toBe(false);
  });

  it("names the folder of the checkout", async () => {
    const plugins = { providers: [{ name: "acr-token", path: resolve("components") }] };
    const outside = await Outside.start(yamlProject({ plugins }));
    await outside.upAndLogIn();
  });
});

async function startWithCopy(plugins?: object): Promise<Outside> {
  const outside = await Outside.start(yamlProject({ plugins }));
  cpSync(join(checkout, "components"), join(outside.project, "components"), { recursive: true });
  return outside;
}
