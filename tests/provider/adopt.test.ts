/** A token created outside of this stack: its passwords are adopted unchanged, and its clients keep working. */
import { unknown } from "provider-server";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { TestEnvironment } from "../support/testEnvironment.js";
import { expectSettled, madeByAz, refusal, unmanaged } from "./adoption.js";

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await TestEnvironment.start();
});

afterAll(() => environment?.close());

beforeEach(() => environment.azure.faults.clear());

describe("with both passwords known", () => {
  test("nothing is written, and both are handed out with Azure's times", async () => {
    const { tokenId, username, old1, old2 } = await madeByAz(environment);
    const resource = environment.credentials();
    const args = { tokenId, generation: "one", adopt: { password1: old1, password2: old2 } };
    environment.clock.advance(40);

    const today = { version: 1, madeOn: environment.clock.day(-40) };
    expect((await resource.preview(args)).inputs).toMatchObject({
      current: "password1",
      slots: { password1: today, password2: today },
    });
    expect(await environment.writesOf(() => resource.up(args))).toEqual([]);

    const { password, passwords } = resource.exported;
    expect(password).toBe(old1);
    const onAzure = await environment.client.slots(tokenId);
    expect(passwords.map(({ name, value }) => [name, value])).toEqual([
      ["password1", old1],
      ["password2", old2],
    ]);
    for (const { name, creationTime, expiry } of passwords) {
      const seen = onAzure.find((slot) => slot.name === name);
      expect(seen?.creationTime.slice(0, 23)).toBe(creationTime.slice(0, 23));
      expect(expiry).toBeNull();
    }
    await expectSettled(environment, resource, args);
    await resource.refresh();
    await expectSettled(environment, resource, args);

    await resource.up({ ...args, generation: "two" });
    expect(resource.exported.current).toBe("password2");
    expect(await environment.canLogIn(username, old1)).toBe(true);
    expect(await environment.canLogIn(username, old2)).toBe(false);
  });

  test("an expiry is taken over, and the schedule obeys it", async () => {
    const { tokenId, old1, old2 } = await madeByAz(environment, `${environment.clock.day(100)}T00:00:00Z`);
    const resource = environment.credentials();
    const args = { tokenId, adopt: { password1: old1, password2: old2 } };
    const { inputs } = await resource.preview(args);
    const previewed = await environment.plugin.create(resource.urn, inputs, { preview: true });
    expect(previewed.outputs.expiry).toBe(unknown);

    await resource.up(args);

    const slot = { version: 1, madeOn: environment.clock.day(), expiresOn: environment.clock.day(100) };
    expect(resource.slots).toEqual({ password1: slot, password2: slot });
    expect(Date.parse(String(resource.exported.passwords[0]?.expiry))).toBe(
      Date.parse(`${environment.clock.day(100)}T00:00:00Z`),
    );
    await expectSettled(environment, resource, args);
    environment.clock.advance(50);
    expect((await resource.preview(args)).changed).toContain("current");
  });

  test("a password older than its period rotates in the next up, which regenerates the other slot", async () => {
    const { tokenId, username, old1, old2 } = await madeByAz(environment);
    const resource = environment.credentials();
    const args = { tokenId, rotateEveryDays: 30, adopt: { password1: old1, password2: old2 } };
    environment.clock.advance(31);
    await resource.up(args);
    expect(await environment.canLogIn(username, old2)).toBe(true);

    expect((await resource.preview(args)).changed).toEqual([
      "adopt",
      "current",
      "slots.password1.previousSince",
      "slots.password2.madeOn",
      "slots.password2.version",
    ]);
    await resource.up(args);

    expect(await environment.canLogIn(username, old1)).toBe(true);
    expect(await environment.canLogIn(username, resource.exported.password)).toBe(true);
  });
});

describe("with one password known", () => {
  test.for(["password1", "password2"] as const)("%s is current, and the other slot stays", async (known) => {
    const { tokenId, username, old1, old2 } = await madeByAz(environment);
    const other = known === "password1" ? "password2" : "password1";
    const [mine, unknownOne] = known === "password1" ? [old1, old2] : [old2, old1];
    const resource = environment.credentials();
    const args = { tokenId, generation: "one", adopt: { [known]: mine } };

    expect(await environment.writesOf(() => resource.up(args))).toEqual([]);

    expect(resource.exported).toMatchObject({ current: known, password: mine });
    expect(resource.value(other)).toBeUndefined();
    expect(resource.slots[other]).toEqual(unmanaged);
    await expectSettled(environment, resource, args);
    await resource.refresh();
    await expectSettled(environment, resource, args);
    expect(await environment.canLogIn(username, unknownOne)).toBe(true);

    const rotation = { ...args, generation: "two" };
    expect((await resource.preview(rotation)).changed).toContain(`slots.${other}.unmanaged`);
    expect(await environment.writesOf(() => resource.up(rotation))).toEqual(["POST generateCredentials"]);
    expect(resource.slots[other]).toEqual({ version: 2, madeOn: environment.clock.day() });
    expect(await environment.canLogIn(username, mine)).toBe(true);
    expect(await environment.canLogIn(username, unknownOne)).toBe(false);
    expect(await environment.canLogIn(username, resource.value(other))).toBe(true);
  });

  test("an empty slot beside it is filled, by one write", async () => {
    const { tokenId, username, old2 } = await madeByAz(environment);
    await environment.client.keepOnly(tokenId, ["password2"]);
    const resource = environment.credentials();
    const args = { tokenId, adopt: { password2: old2 } };

    expect(await environment.writesOf(() => resource.up(args))).toEqual(["POST generateCredentials"]);

    expect(resource.exported).toMatchObject({ current: "password2", password: old2 });
    expect(await environment.canLogIn(username, old2)).toBe(true);
    expect(await environment.canLogIn(username, resource.value("password1"))).toBe(true);
    await expectSettled(environment, resource, args);
  });

  test("the other slot is regenerated if the program says so", async () => {
    const { tokenId, username, old1, old2 } = await madeByAz(environment);
    const resource = environment.credentials();
    const args = { tokenId, adopt: { password1: old1, regenerate: "password2" } };

    await resource.up(args);

    expect(resource.exported).toMatchObject({ current: "password1", password: old1 });
    expect(await environment.canLogIn(username, old1)).toBe(true);
    expect(await environment.canLogIn(username, old2)).toBe(false);
    expect(await environment.canLogIn(username, resource.value("password2"))).toBe(true);
    await expectSettled(environment, resource, args);
  });
});

describe("with no password known", () => {
  test.for(["password1", "password2"] as const)(
    "the filled slot %s stays, and the other is generated and current",
    async (taken) => {
      const { tokenId, username, old1, old2 } = await madeByAz(environment);
      await environment.client.keepOnly(tokenId, [taken]);
      const old = taken === "password1" ? old1 : old2;
      const filled = taken === "password1" ? "password2" : "password1";
      const resource = environment.credentials();
      const args = { tokenId, expirationInDays: 90, adopt: {} };

      expect(await environment.writesOf(() => resource.up(args))).toEqual(["POST generateCredentials"]);

      expect(resource.exported.current).toBe(filled);
      expect(resource.slots).toEqual({
        [taken]: unmanaged,
        [filled]: { version: 1, madeOn: environment.clock.day(), expiresOn: environment.clock.day(90) },
      });
      expect(await environment.canLogIn(username, old)).toBe(true);
      expect(await environment.canLogIn(username, resource.exported.password)).toBe(true);
      await expectSettled(environment, resource, args);
    },
  );

  test("an expired slot is regenerated: no client can log in with it", async () => {
    const { tokenId, username, old2 } = await madeByAz(environment);
    await environment.client.generate(tokenId, "password1", `${environment.clock.day(2)}T00:00:00Z`);
    environment.clock.advance(3);
    const resource = environment.credentials();

    await resource.up({ tokenId, adopt: {} });

    expect(resource.exported.current).toBe("password1");
    expect(await environment.canLogIn(username, resource.exported.password)).toBe(true);
    expect(await environment.canLogIn(username, old2)).toBe(true);
  });

  test("two empty slots are a new token's", async () => {
    const tokenId = await environment.newToken();
    const resource = environment.credentials();
    await resource.up({ tokenId, adopt: {} });
    expect(resource.exported.passwords).toHaveLength(2);
    expect(resource.exported.current).toBe("password1");
  });

  test("the slot that may be regenerated is current, and not an empty slot beside it", async () => {
    const { tokenId, username } = await madeByAz(environment);
    await environment.client.keepOnly(tokenId, ["password2"]);
    const resource = environment.credentials();
    await resource.up({ tokenId, adopt: { regenerate: "password2" } });
    expect(resource.exported.current).toBe("password2");
    expect(resource.exported.passwords).toHaveLength(2);
    expect(await environment.canLogIn(username, resource.exported.password)).toBe(true);
  });

  test("a disabled token is adopted, without a login", async () => {
    const { tokenId } = await madeByAz(environment);
    await environment.client.arm("PATCH", tokenId, { properties: { status: "disabled" } });
    const resource = environment.credentials();
    await resource.up({ tokenId, adopt: { regenerate: "password1" } });
    expect(resource.exported.current).toBe("password1");
  });

  test("two filled slots are refused until the program says which slot may be regenerated", async () => {
    const { tokenId, username, old1, old2 } = await madeByAz(environment);
    expect(await refusal(environment, { tokenId, adopt: {} })).toEqual({
      "adopt.regenerate": expect.stringMatching(
        /^adopt\.regenerate is required, because both slots have a password .*may be regenerated, password1 or password2$/,
      ),
    });
    const resource = environment.credentials();
    const args = { tokenId, adopt: { regenerate: "password2" } };

    expect(await environment.writesOf(() => resource.up(args))).toEqual(["POST generateCredentials"]);

    expect(resource.exported.current).toBe("password2");
    expect(resource.slots.password1).toEqual(unmanaged);
    expect(await environment.canLogIn(username, old1)).toBe(true);
    expect(await environment.canLogIn(username, old2)).toBe(false);
    expect(await environment.canLogIn(username, resource.exported.password)).toBe(true);
    await expectSettled(environment, resource, args);
  });
});

test("a tokenId that a preview does not know yet is checked in the up", async () => {
  const { tokenId, old1 } = await madeByAz(environment);
  for (const args of [
    { tokenId: unknown, adopt: { password1: old1 } },
    { tokenId, adopt: { password1: unknown } },
    { tokenId, loginServer: unknown, adopt: {} },
  ]) {
    const requests = await environment.requestsOf(async () => {
      expect((await environment.credentials().preview(args)).inputs).toMatchObject({
        current: unknown,
        slots: unknown,
      });
    });
    expect(requests).toEqual([]);
  }
});
