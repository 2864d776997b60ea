/** overlapDays: the previous password works until its day, and is cleared in the first up from then on. */
import { unknown } from "provider-server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CheckError } from "../support/engine.js";
import { type CredentialsResource, nameOf, TestEnvironment } from "../support/testEnvironment.js";

let stage: TestEnvironment;

beforeAll(async () => {
  stage = await TestEnvironment.start();
});

afterAll(() => stage?.close());

type Args = Record<string, unknown> & { tokenId: string };

/** A token whose password2 has been current since today, and password1 until today. */
async function rotated(rules: Record<string, unknown>) {
  const tokenId = await stage.newToken();
  const resource = stage.credentials();
  await resource.up({ tokenId, ...rules, generation: "one" });
  stage.clock.advance(1);
  const args: Args = { tokenId, ...rules, generation: "two" };
  await resource.up(args);
  expect(resource.exported.current).toBe("password2");
  return { tokenId, resource, args, previous: resource.value("password1") as string };
}

async function unchanged(resource: CredentialsResource, args: Args): Promise<void> {
  const requests = await stage.requestsOf(async () => {
    expect((await resource.preview(args)).operation).toBe("same");
    await resource.up(args);
  });
  expect(requests).toEqual([]);
}

async function failures(work: Promise<unknown>) {
  const error = await work.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CheckError);
  return (error as CheckError).failures;
}

describe("a previous password", () => {
  test("is cleared on the day after its overlap by one write, announced; the current one stays as it is, with its expiry", async () => {
    const { tokenId, resource, args, previous } = await rotated({ expirationInDays: 90, overlapDays: 7 });
    const [, current] = await stage.client.slots(tokenId);
    expect(current.expiry).toBeDefined();
    const before = resource.exported;
    stage.clock.advance(7);
    await unchanged(resource, args);
    expect(await stage.canLogIn(before.username, previous)).toBe(true);

    stage.clock.advance(1);
    const plan = await resource.preview(args);
    expect(plan.operation).toBe("update");
    expect(plan.changed).toEqual([
      "slots.password1.cleared",
      "slots.password1.expiresOn",
      "slots.password1.madeOn",
      "slots.password1.previousSince",
    ]);
    const writes = await stage.writesOf(() => resource.up(args));

    expect(writes).toEqual([`PATCH ${nameOf(tokenId)}`]);
    const { passwords, password, expiry } = resource.exported;
    expect(passwords).toEqual([before.passwords[1]]);
    expect([password, expiry]).toEqual([before.password, before.expiry]);
    expect(await stage.client.slots(tokenId)).toEqual([current]);
    expect(await stage.canLogIn(before.username, previous)).toBe(false);
    expect(await stage.canLogIn(before.username, password)).toBe(true);
    await unchanged(resource, args);
  });

  test("that is cleared is not lost, and its slot is made anew by the next rotation alone", async () => {
    const { resource, args } = await rotated({ overlapDays: 7, rotateEveryDays: 30 });
    stage.clock.advance(20);
    await resource.up(args);
    const before = resource.exported;
    await resource.refresh();
    expect(resource.exported).toEqual(before);
    await unchanged(resource, args);

    stage.clock.advance(10);
    expect((await resource.preview(args)).changed).toEqual([
      "current",
      "slots.password1.cleared",
      "slots.password1.madeOn",
      "slots.password1.version",
      "slots.password2.previousSince",
    ]);
    expect(await stage.writesOf(() => resource.up(args))).toEqual(["POST generateCredentials"]);
    const { username, current, password } = resource.exported;
    expect(current).toBe("password1");
    expect(await stage.canLogIn(username, password)).toBe(true);
    expect(await stage.canLogIn(username, before.password)).toBe(true);
  });

  test("is not cleared by itself where a rotation is due too", async () => {
    const { resource, args } = await rotated({ overlapDays: 7, rotateEveryDays: 30 });
    stage.clock.advance(31);
    expect(await stage.writesOf(() => resource.up(args))).toEqual(["POST generateCredentials"]);
    expect(resource.exported.passwords).toHaveLength(2);
  });

  test("goes with a shorter overlapDays, which the preview says, and stays with none", async () => {
    const { tokenId, resource, args, previous } = await rotated({ overlapDays: 20 });
    stage.clock.advance(10);
    const { overlapDays: _gone, ...without } = args;
    expect(await stage.requestsOf(() => resource.up(without))).toEqual([]);
    expect((await resource.preview({ ...args, overlapDays: 9 })).changed).toContain(
      "slots.password1.cleared",
    );
    expect(await stage.canLogIn(nameOf(tokenId), previous)).toBe(true);
    await resource.up({ ...args, overlapDays: 9 });
    expect(await stage.canLogIn(nameOf(tokenId), previous)).toBe(false);
    expect(await stage.canLogIn(nameOf(tokenId), resource.exported.password)).toBe(true);
  });

  test("whose clearing failed half-way still counts as cleared after a refresh, without another write", async () => {
    const { tokenId, resource, args } = await rotated({ overlapDays: 7 });
    await stage.client.keepOnly(tokenId, ["password2"]);
    stage.clock.advance(8);
    await resource.refresh();
    expect(resource.slots.password1.lost).toBe("cleared outside of this state");
    expect(await stage.writesOf(() => resource.up(args))).toEqual([]);
    expect(resource.slots.password1.cleared).toBeDefined();
    await unchanged(resource, args);
  });

  test("is not cleared if someone else has regenerated its slot, and a refresh shows what the slot holds", async () => {
    const { tokenId, resource, args } = await rotated({ overlapDays: 7 });
    const [theirs] = await stage.client.generate(tokenId, "password1");
    stage.clock.advance(8);
    expect(await stage.writesOf(() => resource.up(args))).toEqual([]);
    expect(await stage.canLogIn(nameOf(tokenId), theirs.value)).toBe(true);
    expect(resource.slots.password1.cleared).toBeDefined();
    await resource.refresh();
    expect(resource.slots.password1).toEqual({
      version: 1,
      unmanaged: expect.stringMatching(/^regenerated outside of this state, /),
    });
    await unchanged(resource, args);
    await resource.destroy();
    expect(await stage.canLogIn(nameOf(tokenId), theirs.value)).toBe(true);
  });

  test("that takes over from a lost current one is previous no longer", async () => {
    const { tokenId, resource, args, previous } = await rotated({ overlapDays: 7 });
    await stage.client.keepOnly(tokenId, ["password1"]);
    await resource.refresh();
    expect(resource.exported.password).toBe(previous);
    stage.clock.advance(8);
    expect(await stage.writesOf(() => resource.up(args))).toEqual(["POST generateCredentials"]);
    await unchanged(resource, args);
    expect(await stage.canLogIn(nameOf(tokenId), previous)).toBe(true);
  });

  test("is made anew in the slot of the current one's, where that is lost and there is no previous one", async () => {
    const { tokenId, resource, args } = await rotated({ overlapDays: 7 });
    stage.clock.advance(8);
    await resource.up(args);
    await stage.client.keepOnly(tokenId, []);
    await resource.refresh();
    expect([resource.exported.current, resource.exported.password]).toEqual(["password2", undefined]);
    await resource.up(args);
    expect(resource.exported.passwords.map(({ name }) => name)).toEqual(["password2"]);
    expect(await stage.canLogIn(nameOf(tokenId), resource.exported.password)).toBe(true);
  });
});

test("the second password of a new token is no previous one, and stays", async () => {
  const tokenId = await stage.newToken();
  const resource = stage.credentials();
  const args = { tokenId, overlapDays: 7 };
  await resource.up(args);
  stage.clock.advance(100);
  await unchanged(resource, args);
  expect(await stage.canLogIn(nameOf(tokenId), resource.value("password2"))).toBe(true);
});

describe("another rotation before the overlap is over", () => {
  test("is refused on generation, with the day and the answer to a leak, and nothing is asked of Azure", async () => {
    const { tokenId, resource, args, previous } = await rotated({ overlapDays: 7 });
    const from = stage.clock.day(8);
    stage.clock.advance(7);
    const requests = await stage.requestsOf(async () => {
      // A preview does not know what a RandomUuid is going to be.
      for (const generation of ["three", unknown]) {
        const [failure, ...others] = await failures(resource.preview({ ...args, generation }));
        expect(others).toEqual([]);
        expect(failure?.property).toBe("generation");
        expect(failure?.reason).toMatch(
          new RegExp(`^generation cannot rotate the passwords before ${from} .*rotationTriggers.*RandomUuid`),
        );
        expect(failure?.reason).toContain(`pulumi up --replace '${resource.urn}'`);
      }
    });
    expect(requests).toEqual([]);
    expect(await stage.canLogIn(nameOf(tokenId), previous)).toBe(true);

    stage.clock.advance(1);
    await resource.up({ ...args, generation: "three" });
    expect(resource.exported.current).toBe("password1");
    expect(await stage.canLogIn(nameOf(tokenId), previous)).toBe(false);
  });

  test("is had at once by replacing the resource, whatever the generation", async () => {
    const { tokenId, resource, args, previous } = await rotated({ overlapDays: 7 });
    const leaked = resource.exported.password;
    await resource.up({ ...args, generation: "three" }, { replace: true });
    for (const password of [previous, leaked]) {
      expect(await stage.canLogIn(nameOf(tokenId), password)).toBe(false);
    }
    expect(await stage.canLogIn(nameOf(tokenId), resource.exported.password)).toBe(true);
    await unchanged(resource, { ...args, generation: "three" });
  });

  test("is allowed where another token takes the place of this one", async () => {
    const { resource, args } = await rotated({ overlapDays: 7 });
    const tokenId = await stage.newToken();
    expect((await resource.preview({ ...args, tokenId, generation: "three" })).operation).toBe("replace");
    expect((await resource.preview({ ...args, tokenId: unknown, generation: unknown })).operation).toBe(
      "replace",
    );
  });
});

test("an overlap that would outlast the current password, made under other arguments, is refused", async () => {
  const tokenId = await stage.newToken();
  const resource = stage.credentials();
  await resource.up({ tokenId, generation: "one" });
  await resource.up({ tokenId, generation: "two", expirationInDays: 20 });
  const longer = { tokenId, generation: "two", expirationInDays: 365 };
  const [failure] = await failures(resource.preview({ ...longer, overlapDays: 20 }));
  expect(failure?.property).toBe("overlapDays");
  expect(failure?.reason).toContain(`expires on ${stage.clock.day(20)}`);

  // One that ends before it does puts off the rotation, which would be at half of its life.
  await resource.up({ ...longer, overlapDays: 15 });
  expect(resource.exported.rotatesOn).toBe(stage.clock.day(16));
  stage.clock.advance(15);
  await unchanged(resource, { ...longer, overlapDays: 15 });
  stage.clock.advance(1);
  await resource.up({ ...longer, overlapDays: 15 });
  expect(resource.exported.current).toBe("password1");
});

test.each([
  [{ overlapDays: 0 }, "overlapDays must be a whole number of days from 1 to 36500, got 0"],
  [{ overlapDays: 30, rotateEveryDays: 30 }, /^overlapDays must be less than rotateEveryDays/],
  [{ overlapDays: 15, expirationInDays: 30 }, /^overlapDays must be less than rotateEveryDays, .*default/],
  [{ overlapDays: 11, rotateEveryDays: 30, expirationInDays: 40 }, /^overlapDays must not be more than/],
])("%j is refused", async (rules, reason) => {
  const tokenId = await stage.newToken();
  const found = await failures(stage.credentials().preview({ tokenId, ...rules }));
  expect(found).toEqual([
    {
      property: "overlapDays",
      reason: typeof reason === "string" ? reason : expect.stringMatching(reason),
    },
  ]);
});

test("with an overlap that is not known yet a preview goes through, and knows no password", async () => {
  const { resource, args } = await rotated({ overlapDays: 7 });
  const plan = await resource.preview({ ...args, overlapDays: unknown });
  expect(plan.inputs.slots).toBe(unknown);
});
