/** A token that somebody else made: its passwords are taken over as they are, and a client that has one can go on. */
import { unknown } from "provider-server";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { TestEnvironment } from "../support/testEnvironment.js";
import { expectSettled, madeByAz, refusal, unmanaged } from "./adoption.js";

let stage: TestEnvironment;

beforeAll(async () => {
  stage = await TestEnvironment.start();
});

afterAll(() => stage?.close());

beforeEach(() => stage.azure.faults.clear());

describe("with both passwords known", () => {
  test("nothing is written, and both are handed out with Azure's times", async () => {
    const { tokenId, username, old1, old2 } = await madeByAz(stage);
    const resource = stage.credentials();
    const args = { tokenId, generation: "one", adopt: { password1: old1, password2: old2 } };
    stage.clock.advance(40);

    const today = { version: 1, madeOn: stage.clock.day(-40) };
    expect((await resource.preview(args)).inputs).toMatchObject({
      current: "password1",
      slots: { password1: today, password2: today },
    });
    expect(await stage.writesOf(() => resource.up(args))).toEqual([]);

    const { password, passwords } = resource.exported;
    expect(password).toBe(old1);
    const onAzure = await stage.client.slots(tokenId);
    expect(passwords.map(({ name, value }) => [name, value])).toEqual([
      ["password1", old1],
      ["password2", old2],
    ]);
    for (const { name, creationTime, expiry } of passwords) {
      const seen = onAzure.find((slot) => slot.name === name);
      expect(seen?.creationTime.slice(0, 23)).toBe(creationTime.slice(0, 23));
      expect(expiry).toBeNull();
    }
    await expectSettled(stage, resource, args);
    await resource.refresh();
    await expectSettled(stage, resource, args);

    await resource.up({ ...args, generation: "two" });
    expect(resource.exported.current).toBe("password2");
    expect(await stage.canLogIn(username, old1)).toBe(true);
    expect(await stage.canLogIn(username, old2)).toBe(false);
  });

  test("an expiry is taken over, and the schedule obeys it", async () => {
    const { tokenId, old1, old2 } = await madeByAz(stage, `${stage.clock.day(100)}T00:00:00Z`);
    const resource = stage.credentials();
    const args = { tokenId, adopt: { password1: old1, password2: old2 } };
    const { inputs } = await resource.preview(args);
    const previewed = await stage.plugin.create(resource.urn, inputs, { preview: true });
    expect(previewed.outputs.expiry).toBe(unknown);

    await resource.up(args);

    const slot = { version: 1, madeOn: stage.clock.day(), expiresOn: stage.clock.day(100) };
    expect(resource.slots).toEqual({ password1: slot, password2: slot });
    expect(Date.parse(String(resource.exported.passwords[0]?.expiry))).toBe(
      Date.parse(`${stage.clock.day(100)}T00:00:00Z`),
    );
    await expectSettled(stage, resource, args);
    stage.clock.advance(50);
    expect((await resource.preview(args)).changed).toContain("current");
  });

  test("one that is over its period rotates in the next up, which makes the other one", async () => {
    const { tokenId, username, old1, old2 } = await madeByAz(stage);
    const resource = stage.credentials();
    const args = { tokenId, rotateEveryDays: 30, adopt: { password1: old1, password2: old2 } };
    stage.clock.advance(31);
    await resource.up(args);
    expect(await stage.canLogIn(username, old2)).toBe(true);

    expect((await resource.preview(args)).changed).toEqual([
      "adopt",
      "current",
      "slots.password1.previousSince",
      "slots.password2.madeOn",
      "slots.password2.version",
    ]);
    await resource.up(args);

    expect(await stage.canLogIn(username, old1)).toBe(true);
    expect(await stage.canLogIn(username, resource.exported.password)).toBe(true);
  });
});

describe("with one password known", () => {
  test.for(["password1", "password2"] as const)(
    "%s is current, and the other slot is left alone",
    async (known) => {
      const { tokenId, username, old1, old2 } = await madeByAz(stage);
      const other = known === "password1" ? "password2" : "password1";
      const [mine, unknownOne] = known === "password1" ? [old1, old2] : [old2, old1];
      const resource = stage.credentials();
      const args = { tokenId, generation: "one", adopt: { [known]: mine } };

      expect(await stage.writesOf(() => resource.up(args))).toEqual([]);

      expect(resource.exported).toMatchObject({ current: known, password: mine });
      expect(resource.value(other)).toBeUndefined();
      expect(resource.slots[other]).toEqual(unmanaged);
      await expectSettled(stage, resource, args);
      await resource.refresh();
      await expectSettled(stage, resource, args);
      expect(await stage.canLogIn(username, unknownOne)).toBe(true);

      const rotation = { ...args, generation: "two" };
      expect((await resource.preview(rotation)).changed).toContain(`slots.${other}.unmanaged`);
      expect(await stage.writesOf(() => resource.up(rotation))).toEqual(["POST generateCredentials"]);
      expect(resource.slots[other]).toEqual({ version: 2, madeOn: stage.clock.day() });
      expect(await stage.canLogIn(username, mine)).toBe(true);
      expect(await stage.canLogIn(username, unknownOne)).toBe(false);
      expect(await stage.canLogIn(username, resource.value(other))).toBe(true);
    },
  );

  test("an empty slot beside it is filled, by one write", async () => {
    const { tokenId, username, old2 } = await madeByAz(stage);
    await stage.client.keepOnly(tokenId, ["password2"]);
    const resource = stage.credentials();
    const args = { tokenId, adopt: { password2: old2 } };

    expect(await stage.writesOf(() => resource.up(args))).toEqual(["POST generateCredentials"]);

    expect(resource.exported).toMatchObject({ current: "password2", password: old2 });
    expect(await stage.canLogIn(username, old2)).toBe(true);
    expect(await stage.canLogIn(username, resource.value("password1"))).toBe(true);
    await expectSettled(stage, resource, args);
  });

  test("the other one is regenerated where the program says so", async () => {
    const { tokenId, username, old1, old2 } = await madeByAz(stage);
    const resource = stage.credentials();
    const args = { tokenId, adopt: { password1: old1, regenerate: "password2" } };

    await resource.up(args);

    expect(resource.exported).toMatchObject({ current: "password1", password: old1 });
    expect(await stage.canLogIn(username, old1)).toBe(true);
    expect(await stage.canLogIn(username, old2)).toBe(false);
    expect(await stage.canLogIn(username, resource.value("password2"))).toBe(true);
    await expectSettled(stage, resource, args);
  });
});

describe("with no password known", () => {
  test.for(["password1", "password2"] as const)(
    "the slot %s that is taken is left alone, and the other filled and current",
    async (taken) => {
      const { tokenId, username, old1, old2 } = await madeByAz(stage);
      await stage.client.keepOnly(tokenId, [taken]);
      const old = taken === "password1" ? old1 : old2;
      const filled = taken === "password1" ? "password2" : "password1";
      const resource = stage.credentials();
      const args = { tokenId, expirationInDays: 90, adopt: {} };

      expect(await stage.writesOf(() => resource.up(args))).toEqual(["POST generateCredentials"]);

      expect(resource.exported.current).toBe(filled);
      expect(resource.slots).toEqual({
        [taken]: unmanaged,
        [filled]: { version: 1, madeOn: stage.clock.day(), expiresOn: stage.clock.day(90) },
      });
      expect(await stage.canLogIn(username, old)).toBe(true);
      expect(await stage.canLogIn(username, resource.exported.password)).toBe(true);
      await expectSettled(stage, resource, args);
    },
  );

  test("a slot that has expired is filled: nobody logs in with it", async () => {
    const { tokenId, username, old2 } = await madeByAz(stage);
    await stage.client.generate(tokenId, "password1", `${stage.clock.day(2)}T00:00:00Z`);
    stage.clock.advance(3);
    const resource = stage.credentials();

    await resource.up({ tokenId, adopt: {} });

    expect(resource.exported.current).toBe("password1");
    expect(await stage.canLogIn(username, resource.exported.password)).toBe(true);
    expect(await stage.canLogIn(username, old2)).toBe(true);
  });

  test("two empty slots are a new token's", async () => {
    const tokenId = await stage.newToken();
    const resource = stage.credentials();
    await resource.up({ tokenId, adopt: {} });
    expect(resource.exported.passwords).toHaveLength(2);
    expect(resource.exported.current).toBe("password1");
  });

  test("the one that may be regenerated is current, and not an empty one beside it", async () => {
    const { tokenId, username } = await madeByAz(stage);
    await stage.client.keepOnly(tokenId, ["password2"]);
    const resource = stage.credentials();
    await resource.up({ tokenId, adopt: { regenerate: "password2" } });
    expect(resource.exported.current).toBe("password2");
    expect(resource.exported.passwords).toHaveLength(2);
    expect(await stage.canLogIn(username, resource.exported.password)).toBe(true);
  });

  test("a disabled token is taken over: there is nothing to try", async () => {
    const { tokenId } = await madeByAz(stage);
    await stage.client.arm("PATCH", tokenId, { properties: { status: "disabled" } });
    const resource = stage.credentials();
    await resource.up({ tokenId, adopt: { regenerate: "password1" } });
    expect(resource.exported.current).toBe("password1");
  });

  test("two taken slots are refused until the program says which one may be regenerated", async () => {
    const { tokenId, username, old1, old2 } = await madeByAz(stage);
    expect(await refusal(stage, { tokenId, adopt: {} })).toEqual({
      "adopt.regenerate": expect.stringMatching(
        /^adopt\.regenerate is required, because both slots have a password .*may be regenerated, password1 or password2$/,
      ),
    });
    const resource = stage.credentials();
    const args = { tokenId, adopt: { regenerate: "password2" } };

    expect(await stage.writesOf(() => resource.up(args))).toEqual(["POST generateCredentials"]);

    expect(resource.exported.current).toBe("password2");
    expect(resource.slots.password1).toEqual(unmanaged);
    expect(await stage.canLogIn(username, old1)).toBe(true);
    expect(await stage.canLogIn(username, old2)).toBe(false);
    expect(await stage.canLogIn(username, resource.exported.password)).toBe(true);
    await expectSettled(stage, resource, args);
  });
});

test("what a preview does not know yet is asked for once it is known", async () => {
  const { tokenId, old1 } = await madeByAz(stage);
  for (const args of [
    { tokenId: unknown, adopt: { password1: old1 } },
    { tokenId, adopt: { password1: unknown } },
    { tokenId, loginServer: unknown, adopt: {} },
  ]) {
    const requests = await stage.requestsOf(async () => {
      expect((await stage.credentials().preview(args)).inputs).toMatchObject({
        current: unknown,
        slots: unknown,
      });
    });
    expect(requests).toEqual([]);
  }
});
