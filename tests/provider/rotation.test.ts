/** Rotation: the other slot becomes new and current, and whoever still has the old password goes on with it. */
import { unknown } from "provider-protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CredentialsResource, SlotName } from "../support/stage.js";
import { Stage } from "../support/stage.js";

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.set();
});

afterAll(() => stage?.close());

interface Rotation {
  args: Record<string, unknown>;
  /** The slot that is to be new and current. */
  to: SlotName;
  /** What the preview must name beside the slots. */
  preview: string[];
  /** What the preview must name of the slot that is made anew, beside its count. */
  slot?: string[];
}

/** Previews and runs one rotation, and checks that nobody is cut off by it. */
async function rotates(
  resource: CredentialsResource,
  { args, to, preview, slot = [] }: Rotation,
): Promise<void> {
  const before = resource.exported;
  const from = before.current;
  const wasPrevious = resource.slots[to].previousSince !== undefined;
  const made = ["count", ...slot, ...(wasPrevious ? ["previousSince"] : [])].map(
    (name) => `slots.${to}.${name}`,
  );

  const plan = await resource.preview(args);
  expect(plan.operation).toBe("update");
  expect(plan.changed).toEqual([...preview, ...made, `slots.${from}.previousSince`].sort());

  const writes = await stage.writesOf(() => resource.up(args));

  expect(writes).toEqual(["POST generateCredentials"]);
  const { username, current, password } = resource.exported;
  expect(current).toBe(to);
  expect(password).toBe(resource.value(to));
  expect(password).not.toBe(before.passwords.find(({ name }) => name === to)?.value);
  expect(await stage.canLogIn(username, password)).toBe(true);
  expect(resource.value(from)).toBe(before.password);
  expect(await stage.canLogIn(username, before.password)).toBe(true);
  expect((await resource.preview(args)).operation).toBe("same");
}

async function stays(resource: CredentialsResource, args: Record<string, unknown>): Promise<void> {
  const requests = await stage.requestsOf(async () => {
    expect((await resource.preview(args)).operation).toBe("same");
    await resource.up(args);
  });
  expect(requests).toEqual([]);
}

describe("by generation", () => {
  test("each change rotates, back and forth between the slots", async () => {
    const tokenId = await stage.newToken();
    const resource = stage.credentials();
    await resource.up({ tokenId, generation: "one" });

    await rotates(resource, {
      args: { tokenId, generation: "two" },
      to: "password2",
      preview: ["current", "generation"],
    });
    await rotates(resource, {
      args: { tokenId, generation: "three" },
      to: "password1",
      preview: ["current", "generation"],
    });
  });

  test("one that is not known yet is previewed as a rotation", async () => {
    const tokenId = await stage.newToken();
    const resource = stage.credentials();
    await resource.up({ tokenId, generation: "one" });

    const plan = await resource.preview({ tokenId, generation: unknown });

    expect(plan.operation).toBe("update");
    expect(plan.changed).toEqual([
      "current",
      "generation",
      "slots.password1.previousSince",
      "slots.password2.count",
    ]);
    expect(plan.inputs.current).toBe("password2");
  });

  test("giving one for the first time, or none any more, rotates nothing", async () => {
    const tokenId = await stage.newToken();
    const resource = stage.credentials();
    await resource.up({ tokenId });
    const { passwords } = resource.exported;

    expect(await stage.requestsOf(() => resource.up({ tokenId, generation: "one" }))).toEqual([]);
    expect(await stage.requestsOf(() => resource.up({ tokenId }))).toEqual([]);

    expect(resource.exported.passwords).toEqual(passwords);
  });
});

describe("by time", () => {
  test("nothing happens until the period has passed, then one rotation, however late, also years later", async () => {
    const tokenId = await stage.newToken();
    const resource = stage.credentials();
    const args = { tokenId, rotateEveryDays: 30 };
    await resource.up(args);

    stage.clock.advance(29);
    await stays(resource, args);
    stage.clock.advance(1);
    await rotates(resource, { args, to: "password2", preview: ["current"], slot: ["madeOn"] });
    expect(resource.slots.password2.madeOn).toBe(stage.clock.day());
    await stays(resource, args);
    stage.clock.advance(3000);
    await rotates(resource, { args, to: "password1", preview: ["current"], slot: ["madeOn"] });
    stage.clock.advance(29);
    await stays(resource, args);
    stage.clock.advance(1);
    await rotates(resource, { args, to: "password2", preview: ["current"], slot: ["madeOn"] });
  });

  test("a rotation by generation starts the period anew", async () => {
    const tokenId = await stage.newToken();
    const resource = stage.credentials();
    await resource.up({ tokenId, rotateEveryDays: 30, generation: "one" });
    stage.clock.advance(20);
    await rotates(resource, {
      args: { tokenId, rotateEveryDays: 30, generation: "two" },
      to: "password2",
      preview: ["current", "generation"],
      slot: ["madeOn"],
    });

    stage.clock.advance(29);
    await stays(resource, { tokenId, rotateEveryDays: 30, generation: "two" });
    stage.clock.advance(1);
    await rotates(resource, {
      args: { tokenId, rotateEveryDays: 30, generation: "two" },
      to: "password1",
      preview: ["current"],
      slot: ["madeOn"],
    });
  });

  test("generation and period due at once are one rotation by one write", async () => {
    const tokenId = await stage.newToken();
    const resource = stage.credentials();
    await resource.up({ tokenId, rotateEveryDays: 30, generation: "one" });
    stage.clock.advance(45);

    await rotates(resource, {
      args: { tokenId, rotateEveryDays: 30, generation: "two" },
      to: "password2",
      preview: ["current", "generation"],
      slot: ["madeOn"],
    });
  });

  test("the period switched on, off and changed counts from the day of the current password", async () => {
    const tokenId = await stage.newToken();
    const resource = stage.credentials();
    await resource.up({ tokenId });
    stage.clock.advance(20);

    expect(await stage.requestsOf(() => resource.up({ tokenId, rotateEveryDays: 30 }))).toEqual([]);
    stage.clock.advance(9);
    await stays(resource, { tokenId, rotateEveryDays: 30 });
    // Off: what would be due is not.
    stage.clock.advance(100);
    expect(await stage.requestsOf(() => resource.up({ tokenId }))).toEqual([]);
    stage.clock.advance(100);
    await stays(resource, { tokenId });
    // On again, longer than the password is old: nothing; shorter: due at once.
    expect(await stage.requestsOf(() => resource.up({ tokenId, rotateEveryDays: 300 }))).toEqual([]);
    await rotates(resource, {
      args: { tokenId, rotateEveryDays: 10 },
      to: "password2",
      preview: ["current", "rotateEveryDays"],
      slot: ["madeOn"],
    });
  });

  test("the day changes at midnight UTC, wherever and however late the day before", async () => {
    const tokenId = await stage.newToken();
    const resource = stage.credentials();
    const args = { tokenId, rotateEveryDays: 1 };
    stage.clock.set("2040-02-28T23:58:00Z");
    await resource.up(args);
    expect(resource.slots.password1.madeOn).toBe("2040-02-28");
    await stays(resource, args);

    stage.clock.set("2040-02-28T23:59:50Z");
    await stays(resource, args);
    stage.clock.set("2040-02-29T00:00:00Z");
    await rotates(resource, { args, to: "password2", preview: ["current"], slot: ["madeOn"] });
    expect(resource.slots.password2.madeOn).toBe("2040-02-29");
    stage.clock.set("2040-02-29T23:59:30Z");
    await stays(resource, args);
    stage.clock.set("2040-03-01T00:00:01Z");
    await rotates(resource, { args, to: "password1", preview: ["current"], slot: ["madeOn"] });
  });
});

describe("with expirationInDays", () => {
  test("the default period is half of it, so that both passwords always work", async () => {
    const tokenId = await stage.newToken();
    const resource = stage.credentials();
    const args = { tokenId, expirationInDays: 61 };
    await resource.up(args);

    stage.clock.advance(29);
    await stays(resource, args);
    stage.clock.advance(1);
    await rotates(resource, {
      args,
      to: "password2",
      preview: ["current"],
      slot: ["expiresOn", "madeOn"],
    });
    stage.clock.advance(30);
    await rotates(resource, {
      args,
      to: "password1",
      preview: ["current"],
      slot: ["expiresOn", "madeOn"],
    });
    expect(resource.slots).toEqual({
      password1: { count: 2, madeOn: stage.clock.day(), expiresOn: stage.clock.day(61) },
      password2: {
        count: 2,
        madeOn: stage.clock.day(-30),
        expiresOn: stage.clock.day(31),
        previousSince: stage.clock.day(),
      },
    });
  });

  test("an odd or least number of days still rotates before the current password expires", async () => {
    const tokenId = await stage.newToken();
    const resource = stage.credentials();
    const args = { tokenId, expirationInDays: 2 };
    await resource.up(args);

    for (let day = 0; day < 5; day++) {
      stage.clock.advance(1);
      const before = resource.exported;
      expect(await stage.canLogIn(before.username, before.password)).toBe(true);
      await resource.up(args);
      expect(await stage.canLogIn(before.username, before.password)).toBe(true);
      expect(await stage.canLogIn(before.username, resource.exported.password)).toBe(true);
    }
  });

  test("an expired password does not log in, and the next up mends its slot, which the preview shows", async () => {
    const tokenId = await stage.newToken();
    const resource = stage.credentials();
    const args = { tokenId, expirationInDays: 40, rotateEveryDays: 30 };
    await resource.up(args);
    stage.clock.advance(30);
    await resource.up(args);
    // Made on day 0: password1 expires on day 40, when password2 has been current for 10 days.
    stage.clock.advance(10.01);
    const before = resource.exported;
    expect(before.current).toBe("password2");
    expect(await stage.canLogIn(before.username, resource.value("password1"))).toBe(false);

    const plan = await resource.preview(args);
    expect(plan.changed).toEqual([
      "slots.password1.count",
      "slots.password1.expiresOn",
      "slots.password1.madeOn",
      "slots.password1.previousSince",
    ]);
    const writes = await stage.writesOf(() => resource.up(args));

    expect(writes).toEqual(["POST generateCredentials"]);
    const after = resource.exported;
    expect(after.current).toBe("password2");
    expect(after.password).toBe(before.password);
    expect(await stage.canLogIn(after.username, after.password)).toBe(true);
    expect(await stage.canLogIn(after.username, resource.value("password1"))).toBe(true);
  });

  test("a stack left alone for years gets both passwords new by one write", async () => {
    const tokenId = await stage.newToken();
    const resource = stage.credentials();
    const args = { tokenId, expirationInDays: 60 };
    await resource.up(args);
    stage.clock.advance(1500);
    const before = resource.exported;

    const plan = await resource.preview(args);
    expect(plan.changed).toEqual([
      "current",
      "slots.password1.count",
      "slots.password1.expiresOn",
      "slots.password1.madeOn",
      "slots.password2.count",
      "slots.password2.expiresOn",
      "slots.password2.madeOn",
    ]);
    const writes = await stage.writesOf(() => resource.up(args));

    expect(writes).toEqual(["POST generateCredentials"]);
    const { username, passwords, current } = resource.exported;
    expect(current).toBe("password2");
    for (const { name, value } of passwords) {
      expect(value).not.toBe(before.passwords.find((old) => old.name === name)?.value);
      expect(await stage.canLogIn(username, value)).toBe(true);
    }
  });

  test("expirationInDays switched on, changed and off holds for passwords made from then on", async () => {
    const tokenId = await stage.newToken();
    const resource = stage.credentials();
    await resource.up({ tokenId, generation: "one" });

    expect(
      await stage.requestsOf(() =>
        resource.up({ tokenId, generation: "one", expirationInDays: 50, rotateEveryDays: 40 }),
      ),
    ).toEqual([]);
    expect(resource.exported.passwords.map(({ expiry }) => expiry)).toEqual([null, null]);
    await resource.up({ tokenId, generation: "two", expirationInDays: 50, rotateEveryDays: 40 });
    expect(resource.slots.password2.expiresOn).toBe(stage.clock.day(50));
    await resource.up({ tokenId, generation: "three" });

    const [password1, password2] = resource.exported.passwords;
    expect(password1.expiry).toBeNull();
    expect(password2.expiry).not.toBeNull();
    expect(resource.slots.password1).toEqual({ count: 2, madeOn: stage.clock.day() });
  });
});
