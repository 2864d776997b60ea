/** Passwords whose value is no longer in the vault, and versions that only look like ones of this provider. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nameOf, TestEnvironment } from "../support/testEnvironment.js";
import { TestVault } from "../support/vault.js";

let environment: TestEnvironment;
let vault: TestVault;

beforeAll(async () => {
  environment = await TestEnvironment.start();
  vault = await TestVault.create(environment);
});

afterAll(() => environment?.close());

async function newToken(others: object = {}) {
  const tokenId = await environment.newToken();
  const username = nameOf(tokenId);
  const plain = { tokenId, generation: "one", ...others };
  const secret = `${username}-password`;
  return {
    tokenId,
    secret,
    credentials: environment.credentials(username),
    plain,
    inVault: { ...plain, keyVault: { vaultUri: vault.uri } },
    elsewhere: { ...plain, keyVault: { vaultUri: vault.uri, secretName: `${username}-other` } },
    canLogIn: (value: string | undefined) => environment.canLogIn(username, value),
  };
}

async function purge(secret: string): Promise<void> {
  await vault.send("DELETE", `secrets/${secret}`);
  await vault.send("DELETE", `deletedsecrets/${secret}`);
}

const unread = /^its value is no longer in secret \S+ of the vault \S+, so it works until the next rotation$/;

describe("the passwords of a secret that somebody purged", () => {
  test.each(["with", "without"])(
    "are left alone when keyVault is taken out, and the preview announces a rotation: %s a refresh",
    async (refreshed) => {
      const { credentials, plain, inVault, secret, canLogIn } = await newToken();
      await credentials.up(inVault);
      const first = await vault.value(secret);
      await purge(secret);
      if (refreshed === "with") {
        await credentials.refresh();
      }

      const step = await credentials.preview(plain);
      expect(step.changed).toEqual(expect.arrayContaining(["current", "keyVault", "slots.password2.madeOn"]));
      expect(step.inputs.slots).toMatchObject({ password1: { unmanaged: expect.stringMatching(unread) } });
      expect(await credentials.up(plain)).toEqual(step);

      const { current, password } = credentials.exported;
      expect(current).toBe("password2");
      for (const value of [first, password]) {
        expect(await canLogIn(value)).toBe(true);
      }
      expect((await credentials.preview(plain)).operation).toBe("same");
      await credentials.refresh();
      expect((await credentials.preview(plain)).operation).toBe("same");
      await credentials.up({ ...plain, generation: "two" });
      for (const value of [password, credentials.exported.password]) {
        expect(await canLogIn(value)).toBe(true);
      }
      expect(await canLogIn(first), "until the next rotation").toBe(false);
    },
  );

  test("are left alone when keyVault names another secret, which gets a new password", async () => {
    const { credentials, elsewhere, inVault, secret, canLogIn } = await newToken();
    await credentials.up(inVault);
    const first = await vault.value(secret);
    await purge(secret);

    expect((await credentials.preview(elsewhere)).changed).toContain("slots.password2.madeOn");
    await credentials.up(elsewhere);

    const second = await vault.value(elsewhere.keyVault.secretName);
    for (const value of [first, second]) {
      expect(await canLogIn(value)).toBe(true);
    }
    expect((await credentials.preview(elsewhere)).operation).toBe("same");
  });

  test("that somebody else has written again are left alone with what is in it", async () => {
    const { credentials, plain, inVault, secret, canLogIn } = await newToken();
    await credentials.up(inVault);
    await purge(secret);
    await vault.write(secret, "mine");

    await credentials.up(plain);

    expect(await canLogIn(credentials.exported.password)).toBe(true);
    expect(await vault.value(secret), "a secret of somebody else is not deleted").toBe("mine");
  });

  test("keep their overlap: the preview refuses to take keyVault out before its end", async () => {
    const { credentials, plain, inVault, secret, canLogIn } = await newToken({ overlapDays: 3 });
    await credentials.up(inVault);
    const first = await vault.value(secret);
    await credentials.up({ ...inVault, generation: "two" });
    const second = await vault.value(secret);
    await purge(secret);
    const out = { ...plain, generation: "two" };

    await expect(credentials.preview(out)).rejects.toThrow(
      new RegExp(
        `keyVault cannot be changed before ${environment.clock.day(4)}: the value of password2 is no longer in secret ${secret} .*overlapDays`,
      ),
    );
    expect(await canLogIn(first)).toBe(true);
    environment.clock.advance(4);
    await credentials.up(out);

    expect(await canLogIn(second)).toBe(true);
    expect(await canLogIn(credentials.exported.password)).toBe(true);
    environment.clock.advance(4);
    expect((await credentials.preview(out)).operation, "the unread password stays").toBe("same");
  });

  test("are the previous one alone, if a version was written since", async () => {
    const { credentials, plain, inVault, secret, canLogIn } = await newToken();
    await credentials.up(inVault);
    const first = await vault.value(secret);
    await purge(secret);
    await credentials.up({ ...inVault, generation: "two" });
    const second = await vault.value(secret);
    const out = { ...plain, generation: "two" };

    expect((await credentials.preview(out)).inputs.slots).toMatchObject({
      password1: { unmanaged: expect.stringMatching(unread) },
      password2: { version: 2 },
    });
    await credentials.up(out);

    expect(credentials.exported.password).toBe(second);
    for (const value of [first, second]) {
      expect(await canLogIn(value)).toBe(true);
    }
  });
});

test("the passwords are read with the identity of this run, since the one in the state may be revoked", async () => {
  const { clientId, clientSecret, tenantId, metadataHost } = environment.azure.connection;
  const azure = { clientId, clientSecret, tenantId, metadataHost };
  const { credentials, plain, inVault, secret } = await newToken();
  await credentials.up({ ...inVault, azure });
  const value = await vault.value(secret);
  const revoked = { ...inVault, azure: { ...azure, clientSecret: "revoked" } };
  const requests = await environment.requestsOf(() => credentials.up(revoked));
  expect(requests, "a changed identity is an update without a call").toEqual([]);
  await credentials.up({ ...plain, azure });
  expect(credentials.exported.password).toBe(value);
});

test("destroy leaves a secret alone that somebody else wrote after a purge", async () => {
  const { credentials, inVault, secret } = await newToken();
  await credentials.up(inVault);
  await purge(secret);
  await vault.write(secret, "mine");
  await credentials.destroy();
  expect(await vault.value(secret)).toBe("mine");
});

describe("a version with copied tags and another value", () => {
  /** Writes a version as a script does that copies tags. */
  async function copy(secret: string, version: number): Promise<void> {
    const copied = (await vault.versions(secret)).at(version);
    await vault.write(secret, "copied", copied?.tags);
  }

  test("of the current password is found by a refresh and ended by a rotation", async () => {
    const { credentials, inVault, secret, canLogIn } = await newToken();
    await credentials.up(inVault);
    const first = await vault.value(secret);
    await copy(secret, -1);

    await credentials.refresh();
    expect(credentials.slots.password1).toMatchObject({
      unavailable: expect.stringContaining("a newer version of the secret was written outside of this state"),
    });
    await credentials.up(inVault);

    for (const value of [first, await vault.value(secret)]) {
      expect(await canLogIn(value)).toBe(true);
    }
    await credentials.refresh();
    expect((await credentials.preview(inVault)).operation).toBe("same");
  });

  test("of the previous password is not taken for one that an interrupted run wrote", async () => {
    const { credentials, inVault, secret, canLogIn } = await newToken();
    await credentials.up(inVault);
    await credentials.up({ ...inVault, generation: "two" });
    const second = await vault.value(secret);
    await copy(secret, 0);

    await credentials.up({ ...inVault, generation: "three" });

    for (const value of [second, await vault.value(secret)]) {
      expect(await canLogIn(value)).toBe(true);
    }
  });

  test("is not taken for the password that a move has written already", async () => {
    const { credentials, plain, inVault, secret, canLogIn } = await newToken();
    await credentials.up(plain);
    const { password } = credentials.exported;
    // The version is written, and the run does not know.
    environment.azure.faults.add({
      kind: "alter",
      status: 400,
      body: () => "{}",
      host: "vault",
      method: "PUT",
    });
    await expect(credentials.up(inVault)).rejects.toThrow("could not write a version of secret");
    const [first] = await vault.versions(secret);
    await vault.write(secret, "copied", { ...first?.tags, slot: "password1" });

    await credentials.up(inVault);

    expect(await vault.value(secret)).toBe(password);
    expect(await canLogIn(password)).toBe(true);
  });
});
