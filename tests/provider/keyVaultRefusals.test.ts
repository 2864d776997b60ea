/** What a preview refuses, and what happens if the identity loses a permission: nothing is lost, and the next run goes on. */
import { unknown } from "provider-server";
import { beforeEach, expect, test } from "vitest";
import { arm } from "../../packages/local-azure/tests/support.js";
import { makeVault } from "../../packages/local-azure/tests/vaultSupport.js";
import type { TestEnvironment } from "../support/testEnvironment.js";
import { newTokenFor, onVault, type TestVault } from "../support/vault.js";

let environment: TestEnvironment;
let vault: TestVault;
let objectId: string | undefined;

/** All that the provider needs. */
const all = ["get", "list", "set", "delete", "recover"];

onVault(async (...started) => {
  [environment, vault] = started;
  // As Azure names the caller whom it refuses.
  await allow([]);
  const { body } = await vault.send("GET", "secrets");
  objectId = /caller '(\S+)'/.exec(body.error.message)?.[1];
});

beforeEach(() => allow(all));

/** Lets the identity have these permissions in the vault, by an access policy. */
async function allow(secrets: readonly string[]): Promise<void> {
  const { tenantId } = environment.azure.connection;
  const accessPolicies = objectId === undefined ? [] : [{ tenantId, objectId, permissions: { secrets } }];
  await makeVault(environment.azure, await arm(environment.azure), {
    enableRbacAuthorization: false,
    accessPolicies,
  });
}

/** A token whose password is in the vault. */
async function newToken() {
  const token = await newTokenFor(environment, vault);
  await token.credentials.up(token.inVault);
  const first = await vault.value(token.secret);
  return { ...token, first, rotated: { ...token.inVault, generation: "two" } };
}

const needsPolicy =
  /403 Forbidden AccessDenied .*; add an access policy to the vault .* get, list, set, delete and recover/;

test("a preview refuses a secret that is not the token's, also if it does not know the token yet, and an argument that is wrong", async () => {
  const { plain, credentials } = await newTokenFor(environment, vault);
  await vault.write("foreign", "mine", { owner: "someone" });
  const args = (secretName: string) => ({ ...plain, keyVault: { vaultUri: vault.uri, secretName } });
  const foreign =
    /keyVault cannot be used: secret foreign of the vault \S+ was not written by this provider, as its tags show, so it is left alone/;

  const requests = await environment.writesOf(async () => {
    await expect(credentials.up(args("foreign"))).rejects.toThrow(foreign);
    const unknownToken = { ...args("foreign"), tokenId: unknown, generation: unknown };
    await expect(credentials.preview(unknownToken)).rejects.toThrow(foreign);
    await expect(credentials.preview(args("a_b"))).rejects.toThrow(
      "keyVault.secretName must be 1 to 127 letters, digits and hyphens",
    );
  });

  expect(requests).toEqual([]);
  expect(await vault.value("foreign")).toBe("mine");
});

test("an identity that has lost the access policy is told so by the preview and the run of a rotation, before a password is generated", async () => {
  const { credentials, rotated, secret, first, canLogIn } = await newToken();
  const before = structuredClone(credentials.saved);
  await allow([]);

  const requests = await environment.writesOf(async () => {
    await expect(credentials.preview(rotated)).rejects.toThrow(needsPolicy);
    await expect(credentials.up(rotated)).rejects.toThrow(needsPolicy);
  });

  expect(requests).toEqual([]);
  expect(credentials.saved).toEqual(before);
  await allow(all);
  await credentials.up(rotated);
  expect([await canLogIn(first), await canLogIn(await vault.value(secret))]).toEqual([true, true]);
});

test("an identity that has no role is told so if keyVault is removed, and the secret and its password stay", async () => {
  const { credentials, inVault, plain, secret, first } = await newToken();
  const before = structuredClone(credentials.saved);
  const { other, tenantId } = environment.azure.connection;
  const azure = { clientId: other.clientId, clientSecret: other.clientSecret, tenantId };
  await makeVault(environment.azure, await arm(environment.azure));

  const requests = await environment.writesOf(() =>
    expect(credentials.up({ ...plain, azure })).rejects.toThrow(
      /403 Forbidden ForbiddenByRbac .*; give the identity the role Key Vault Secrets Officer on the vault/,
    ),
  );

  expect(requests).toEqual([]);
  expect(credentials.saved).toEqual(before);
  expect(await vault.value(secret)).toBe(first);
  expect((await credentials.preview(inVault)).operation).toBe("same");
});

test("an identity that may read secrets but not write them gets an error that says so, and the clients keep working", async () => {
  const { credentials, inVault, rotated, secret, first, canLogIn } = await newToken();
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
  const requests = await environment.writesOf(() =>
    expect(credentials.up({ ...inVault, generation: "three" })).rejects.toThrow(
      /could not disable a version of secret .* 403 Forbidden AccessDenied .*; add an access policy/,
    ),
  );

  expect(requests).toEqual([]);
  expect([await canLogIn(first), await canLogIn(second)]).toEqual([true, true]);
});
