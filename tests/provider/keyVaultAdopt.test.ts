/** A token that exists already, whose given passwords go to a vault and not into the state. */
import { unknown } from "provider-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestEnvironment } from "../support/testEnvironment.js";
import { TestVault } from "../support/vault.js";
import { expectNoValue, newTokenFor } from "../support/vaultToken.js";

let environment: TestEnvironment;
let vault: TestVault;

beforeAll(async () => {
  environment = await TestEnvironment.start();
  vault = await TestVault.create(environment);
});

afterAll(() => environment?.close());

const newToken = () => newTokenFor(environment, vault);

test("an adopted token has the given password written to the vault, and no other one generated", async () => {
  const { tokenId, credentials, inVault, secret, canLogIn } = await newToken();
  const [{ value }] = await environment.client.generate(tokenId, "password2");
  const args = { ...inVault, adopt: { password2: value } };

  const { inputs } = await credentials.preview(args);
  expect(JSON.stringify(inputs)).not.toContain(value);
  await credentials.up(args);

  expectNoValue(credentials, value);
  expect(await vault.value(secret)).toBe(value);
  expect(credentials.exported.current).toBe("password2");
  expect((await environment.client.slots(tokenId)).map(({ name }) => name)).toEqual(["password2"]);
  expect(await canLogIn(value)).toBe(true);
  expect((await credentials.up(args)).operation).toBe("same");
  expect((await credentials.up(inVault)).operation).toBe("same");
  await credentials.refresh();
  expectNoValue(credentials, value);
  await credentials.up({ ...inVault, generation: "two" });
  expect(await canLogIn(value)).toBe(true);
  expect(await canLogIn(await vault.value(secret))).toBe(true);
});

test("an adopted token has both given passwords written, the current one last", async () => {
  const { tokenId, credentials, inVault, secret } = await newToken();
  const [one, two] = await environment.client.generate(tokenId);
  await credentials.up({ ...inVault, adopt: { password1: one?.value, password2: two?.value } });
  const values = await Promise.all((await vault.versions(secret)).map(({ id }) => vault.valueOf(id)));
  expect(values).toEqual([two?.value, one?.value]);
  expectNoValue(credentials, one?.value, two?.value);
});

test("an adopted token has no given password in a preview that does not know the vault yet", async () => {
  const { tokenId, credentials, plain } = await newToken();
  const [{ value }] = await environment.client.generate(tokenId, "password2");
  const { inputs } = await credentials.preview({
    ...plain,
    keyVault: unknown,
    adopt: { password2: value },
  });
  expect(JSON.stringify(inputs)).not.toContain(value);
});

test("an adopted token is replaced with adopt in the program, and the error says that the password stayed, which it did, also after the next run", async () => {
  const { tokenId, credentials, inVault, secret, canLogIn } = await newToken();
  const [{ value }] = await environment.client.generate(tokenId, "password1");
  const args = { ...inVault, adopt: { password1: value } };
  await credentials.up(args);

  await expect(credentials.up(args, { replace: true })).rejects.toThrow(
    /was replaced, but password1 stayed the same, because the program still has the argument adopt/,
  );

  expect(await vault.value(secret)).toBe(value);
  expect(await canLogIn(value)).toBe(true);
  await expect(credentials.up(args)).resolves.toMatchObject({ operation: "same" });
});

test("an adopted token has one password generated if none is given, and the other slot left alone", async () => {
  const { tokenId, credentials, inVault, secret, canLogIn } = await newToken();
  const [{ value }] = await environment.client.generate(tokenId, "password1");
  await credentials.up({ ...inVault, adopt: {} });
  expect(credentials.exported.current).toBe("password2");
  expect(await canLogIn(value)).toBe(true);
  expect(await canLogIn(await vault.value(secret))).toBe(true);
});
