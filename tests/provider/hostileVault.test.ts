/** A vault, or who plays one, that leads the plugin to another host gets no token and no password there. */
import { expect, test } from "vitest";
import type { HostileHost } from "../support/hostileHost.js";
import { nameOf, type TestEnvironment } from "../support/testEnvironment.js";
import { TestVault } from "../support/vault.js";
import { type HostileEnvironment, onHostileEnvironment } from "./hostileEnvironment.js";

let hostile: HostileEnvironment;
let environment: TestEnvironment;
let evil: HostileHost;
let tokenId: string;

onHostileEnvironment((on, id) => {
  hostile = on;
  ({ environment, evil } = on);
  tokenId = id;
});

test("an address that is not below the cloud's vault domain is asked nothing, and nobody signs in for it", async () => {
  const args = { tokenId, keyVault: { vaultUri: `https://${evil.host}/` } };

  const requests = await environment.requestsOf(async () =>
    expect(await hostile.refusal(hostile.credentials(), args)).toContain(
      `${evil.host} is not the host of a key vault of this cloud: it must be below 127.0.0.1, and nothing is sent to other hosts`,
    ),
  );

  expect(evil.asked).toEqual([]);
  expect(JSON.stringify(requests.map(({ url }) => url))).not.toMatch(/oauth2|generateCredentials/);
});

test("a redirect of a write, with the password in it, is not followed, and the newest version works", async () => {
  const vault = await TestVault.create(environment);
  const secret = `${nameOf(tokenId)}-password`;
  const credentials = hostile.credentials();
  const args = { tokenId, generation: "one", keyVault: { vaultUri: vault.uri } };
  await credentials.up(args);
  const current = await vault.value(secret);
  environment.azure.faults.add({
    kind: "alter",
    host: "vault",
    method: "PUT",
    times: Number.POSITIVE_INFINITY,
    status: 307,
    headers: { location: `https://${evil.host}/secrets` },
  });

  const error = await hostile.refusal(credentials, { ...args, generation: "two" });

  expect(error).toMatch(/leads to .*, so nothing is sent there/);
  expect(evil.asked).toEqual([]);
  environment.azure.faults.clear();
  expect(await environment.canLogIn(nameOf(tokenId), current)).toBe(true);
  await credentials.up({ ...args, generation: "two" });
  expect(await environment.canLogIn(nameOf(tokenId), await vault.value(secret))).toBe(true);
});
