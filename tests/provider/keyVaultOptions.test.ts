/** The arguments that change when a password is generated, ends or works, with the passwords in Key Vault. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { daysBetween } from "../../components/provider/clock.js";
import { TestEnvironment } from "../support/testEnvironment.js";
import { TestVault } from "../support/vault.js";
import { newTokenFor } from "../support/vaultToken.js";

let environment: TestEnvironment;
let vault: TestVault;

beforeAll(async () => {
  environment = await TestEnvironment.start();
  vault = await TestVault.create(environment);
});

afterAll(() => environment?.close());

async function newToken(others?: object) {
  const { inVault: args, ...token } = await newTokenFor(environment, vault, others);
  return { ...token, args };
}

test("spreadRotation shortens the first period alone, and the secret gets its version on the day that rotatesOn says", async () => {
  const periods: number[] = [];
  for (let count = 0; count < 4; count += 1) {
    const { credentials, args, secret, canLogIn } = await newToken({
      rotateEveryDays: 90,
      spreadRotation: true,
    });
    await credentials.up(args);
    const first = await vault.value(secret);
    const day = String(credentials.exported.rotatesOn);
    periods.push(daysBetween(environment.clock.day(), day));
    environment.clock.set(`${environment.clock.day((periods.at(-1) ?? 0) - 1)}T12:00:00Z`);
    if ((periods.at(-1) ?? 0) > 1) {
      expect((await credentials.preview(args)).operation).toBe("same");
    }
    environment.clock.set(`${day}T12:00:00Z`);

    await credentials.up(args);

    expect(await vault.versions(secret)).toHaveLength(2);
    for (const value of [first, await vault.value(secret)]) {
      expect(await canLogIn(value)).toBe(true);
    }
    expect(credentials.exported.rotatesOn).toBe(environment.clock.day(90));
  }
  expect(new Set(periods).size).toBeGreaterThan(1);
});

test("a disabled token keeps its secret, is rotated without a wait, and both passwords work once it is enabled", async () => {
  const { tokenId, credentials, args, secret, canLogIn } = await newToken({ waitUntilLive: true });
  const access = environment.access();
  const accessArgs = { tokenId, scopeMapId: environment.scopeMapId("_repositories_pull") };
  await access.up(accessArgs);
  await credentials.up(args);
  const first = await vault.value(secret);

  await access.up({ ...accessArgs, status: "disabled" });

  expect(await canLogIn(first)).toBe(false);
  await credentials.refresh();
  expect((await credentials.preview(args)).operation).toBe("same");
  expect(await vault.value(secret)).toBe(first);
  const rotated = { ...args, generation: "two" };
  await credentials.up(rotated);
  const second = await vault.value(secret);
  expect(second).not.toBe(first);

  await access.up({ ...accessArgs, status: "enabled" });

  for (const value of [first, second]) {
    expect(await canLogIn(value)).toBe(true);
  }
  expect((await vault.versions(secret)).map(({ attributes }) => attributes.enabled)).toEqual([true, true]);
  expect((await credentials.preview(rotated)).operation).toBe("same");
});

test("a password that has expired is regenerated in its slot as the next version, and its version is disabled", async () => {
  const { credentials, args, secret, canLogIn } = await newToken({
    expirationInDays: 10,
    rotateEveryDays: 5,
  });
  await credentials.up(args);
  const first = await vault.value(secret);
  environment.clock.advance(20);
  expect(await canLogIn(first)).toBe(false);

  await credentials.up(args);

  const second = await vault.value(secret);
  expect(await canLogIn(second)).toBe(true);
  expect((await vault.versions(secret)).map(({ attributes }) => attributes.enabled)).toEqual([false, true]);
  const [, version] = await vault.versions(secret);
  expect(version?.attributes.exp).toBe(Math.floor(Date.parse(String(credentials.exported.expiry)) / 1000));
  expect((await credentials.preview(args)).operation).toBe("same");
});
