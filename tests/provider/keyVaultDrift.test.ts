/** What others do to a secret and to its token: found by refresh, and repaired without a lockout. */
import { expect, test } from "vitest";
import type { TestEnvironment } from "../support/testEnvironment.js";
import { newTokenFor, onVault, type TestVault } from "../support/vault.js";

let environment: TestEnvironment;
let vault: TestVault;

onVault((...started) => {
  [environment, vault] = started;
});

test("a secret that someone else has deleted is repaired by a rotation, and clients with the password keep it", async () => {
  const { credentials, inVault, secret, canLogIn } = await newTokenFor(environment, vault);
  await credentials.up(inVault);
  const first = await vault.value(secret);
  await vault.send("DELETE", `secrets/${secret}`);
  expect((await credentials.preview(inVault)).operation, "without a refresh nobody is asked").toBe("same");

  await credentials.refresh();

  const step = await credentials.preview(inVault);
  expect(step.operation).toBe("update");
  expect(step.changed).toEqual(expect.arrayContaining(["current", "slots.password2.madeOn"]));
  await credentials.up(inVault);
  const second = await vault.value(secret);
  expect(second).not.toBe(first);
  expect([await canLogIn(first), await canLogIn(second)]).toEqual([true, true]);
  await credentials.refresh();
  expect((await credentials.preview(inVault)).operation).toBe("same");
});

test("a current password that someone else has regenerated is regenerated in its slot, as the next version", async () => {
  const { tokenId, credentials, inVault, secret, canLogIn } = await newTokenFor(environment, vault);
  await credentials.up(inVault);
  const rotated = { ...inVault, generation: "two" };
  const first = await vault.value(secret);
  await credentials.up(rotated);
  await environment.client.generate(tokenId, "password2");

  await credentials.refresh();
  await credentials.up(rotated);

  expect(credentials.exported.current).toBe("password2");
  expect([await canLogIn(first), await canLogIn(await vault.value(secret))]).toEqual([true, true]);
  expect(await vault.enabled(secret)).toEqual([true, false, true]);
  await credentials.refresh();
  expect((await credentials.preview(rotated)).operation).toBe("same");
});
