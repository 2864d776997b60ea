/** The versions that `npm run test:newest` prints. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
// @ts-expect-error It has no types.
import { newerVersions, versionLines } from "../../tools/scripts/newestVersions.mjs";

const locked = {
  "": { dependencies: { sdk: "^3.2.0", own: "^1.0.0" }, devDependencies: { compiler: "^6.0.0" } },
  "packages/own": { dependencies: { client: "^2.0.0" } },
  "node_modules/own": { link: true },
  "node_modules/sdk": { version: "3.2.0" },
  "node_modules/compiler": { version: "6.0.1" },
  "node_modules/client": { version: "2.0.0" },
  "node_modules/sdk/node_modules/other": { version: "1.0.0", dependencies: { another: "1" } },
};

test("it lists the dependencies of each package of the workspace beside their locked versions", () => {
  const now = { ...locked, "node_modules/sdk": { version: "3.3.0" } };
  expect(versionLines(locked, now, new Map())).toEqual([
    "client 2.0.0 (as locked)",
    "compiler 6.0.1 (as locked)",
    "sdk 3.3.0 (locked: 3.2.0)",
  ]);
});

test("it says which range leaves a newer version out, of package.json and of the dependencies that have it as a peer", () => {
  const sdk = { version: "3.2.0", peerDependencies: { compiler: "< 7" } };
  const latest = newerVersions(JSON.stringify({ compiler: [{ latest: "7.0.2" }, { latest: "7.0.2" }] }));
  expect(versionLines(locked, { ...locked, "node_modules/sdk": sdk }, latest)).toContain(
    "compiler 6.0.1 (as locked; 7.0.2 exists; package.json takes ^6.0.0, sdk 3.2.0 takes < 7)",
  );
  expect(newerVersions("")).toEqual(new Map());
  expect(versionLines(locked, locked, new Map([["sdk", "3.2.0"]]))).toContain("sdk 3.2.0 (as locked)");
});

test("it finds every dependency of this workspace in its lock file", () => {
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
  const lines = versionLines(packages, packages, new Map());
  expect(lines).toContain(`vitest ${packages["node_modules/vitest"].version} (as locked)`);
  // Dependencies of components and of packages/provider-server.
  for (const name of ["@azure/core-rest-pipeline", "@grpc/grpc-js"]) {
    expect(lines).toContain(`${name} ${packages[`node_modules/${name}`].version} (as locked)`);
  }
});
