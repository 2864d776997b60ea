/** Which versions of a secret stay enabled: only those whose passwords log in. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { nameOf, TestEnvironment } from "../support/testEnvironment.js";
import { TestVault } from "../support/vault.js";

let environment: TestEnvironment;
let vault: TestVault;

beforeAll(async () => {
  environment = await TestEnvironment.start();
  vault = await TestVault.create(environment);
});

afterAll(() => environment?.close());

test("the version of a password that someone else regenerated is disabled once the next version is written", async () => {
  const tokenId = await environment.newToken();
  const secret = `${nameOf(tokenId)}-password`;
  const credentials = environment.credentials();
  const args = { tokenId, generation: "one", keyVault: { vaultUri: vault.uri } };
  await credentials.up(args);
  await environment.client.generate(tokenId, "password1");
  await credentials.refresh();

  await credentials.up(args);

  expect((await vault.versions(secret)).map(({ attributes }) => attributes.enabled)).toEqual([false, true]);
  expect(await environment.canLogIn(nameOf(tokenId), await vault.value(secret))).toBe(true);
});
