/** Which versions of a secret stay enabled: only those whose passwords log in. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { nameOf, TestEnvironment } from "../support/testEnvironment.js";
import { TestVault } from "../support/vault.js";

let stage: TestEnvironment;
let vault: TestVault;

beforeAll(async () => {
  stage = await TestEnvironment.start();
  vault = await TestVault.create(stage);
});

afterAll(() => stage?.close());

test("the version of a password that someone else regenerated is disabled once the next version is written", async () => {
  const tokenId = await stage.newToken();
  const secret = `${nameOf(tokenId)}-password`;
  const credentials = stage.credentials();
  const args = { tokenId, generation: "one", keyVault: { vaultUri: vault.uri } };
  await credentials.up(args);
  await stage.client.generate(tokenId, "password1");
  await credentials.refresh();

  await credentials.up(args);

  expect((await vault.versions(secret)).map(({ attributes }) => attributes.enabled)).toEqual([false, true]);
  expect(await stage.canLogIn(nameOf(tokenId), await vault.value(secret))).toBe(true);
});
