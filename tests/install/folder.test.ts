/** The plugin from a folder: of a git repository, or by its path. */
import { execFileSync } from "node:child_process";
import { appendFileSync, cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { tagPlugin } from "../../tools/release/taggedPlugin";
import { describeWithStandIns } from "../engine/support";
import { serveGit } from "./gitServer";
import { most, Outside, version, yamlProject } from "./outside";

let folder: string;
/** The repository as it is now, with the tag of a release. */
let checkout: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "folder-"));
  checkout = join(folder, "checkout");
  const tracked = execFileSync("git", ["ls-files", "-z"], { encoding: "utf8" }).split("\0").filter(Boolean);
  for (const file of tracked.filter((path) => existsSync(path))) {
    cpSync(file, join(checkout, file));
  }
  for (const role of ["AUTHOR", "COMMITTER"]) {
    vi.stubEnv(`GIT_${role}_NAME`, "someone");
    vi.stubEnv(`GIT_${role}_EMAIL`, "someone@example.com");
  }
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git("commit", "--quiet", "--message", "everything");
  await tagPlugin(checkout, version);
  git("clone", "--quiet", "--bare", ".", join(folder, "served", "somebody", "pulumi-acr-token.git"));
});

afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

function git(...args: string[]): string {
  return execFileSync("git", args, { cwd: checkout, encoding: "utf8", stdio: "pipe" });
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

describe("the tag of a release", () => {
  it("has the built plugin, which no branch and no working tree has", () => {
    expect(git("ls-tree", "--name-only", `v${version}`, "components/plugin/")).toContain(
      "components/plugin/index.js",
    );
    expect(git("ls-tree", "--name-only", "main", "components/plugin/")).toBe("");
    expect(git("rev-parse", `v${version}^`)).toBe(git("rev-parse", "main"));
    expect(git("status", "--short")).toBe("");
  });

  it("is never moved", async () => {
    await expect(tagPlugin(checkout, version)).rejects.toThrow(`the tag v${version} exists already`);
  });
});

describeWithStandIns("pulumi package add", () => {
  it("takes the plugin from the tag of a release in a git repository", async () => {
    const { outside, url } = await startWithGit();
    const source = `${url}/somebody/pulumi-acr-token.git/components/plugin@v${version}`;
    expect(await outside.pulumi("package", "add", source)).toContain("Added package somebody/ACR token");
    expect(outside.plugins()).toEqual([
      expect.stringContaining("resource-git.example_somebody_pulumi-acr-token.git_components_plugin-v"),
    ]);
    await outside.upAndLogIn();
    // The whole repository; but nothing that npm would have installed for it.
    expect(outside.pluginBytes()).toBeLessThan(most);
  });
});

describeWithStandIns("Pulumi.yaml", () => {
  it("names the folder of the checkout", async () => {
    const plugins = { providers: [{ name: "acr-token", path: resolve("components") }] };
    const outside = await Outside.start(yamlProject({ plugins }));
    await outside.upAndLogIn();
  });

  it("names the folder of a checkout in which nothing has been built, and the error says what to run", async () => {
    const plugins = { providers: [{ name: "acr-token", path: join(checkout, "components") }] };
    const outside = await Outside.start(yamlProject({ plugins }));
    await expect(outside.upAndLogIn()).rejects.toThrow(/The plugin acr-token is not built: .* Run "npm ci"/);
  });
});
