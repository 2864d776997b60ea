/** The main job with one command, as a user runs it: `npm start`, compiled. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isFullSize } from "../support/size";

const repository = join(__dirname, "../..");

/** The executables that `pulumi up` needs and that are missing. */
const missing = ["pulumi", "pulumi-language-nodejs"].filter(
  (command) => spawnSync(command, ["--help"], { stdio: "ignore" }).error !== undefined,
);

/** A password of Azure's form: 52 characters of base64. */
const password = /[A-Za-z0-9+/]{52}/;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "start-"));
  for (const name of ["temporary", "home", "bin"]) {
    mkdirSync(join(folder, name));
  }
  symlinkSync(process.execPath, join(folder, "bin", "node"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Runs the command with a home and a folder for temporary files of its own. */
function start(
  args: string[],
  path: string,
  environment: Record<string, string> = {},
): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(repository, "tools", "start", "bin", "main.js"), ...args], {
      cwd: repository,
      env: {
        ...process.env,
        PATH: path,
        HOME: join(folder, "home"),
        TMPDIR: join(folder, "temporary"),
        ...environment,
      },
    });
    let out = "";
    let err = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      err += text;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out, err }));
  });
}

/** Runs the command, and presses Ctrl-C as a terminal does, on it and all that it started, once it has printed something. */
function interrupted(
  args: string[],
  path: string,
  sign: RegExp,
): Promise<{ code: number | null; out: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(repository, "tools", "start", "bin", "main.js"), ...args], {
      cwd: repository,
      detached: true,
      env: {
        ...process.env,
        PATH: path,
        HOME: join(folder, "home"),
        TMPDIR: join(folder, "temporary"),
      },
    });
    let out = "";
    const listen = (text: Buffer) => {
      const had = sign.test(out);
      out += text;
      if (!had && sign.test(out) && child.pid !== undefined) {
        process.kill(-child.pid, "SIGINT");
      }
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out }));
  });
}

/** A PATH on which there is node and no pulumi. */
function pathWithoutPulumi(): string {
  return join(folder, "bin");
}

function expectChecks({ code, out, err }: { code: number | null; out: string; err: string }): void {
  expect(code, out + err).toBe(0);
  for (const image of [
    "acr/connected-registry",
    "azureiotedge-api-proxy",
    "azureiotedge-agent",
    "azureiotedge-hub",
  ]) {
    expect(out).toMatch(new RegExp(`^ {2}ok +pulls ${image}:`, "m"));
  }
  expect(out).toMatch(/^ {2}ok +is refused a push to acr\/connected-registry:.*denied/m);
  expect(out).toMatch(/^ {2}ok +is refused a pull of payroll:.*denied/m);
  expect(out).toMatch(/^ {2}ok +a random password is refused .*UNAUTHORIZED/m);
  expect(out).toContain("7 of 7 checks passed.");
  expect(out).not.toContain("FAILED");
}

function expectSecretsHidden({ out, err }: { out: string; err: string }): void {
  for (const name of ["credentials", "password", "registryCredentials"]) {
    expect(out).toMatch(new RegExp(`^ +${name} *: \\[secret\\]$`, "m"));
  }
  expect(out).toMatch(/^ +username *: "crimagepulltoken"$/m);
  expect(out).not.toMatch(password);
  expect(err).not.toMatch(password);
}

function expectNothingLeft(): void {
  expect(readdirSync(join(folder, "temporary"))).toEqual([]);
  expect(readdirSync(join(folder, "home"))).toEqual([]);
}

describe("npm start without a Pulumi CLI", () => {
  test("prints that, creates everything with the real provider, checks the password's access, and removes everything", async () => {
    const run = await start(["--without-cli"], pathWithoutPulumi());
    expectChecks(run);
    expect(run.out).toContain("Pulumi: no CLI, as requested. The program runs on Pulumi's test runtime");
    for (const type of ["TokenCredentials", "TokenAccess"]) {
      expect(run.out).toContain(`acr-token:index:${type} registry-token created`);
    }
    expectSecretsHidden(run);
    expectNothingLeft();
  });
});

const reason = missing.length === 0 ? "" : ` (skipped: no ${missing.join(" and no ")} on the PATH)`;

describe.skipIf(missing.length > 0)(`npm start with the Pulumi CLI${reason}`, () => {
  test("prints that, checks the password's access, shows no password and removes everything", async () => {
    const run = await start([], process.env.PATH ?? "");
    expectChecks(run);
    expect(run.out).toMatch(/^Pulumi: the CLI on PATH, \d+\.\d+\.\d+/m);
    expect(run.out).toContain("azure-native:containerregistry:Token registry-token created");
    expectSecretsHidden(run);
    expectNothingLeft();
  }, 120_000);
});

test("npm start with an unknown option names it, lists the known options, and fails", async () => {
  const { code, out, err } = await start(["--with-cli"], pathWithoutPulumi());
  expect(code).toBe(2);
  expect(err).toContain("'--with-cli'");
  expect(err).toContain("--without-cli");
  expect(out).toBe("");
});

/** A CLI that was downloaded before is used, and none is downloaded. */
const isCached = existsSync(join(repository, ".pulumi-cache"));

describe.skipIf(isCached)(
  `npm start if the Pulumi CLI cannot be downloaded${isCached ? " (skipped: there is one in .pulumi-cache)" : ""}`,
  () => {
    const preload = `--require=${join(repository, "tests", "support", "noDownload.cjs")}`;

    test.each<[string, RegExp]>([
      ["fails", /^The download failed: .*fetch failed/m],
      // Takes 20 seconds.
      ...(isFullSize ? [["hangs", /^The download failed: no answer within 20 s$/m] as [string, RegExp]] : []),
    ])("prints that and continues without a CLI, if the download %s", async (download, said) => {
      const run = await start([], pathWithoutPulumi(), { NODE_OPTIONS: preload, DOWNLOAD: download });
      expectChecks(run);
      expect(run.out).toMatch(
        /^No pulumi on PATH. Downloading it into .pulumi-cache \(for at most 20 s\) ...$/m,
      );
      expect(run.out).toMatch(said);
      expect(run.out).toMatch(/^Pulumi: no CLI is available. The program runs on Pulumi's test runtime/m);
      expect(readdirSync(join(folder, "temporary"))).toEqual([]);
    });
  },
);

// On a slow machine the run can end before Ctrl-C arrives: then another run is interrupted.
describe("npm start, interrupted", { retry: 2 }, () => {
  const signs = [
    /TokenCredentials .* created/,
    /is running on this machine/,
    /RegistryToken/,
    /ScopeMap .* created/,
    /ok {6}pulls/,
  ];

  test.each(isFullSize ? signs : signs.slice(0, 1))(
    "prints that, ends at once and removes everything, after it printed %s",
    async (sign) => {
      const { code, out } = await interrupted(["--without-cli"], pathWithoutPulumi(), sign);
      expect(code, out).toBe(130);
      expect(out).toMatch(/Interrupted\. Everything is removed\.\n$/);
      expect(readdirSync(join(folder, "temporary"))).toEqual([]);
    },
  );
});
