/** Rotation of passwords that expire: early enough for both to work; expired passwords are regenerated. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nameOf, TestEnvironment } from "../support/testEnvironment.js";
import { rotates, stays } from "./rotates.js";

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await TestEnvironment.start();
});

afterAll(() => environment?.close());

describe("with expirationInDays", () => {
  test("the default period is half of it, so that both passwords always work", async () => {
    const tokenId = await environment.newToken();
    const resource = environment.credentials();
    const args = { tokenId, expirationInDays: 61 };
    await resource.up(args);

    environment.clock.advance(29);
    await stays(environment, resource, args);
    environment.clock.advance(1);
    await rotates(environment, resource, {
      args,
      to: "password2",
      preview: ["current"],
      slot: ["expiresOn", "madeOn"],
    });
    environment.clock.advance(30);
    await rotates(environment, resource, {
      args,
      to: "password1",
      preview: ["current"],
      slot: ["expiresOn", "madeOn"],
    });
    expect(resource.slots).toEqual({
      password1: { version: 2, madeOn: environment.clock.day(), expiresOn: environment.clock.day(61) },
      password2: {
        version: 2,
        madeOn: environment.clock.day(-30),
        expiresOn: environment.clock.day(31),
        previousSince: environment.clock.day(),
      },
    });
  });

  test("an odd or least number of days still rotates before the current password expires", async () => {
    const tokenId = await environment.newToken();
    const resource = environment.credentials();
    const args = { tokenId, expirationInDays: 2 };
    await resource.up(args);

    for (let day = 0; day < 5; day++) {
      environment.clock.advance(1);
      const before = resource.exported;
      expect(await environment.canLogIn(before.username, before.password)).toBe(true);
      await resource.up(args);
      expect(await environment.canLogIn(before.username, before.password)).toBe(true);
      expect(await environment.canLogIn(before.username, resource.exported.password)).toBe(true);
    }
  });

  test("an expired password does not log in, and the next up regenerates its slot, which the preview shows", async () => {
    const tokenId = await environment.newToken();
    const resource = environment.credentials();
    const args = { tokenId, expirationInDays: 40, rotateEveryDays: 30 };
    await resource.up(args);
    environment.clock.advance(30);
    await resource.up(args);
    // Made on day 0: password1 expires at the end of day 40, when password2 has been current for 10 days.
    environment.clock.advance(10);
    expect(await environment.canLogIn(nameOf(tokenId), resource.value("password1"))).toBe(true);
    expect((await resource.preview(args)).operation).toBe("same");
    environment.clock.advance(1);
    const before = resource.exported;
    expect(before.current).toBe("password2");
    expect(await environment.canLogIn(before.username, resource.value("password1"))).toBe(false);

    const plan = await resource.preview(args);
    expect(plan.changed).toEqual([
      "slots.password1.expiresOn",
      "slots.password1.madeOn",
      "slots.password1.previousSince",
      "slots.password1.version",
    ]);
    const writes = await environment.writesOf(() => resource.up(args));

    expect(writes).toEqual(["POST generateCredentials"]);
    const after = resource.exported;
    expect(after.current).toBe("password2");
    expect(after.password).toBe(before.password);
    expect(await environment.canLogIn(after.username, after.password)).toBe(true);
    expect(await environment.canLogIn(after.username, resource.value("password1"))).toBe(true);
  });

  test("a stack left alone for years gets both passwords new by one write", async () => {
    const tokenId = await environment.newToken();
    const resource = environment.credentials();
    const args = { tokenId, expirationInDays: 60 };
    await resource.up(args);
    environment.clock.advance(1500);
    const before = resource.exported;

    const plan = await resource.preview(args);
    expect(plan.changed).toEqual([
      "current",
      "slots.password1.expiresOn",
      "slots.password1.madeOn",
      "slots.password1.version",
      "slots.password2.expiresOn",
      "slots.password2.madeOn",
      "slots.password2.version",
    ]);
    const writes = await environment.writesOf(() => resource.up(args));

    expect(writes).toEqual(["POST generateCredentials"]);
    const { username, passwords, current } = resource.exported;
    expect(current).toBe("password2");
    for (const { name, value } of passwords) {
      expect(value).not.toBe(before.passwords.find((old) => old.name === name)?.value);
      expect(await environment.canLogIn(username, value)).toBe(true);
    }
  });

  test("expirationInDays switched on, changed and off holds for passwords made from then on", async () => {
    const tokenId = await environment.newToken();
    const resource = environment.credentials();
    await resource.up({ tokenId, generation: "one" });

    expect(
      await environment.requestsOf(() =>
        resource.up({ tokenId, generation: "one", expirationInDays: 50, rotateEveryDays: 40 }),
      ),
    ).toEqual([]);
    expect(resource.exported.passwords.map(({ expiry }) => expiry)).toEqual([null, null]);
    await resource.up({ tokenId, generation: "two", expirationInDays: 50, rotateEveryDays: 40 });
    expect(resource.slots.password2.expiresOn).toBe(environment.clock.day(50));
    await resource.up({ tokenId, generation: "three" });

    const [password1, password2] = resource.exported.passwords;
    expect(password1.expiry).toBeNull();
    expect(password2.expiry).not.toBeNull();
    expect(resource.slots.password1).toEqual({ version: 2, madeOn: environment.clock.day() });
  });
});
