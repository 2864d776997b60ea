/** Passwords that move: into a vault, out of it, and to another one. */
import { expect, test } from "vitest";
import type { TestEnvironment } from "../support/testEnvironment.js";
import { expectNoValue, newTokenFor, onVault, TestVault } from "../support/vault.js";

let environment: TestEnvironment;
let vault: TestVault;

onVault((...started) => {
  [environment, vault] = started;
});

const newToken = () => newTokenFor(environment, vault);

test("keyVault that is given later writes the passwords of the state to the vault, the current one last, and changes none", async () => {
  const { credentials, plain, inVault, secret, canLogIn } = await newToken();
  await credentials.up(plain);
  await credentials.up({ ...plain, generation: "two" });
  const [previous, current] = [credentials.value("password1"), credentials.value("password2")];
  const args = { ...inVault, generation: "two" };

  const step = await credentials.preview(args);
  expect(step).toMatchObject({ operation: "update", changed: ["keyVault"] });
  expect(await environment.writesOf(() => credentials.up(args))).toEqual([]);

  expect(await vault.values(secret)).toEqual([previous, current]);
  expectNoValue(credentials, previous, current);
  expect([await canLogIn(previous), await canLogIn(current)]).toEqual([true, true]);
  expect((await credentials.preview(args)).operation).toBe("same");
  await credentials.refresh();
  expect((await credentials.preview(args)).operation).toBe("same");
  // A client of the vault has the same password after the next rotation as before.
  await credentials.up({ ...args, generation: "three" });
  expect(await canLogIn(current)).toBe(true);
});

test("keyVault that is taken out reads the passwords back, changes none, and deletes the secret", async () => {
  const { credentials, plain, inVault, secret, canLogIn } = await newToken();
  await credentials.up(inVault);
  const first = await vault.value(secret);
  await credentials.up({ ...inVault, generation: "two" });
  const second = await vault.value(secret);
  const args = { ...plain, generation: "two" };

  expect(await credentials.preview(args)).toMatchObject({ operation: "update", changed: ["keyVault"] });
  expect(await environment.writesOf(() => credentials.up(args))).toEqual([]);

  expect([credentials.value("password1"), credentials.exported.password]).toEqual([first, second]);
  expect(await canLogIn(first)).toBe(true);
  expect(await vault.versions(secret)).toEqual([]);
  expect(credentials.saved.outputs).not.toHaveProperty("passwordSecretId");
  expect((await credentials.preview(args)).operation).toBe("same");
});

test("keyVault that is taken out after a purge of the secret leaves the password alone, and the preview announces a rotation", async () => {
  const { credentials, plain, inVault, secret, canLogIn } = await newToken();
  await credentials.up(inVault);
  const first = await vault.value(secret);
  await vault.purge(secret);

  const step = await credentials.preview(plain);
  expect(step.changed).toEqual(expect.arrayContaining(["current", "keyVault", "slots.password2.madeOn"]));
  expect(await credentials.up(plain)).toEqual(step);

  const { current, password } = credentials.exported;
  expect(current).toBe("password2");
  expect([await canLogIn(first), await canLogIn(password)]).toEqual([true, true]);
  await credentials.refresh();
  expect((await credentials.preview(plain)).operation).toBe("same");
  await credentials.up({ ...plain, generation: "two" });
  expect([await canLogIn(first), await canLogIn(password)], "until the next rotation").toEqual([false, true]);
});

test("another vault gets both passwords, the current one last, and the secret of the vault before is deleted; no password changes", async () => {
  const other = await TestVault.create(environment, { enablePurgeProtection: true }, "othervault");
  const { credentials, inVault, secret, canLogIn } = await newToken();
  await credentials.up(inVault);
  const first = await vault.value(secret);
  const rotated = { ...inVault, generation: "two" };
  await credentials.up(rotated);
  const second = await vault.value(secret);
  const moved = { ...rotated, keyVault: { vaultUri: other.uri } };

  const step = await credentials.preview(moved);
  expect(step).toMatchObject({ operation: "update", changed: ["keyVault.vaultUri"] });
  expect(await environment.writesOf(() => credentials.up(moved))).toEqual([]);

  expect(await other.values(secret)).toEqual([first, second]);
  expect(await vault.versions(secret)).toEqual([]);
  expect(credentials.saved.outputs).toMatchObject({
    passwordSecretId: `${other.uri}secrets/${secret}`,
    passwordSecretVersionId: (await other.versions(secret))[1]?.id,
  });
  expectNoValue(credentials, first, second);
  expect([await canLogIn(first), await canLogIn(second)]).toEqual([true, true]);
  expect((await credentials.preview(moved)).operation).toBe("same");
  await credentials.refresh();
  expect((await credentials.preview(moved)).operation).toBe("same");
});
