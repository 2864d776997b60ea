/** Passwords that move: into a vault, out of it, and to another secret; also after a failure midway. */
import type { Fault } from "local-azure";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { nameOf, TestEnvironment } from "../support/testEnvironment.js";
import { TestVault } from "../support/vault.js";
import { expectNoValue, newTokenFor } from "../support/vaultToken.js";

let environment: TestEnvironment;
let vault: TestVault;

beforeAll(async () => {
  environment = await TestEnvironment.start();
  vault = await TestVault.create(environment);
});

afterEach(() => environment.azure.faults.clear());

afterAll(() => environment?.close());

const newToken = (others?: object) => newTokenFor(environment, vault, others);

const withSecret = (args: object, secretName?: string) => ({
  ...args,
  keyVault: { vaultUri: vault.uri, ...(secretName && { secretName }) },
});

/** Fails on every request of this kind, and leaves the state as it was. */
async function failsOn(
  fault: Omit<Extract<Fault, { kind: "answer" }>, "kind" | "status">,
  work: () => Promise<unknown>,
) {
  environment.azure.faults.add({ kind: "answer", status: 400, times: Number.POSITIVE_INFINITY, ...fault });
  await expect(work()).rejects.toThrow(/InjectedFault/);
  environment.azure.faults.clear();
}

const writesOf = async (work: () => Promise<unknown>) =>
  (await environment.requestsOf(work)).filter(
    ({ method, url }) => method === "POST" && url.includes("generateCredentials"),
  );

describe("keyVault that is given later", () => {
  test("writes the passwords of the state to the vault, the current one last, and changes none", async () => {
    const { credentials, plain, inVault, secret, canLogIn } = await newToken();
    await credentials.up(plain);
    await credentials.up({ ...plain, generation: "two" });
    const [previous, current] = [credentials.value("password1"), credentials.value("password2")];
    const args = { ...inVault, generation: "two" };

    const step = await credentials.preview(args);
    expect(step).toMatchObject({ operation: "update", changed: ["keyVault"] });
    expect(await writesOf(() => credentials.up(args))).toEqual([]);

    const versions = await vault.versions(secret);
    expect(await Promise.all(versions.map(({ id }) => vault.valueOf(id)))).toEqual([previous, current]);
    expectNoValue(credentials, previous, current);
    for (const value of [previous, current]) {
      expect(await canLogIn(value)).toBe(true);
    }
    expect((await credentials.preview(args)).operation).toBe("same");
    await credentials.refresh();
    expect((await credentials.preview(args)).operation).toBe("same");
    // A client of the vault has the same password after the next rotation as before.
    await credentials.up({ ...args, generation: "three" });
    expect(await canLogIn(current)).toBe(true);
  });

  test("together with a rotation writes what stays first, and then the new password", async () => {
    const { credentials, plain, inVault, secret, canLogIn } = await newToken();
    await credentials.up(plain);
    const first = credentials.exported.password;
    await credentials.up({ ...inVault, generation: "two" });
    const values = await Promise.all((await vault.versions(secret)).map(({ id }) => vault.valueOf(id)));
    expect(values[0]).toBe(first);
    expect(values).toHaveLength(2);
    for (const value of values) {
      expect(await canLogIn(value)).toBe(true);
    }
  });

  test("goes on where a failed run stopped, without a version twice", async () => {
    const { credentials, plain, inVault, secret } = await newToken();
    await credentials.up(plain);
    await credentials.up({ ...plain, generation: "two" });
    const [previous, current] = [credentials.value("password1"), credentials.value("password2")];
    const args = { ...inVault, generation: "two" };
    // The first version is written, and the run does not know.
    environment.azure.faults.add({
      kind: "alter",
      status: 400,
      body: () => "{}",
      host: "vault",
      method: "PUT",
    });
    await expect(credentials.up(args)).rejects.toThrow("could not write a version of secret");
    expect(await vault.value(secret)).toBe(previous);
    expect(credentials.exported.password).toBe(current);

    await credentials.up(args);

    const values = await Promise.all((await vault.versions(secret)).map(({ id }) => vault.valueOf(id)));
    expect(values).toEqual([previous, current]);
    expectNoValue(credentials, previous, current);
  });
});

describe("keyVault that is taken out again", () => {
  test("reads the passwords back, changes none, and deletes the secret", async () => {
    const { credentials, plain, inVault, secret, canLogIn } = await newToken();
    await credentials.up(inVault);
    const first = await vault.value(secret);
    await credentials.up({ ...inVault, generation: "two" });
    const second = await vault.value(secret);
    const args = { ...plain, generation: "two" };

    expect(await credentials.preview(args)).toMatchObject({ operation: "update", changed: ["keyVault"] });
    expect(await writesOf(() => credentials.up(args))).toEqual([]);

    expect([credentials.value("password1"), credentials.exported.password]).toEqual([first, second]);
    expect(await canLogIn(first)).toBe(true);
    expect(await vault.versions(secret)).toEqual([]);
    expect(credentials.saved.outputs).not.toHaveProperty("passwordSecretId");
    expect((await credentials.preview(args)).operation).toBe("same");
  });

  test("reads them also after a run that failed once the secret was deleted", async () => {
    const { credentials, plain, inVault, secret } = await newToken();
    await credentials.up(inVault);
    const value = await vault.value(secret);
    environment.azure.faults.add({
      kind: "alter",
      status: 400,
      body: () => "{}",
      host: "vault",
      method: "DELETE",
    });
    await expect(credentials.up(plain)).rejects.toThrow("could not delete secret");
    expect(await vault.versions(secret)).toEqual([]);

    await credentials.up(plain);

    expect(credentials.exported.password).toBe(value);
    expect(await vault.versions(secret)).toEqual([]);
  });

  test("says what it needs if it cannot read them, and changes nothing", async () => {
    const { credentials, plain, inVault, secret } = await newToken();
    await credentials.up(inVault);
    const value = await vault.value(secret);
    await failsOn({ host: "vault", method: "GET", path: /secrets\/[^/]+\/[0-9a-f]{32}/ }, () =>
      credentials.up(plain),
    );
    expect(await vault.value(secret)).toBe(value);
    await credentials.up(plain);
    expect(credentials.exported.password).toBe(value);
  });

  test("and given once more, the secret is recovered without a dead version that can be read", async () => {
    const { credentials, plain, inVault, secret, canLogIn } = await newToken();
    await credentials.up(inVault);
    await credentials.up(plain);
    // Both slots have other passwords than those of the deleted versions.
    await credentials.up({ ...plain, generation: "two" });
    await credentials.up({ ...plain, generation: "three" });
    await credentials.up({ ...inVault, generation: "three" });
    for (const { id, attributes } of await vault.versions(secret)) {
      if (attributes.enabled) {
        expect(await canLogIn(await vault.valueOf(id))).toBe(true);
      }
    }
    expect(await canLogIn(await vault.value(secret))).toBe(true);
  });
});

describe("another secret", () => {
  test("gets the passwords, and the one before is deleted; also after a failure in between", async () => {
    const { credentials, plain, inVault, secret, username, canLogIn } = await newToken();
    await credentials.up(inVault);
    const value = await vault.value(secret);
    const other = `${username}-other`;
    const args = withSecret(plain, other);
    await failsOn({ host: "vault", method: "DELETE" }, () => credentials.up(args));
    expect([await vault.value(secret), await vault.value(other)]).toEqual([value, value]);

    expect(await writesOf(() => credentials.up(args))).toEqual([]);

    expect(await vault.versions(secret)).toEqual([]);
    expect(await vault.versions(other)).toHaveLength(1);
    expect(await vault.value(other)).toBe(value);
    expect(await canLogIn(value)).toBe(true);
    expect((await credentials.preview(args)).operation).toBe("same");
    expect((await credentials.preview(withSecret(plain, other))).operation).toBe("same");
  });

  test("is the same one in another case and without the slash at the vault's end", async () => {
    const { credentials, inVault, secret, plain } = await newToken();
    await credentials.up(inVault);
    const again = { ...plain, keyVault: { vaultUri: vault.uri.replace(/\/$/, ""), secretName: secret } };
    expect((await credentials.preview(again)).operation).toBe("same");
  });
});

test("a secret stays with the resource whose token is replaced", async () => {
  const { credentials, plain, secret } = await newToken();
  await credentials.up(withSecret(plain, secret));
  const tokenId = await environment.newToken();
  await credentials.up(withSecret({ ...plain, tokenId }, secret));
  const value = await vault.value(secret);
  expect(await environment.canLogIn(nameOf(tokenId), value)).toBe(true);
  expect((await vault.versions(secret)).map(({ attributes }) => attributes.enabled)).toEqual([false, true]);
});

test("waitUntilLive waits before the password is written, and a password that is not accepted is not", async () => {
  const { credentials, inVault, secret, canLogIn } = await newToken({ waitUntilLive: true });
  environment.azure.replicationLagMs = 200;
  await credentials.up(inVault);
  const first = await vault.value(secret);
  expect(await canLogIn(first)).toBe(true);
  environment.azure.replicationLagMs = 0;
  environment.azure.faults.add({
    kind: "answer",
    status: 400,
    host: "registry",
    times: Number.POSITIVE_INFINITY,
  });
  const rotated = { ...inVault, generation: "two" };
  await expect(credentials.up(rotated)).rejects.toThrow();
  environment.azure.faults.clear();
  expect(await vault.value(secret)).toBe(first);
  expect(await canLogIn(first)).toBe(true);
  await credentials.up(rotated);
  expect(await canLogIn(await vault.value(secret))).toBe(true);
});
