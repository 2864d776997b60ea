/** What happens if the identity loses a permission in the vault: the error names it, nothing is lost, and the next run goes on. */
import type { Fault } from "local-azure";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { arm } from "../../packages/local-azure/tests/support.js";
import { makeVault } from "../../packages/local-azure/tests/vaultSupport.js";
import { nameOf, TestEnvironment } from "../support/testEnvironment.js";
import { TestVault } from "../support/vault.js";

let environment: TestEnvironment;
let vault: TestVault;
let objectId: string;

/** All that the provider needs. */
const all = ["get", "list", "set", "delete", "recover"];

beforeAll(async () => {
  environment = await TestEnvironment.start();
  vault = await TestVault.create(environment);
  // As Azure names the caller whom it refuses.
  await allow([]);
  const { body } = await vault.send("GET", "secrets");
  objectId = /caller '(\S+)'/.exec(body.error.message)?.[1] ?? "";
});

afterEach(async () => {
  environment.azure.faults.clear();
  await allow(all);
});

afterAll(() => environment?.close());

/** Lets the identity have these permissions in the vault, by an access policy. */
async function allow(secrets: readonly string[]): Promise<void> {
  const { tenantId } = environment.azure.connection;
  const accessPolicies = objectId === undefined ? [] : [{ tenantId, objectId, permissions: { secrets } }];
  await makeVault(environment.azure, await arm(environment.azure), {
    enableRbacAuthorization: false,
    accessPolicies,
  });
}

/** A token whose password is in the vault, and one rotation old. */
async function newToken() {
  await allow(all);
  const tokenId = await environment.newToken();
  const username = nameOf(tokenId);
  const secret = `${username}-password`;
  const credentials = environment.credentials(username);
  const args = { tokenId, generation: "one", keyVault: { vaultUri: vault.uri } };
  await credentials.up(args);
  const first = await vault.value(secret);
  return {
    credentials,
    args,
    secret,
    first,
    rotated: { ...args, generation: "two" },
    canLogIn: (value: string | undefined) => environment.canLogIn(username, value),
    generated: async (work: () => Promise<unknown>) =>
      (await environment.requestsOf(work)).filter(({ url }) => url.includes("generateCredentials")),
  };
}

/** How a vault with Azure RBAC refuses an identity that has lost its role. */
function forbiddenByRbac(method: string): Fault {
  const error = {
    code: "Forbidden",
    message: "Caller is not authorized to perform action on resource.",
    innererror: { code: "ForbiddenByRbac" },
  };
  return {
    kind: "alter",
    host: "vault",
    method,
    status: 403,
    times: Number.POSITIVE_INFINITY,
    body: () => JSON.stringify({ error }),
  };
}

const needsRole =
  /403 Forbidden ForbiddenByRbac .*; give the identity the role Key Vault Secrets Officer on the vault/;
const needsPolicy =
  /403 Forbidden AccessDenied .*; add an access policy to the vault .* get, list, set, delete and recover/;

const losses: [string, () => unknown, RegExp][] = [
  ["the role", () => environment.azure.faults.add(forbiddenByRbac("GET")), needsRole],
  ["the access policy", () => allow([]), needsPolicy],
];

describe.each(losses)("an identity that has lost %s", (_, lose, needs) => {
  test("is told so by the preview and the run of a rotation, before a password is generated", async () => {
    const { credentials, rotated, secret, first, canLogIn, generated } = await newToken();
    const before = structuredClone(credentials.saved);
    await lose();

    const requests = await generated(async () => {
      await expect(credentials.preview(rotated)).rejects.toThrow(needs);
      await expect(credentials.up(rotated)).rejects.toThrow(needs);
    });

    expect(requests).toEqual([]);
    expect(credentials.saved).toEqual(before);
    expect(await canLogIn(first)).toBe(true);
    environment.azure.faults.clear();
    await allow(all);
    await credentials.up(rotated);
    expect(await canLogIn(await vault.value(secret))).toBe(true);
    expect(await canLogIn(first)).toBe(true);
  });

  test("is told so if keyVault is removed, and keeps the secret and its password", async () => {
    const { credentials, args, secret, first, canLogIn, generated } = await newToken();
    const { keyVault: __, ...plain } = args;
    const before = structuredClone(credentials.saved);
    await lose();

    const requests = await generated(() => expect(credentials.up(plain)).rejects.toThrow(needs));

    expect(requests).toEqual([]);
    expect(credentials.saved).toEqual(before);
    environment.azure.faults.clear();
    await allow(all);
    expect(await vault.value(secret)).toBe(first);
    expect((await credentials.preview(args)).operation).toBe("same");
    await credentials.up(plain);
    expect(credentials.exported.password).toBe(first);
    expect(await canLogIn(first)).toBe(true);
  });
});

test("an identity that may read secrets but not write them gets an error that says so, and the clients keep working", async () => {
  const { credentials, args, rotated, secret, first, canLogIn, generated } = await newToken();
  await allow(["get", "list"]);

  await expect(credentials.up(rotated)).rejects.toThrow(
    /could not write a version of secret .* 403 Forbidden AccessDenied .*; add an access policy/,
  );

  expect(await vault.value(secret)).toBe(first);
  expect(await canLogIn(first)).toBe(true);
  await allow(all);
  await credentials.up(rotated);
  const second = await vault.value(secret);
  expect(second).not.toBe(first);

  // Both slots have passwords that clients may have.
  await allow(["get", "list"]);
  const requests = await generated(() =>
    expect(credentials.up({ ...args, generation: "three" })).rejects.toThrow(
      /could not disable a version of secret .* 403 Forbidden AccessDenied .*; add an access policy/,
    ),
  );

  expect(requests).toEqual([]);
  for (const value of [first, second]) {
    expect(await canLogIn(value)).toBe(true);
  }
});
