/** `npm run audit`, against a local registry with the advisories of each test. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

interface Advisory {
  readonly id: number;
  readonly url: string;
  readonly title: string;
  readonly severity: string;
  readonly vulnerable_versions: string;
}

const left = advisory("GHSA-aaaa-bbbb-cccc");
const right = advisory("GHSA-dddd-eeee-ffff");

/** A project of two packages, SECURITY.md explains the advisory of the first. */
let folder: string;
let registry: Server;
let known: Record<string, Advisory[]> | undefined;

function advisory(id: string): Advisory {
  const url = `https://github.com/advisories/${id}`;
  return { id: 1, url, title: "Not good", severity: "high", vulnerable_versions: "*" };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "advisories-"));
  const dependencies = { left: "1.0.0", right: "1.0.0" };
  const installed = { version: "1.0.0" };
  const packages = { "": { dependencies }, "node_modules/left": installed, "node_modules/right": installed };
  cpSync("tools/scripts/audit.mjs", join(folder, "tools", "scripts", "audit.mjs"));
  writeFileSync(
    join(folder, "SECURITY.md"),
    "[GHSA-aaaa-bbbb-cccc](https://github.com/advisories/GHSA-aaaa-bbbb-cccc)",
  );
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "project", dependencies }));
  writeFileSync(
    join(folder, "package-lock.json"),
    JSON.stringify({ name: "project", lockfileVersion: 3, requires: true, packages }),
  );
  registry = createServer((request, response) => {
    const isLookUp = request.url?.endsWith("/advisories/bulk") && known !== undefined;
    request.resume();
    response.statusCode = isLookUp ? 200 : 404;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(isLookUp ? known : {}));
  }).listen(0, "127.0.0.1");
  await once(registry, "listening");
});

afterAll(() => {
  registry?.close();
  rmSync(folder, { recursive: true });
});

/** The output and the exit code of the audit, if the registry has these advisories. */
async function audit(advisories: typeof known, ...args: string[]) {
  known = advisories;
  const { port } = registry.address() as AddressInfo;
  const running = spawn(process.execPath, ["tools/scripts/audit.mjs", ...args], {
    cwd: folder,
    env: { ...process.env, npm_config_registry: `http://127.0.0.1:${port}/`, npm_config_fetch_retries: "0" },
  });
  let said = "";
  for (const stream of [running.stdout, running.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  const [code] = await once(running, "close");
  return { code, said };
}

test("an advisory that SECURITY.md explains passes", async () => {
  expect(await audit({ left: [left] })).toEqual({
    code: 0,
    said: "0 advisories to explain, 1 explained in SECURITY.md, 0 to remove from SECURITY.md\n",
  });
});

test("an advisory without an explanation fails, with its title and link", async () => {
  expect(await audit({ left: [left], right: [right] })).toEqual({
    code: 1,
    said: "right *, high: Not good https://github.com/advisories/GHSA-dddd-eeee-ffff\n1 advisories to explain, 1 explained in SECURITY.md, 0 to remove from SECURITY.md\n",
  });
});

test("an explanation of an advisory that no longer applies fails, except for another folder's lock file", async () => {
  expect(await audit({})).toEqual({
    code: 1,
    said: "SECURITY.md explains GHSA-aaaa-bbbb-cccc, which applies to no installed package: remove it\n0 advisories to explain, 0 explained in SECURITY.md, 1 to remove from SECURITY.md\n",
  });
  expect((await audit({}, "--prefix", folder)).code).toBe(0);
});

test("an error of the registry fails", async () => {
  const { code, said } = await audit(undefined);
  expect(code).toBe(2);
  expect(said).toMatch(/^npm audit failed: 404 /);
});
