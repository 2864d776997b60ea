/** A token that somebody else made: its passwords are taken over as they are, and whoever has one can go on. */
import { isSecret, type Properties, unknown } from "provider-protocol";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CheckError } from "../support/engine.js";
import { type CredentialsResource, nameOf, type SlotName, Stage, writes } from "../support/stage.js";

const kept = { count: 1, kept: "made outside of this state" };

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.set();
});

afterAll(() => stage?.close());

beforeEach(() => stage.azure.faults.clear());

/** A token as az makes it: with both passwords. */
async function madeByAz(expiry?: string) {
  const tokenId = await stage.newToken();
  const made = await stage.client.generate(tokenId, undefined, expiry);
  const value = (slot: SlotName) => made.find(({ name }) => name === slot)?.value;
  return { tokenId, username: nameOf(tokenId), old1: value("password1"), old2: value("password2") };
}

/** What is wrong with an adoption; nothing was written. */
async function refusal(args: Record<string, unknown>): Promise<Record<string, string>> {
  const resource = stage.credentials();
  let error: unknown;
  const written = await stage.writesOf(async () => {
    error = await resource.up(args).catch((thrown: unknown) => thrown);
  });
  expect(written).toEqual([]);
  expect(resource.state).toBeUndefined();
  expect(error).toBeInstanceOf(CheckError);
  return Object.fromEntries((error as CheckError).failures.map(({ property, reason }) => [property, reason]));
}

/** Neither with `adopt` left in nor with it taken out is there anything to do, or anyone asked. */
async function expectSettled(resource: CredentialsResource, args: Record<string, unknown>): Promise<void> {
  const { adopt: _, ...without } = args;
  for (const later of [args, without]) {
    const requests = await stage.requestsOf(async () => {
      expect(await resource.preview(later)).toMatchObject({ operation: "same" });
      expect((await resource.up(later)).operation).toBe("same");
    });
    expect(requests).toEqual([]);
    expect(resource.saved.inputs).not.toHaveProperty("adopt");
  }
}

describe("with both passwords known", () => {
  test("nothing is written, and both are handed out with Azure's times", async () => {
    const { tokenId, username, old1, old2 } = await madeByAz();
    const resource = stage.credentials();
    const args = { tokenId, generation: "one", adopt: { password1: old1, password2: old2 } };
    stage.clock.advance(40);

    const today = { count: 1, madeOn: stage.clock.day(-40) };
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
    await expectSettled(resource, args);
    await resource.refresh();
    await expectSettled(resource, args);

    await resource.up({ ...args, generation: "two" });
    expect(resource.exported.current).toBe("password2");
    expect(await stage.canLogIn(username, old1)).toBe(true);
    expect(await stage.canLogIn(username, old2)).toBe(false);
  });

  test("an expiry is taken over, and the schedule obeys it", async () => {
    const { tokenId, old1, old2 } = await madeByAz(`${stage.clock.day(100)}T00:00:00Z`);
    const resource = stage.credentials();
    const args = { tokenId, adopt: { password1: old1, password2: old2 } };

    await resource.up(args);

    const slot = { count: 1, madeOn: stage.clock.day(), expiresOn: stage.clock.day(100) };
    expect(resource.slots).toEqual({ password1: slot, password2: slot });
    expect(Date.parse(String(resource.exported.passwords[0]?.expiry))).toBe(
      Date.parse(`${stage.clock.day(100)}T00:00:00Z`),
    );
    await expectSettled(resource, args);
    stage.clock.advance(50);
    expect((await resource.preview(args)).changed).toContain("current");
  });

  test("one that is over its period rotates in the next up, which makes the other one", async () => {
    const { tokenId, username, old1, old2 } = await madeByAz();
    const resource = stage.credentials();
    const args = { tokenId, rotateEveryDays: 30, adopt: { password1: old1, password2: old2 } };
    stage.clock.advance(31);
    await resource.up(args);
    expect(await stage.canLogIn(username, old2)).toBe(true);

    expect((await resource.preview(args)).changed).toEqual([
      "adopt",
      "current",
      "slots.password1.previousSince",
      "slots.password2.count",
      "slots.password2.madeOn",
    ]);
    await resource.up(args);

    expect(await stage.canLogIn(username, old1)).toBe(true);
    expect(await stage.canLogIn(username, resource.exported.password)).toBe(true);
  });
});

describe("with one password known", () => {
  test.for(["password1", "password2"] as const)(
    "%s is current, and the other slot is kept",
    async (known) => {
      const { tokenId, username, old1, old2 } = await madeByAz();
      const other = known === "password1" ? "password2" : "password1";
      const [mine, unknownOne] = known === "password1" ? [old1, old2] : [old2, old1];
      const resource = stage.credentials();
      const args = { tokenId, generation: "one", adopt: { [known]: mine } };

      expect(await stage.writesOf(() => resource.up(args))).toEqual([]);

      expect(resource.exported).toMatchObject({ current: known, password: mine });
      expect(resource.value(other)).toBeUndefined();
      expect(resource.slots[other]).toEqual(kept);
      await expectSettled(resource, args);
      await resource.refresh();
      await expectSettled(resource, args);
      expect(await stage.canLogIn(username, unknownOne)).toBe(true);

      const rotation = { ...args, generation: "two" };
      expect((await resource.preview(rotation)).changed).toContain(`slots.${other}.kept`);
      expect(await stage.writesOf(() => resource.up(rotation))).toEqual(["POST generateCredentials"]);
      expect(resource.slots[other]).toEqual({ count: 2, madeOn: stage.clock.day() });
      expect(await stage.canLogIn(username, mine)).toBe(true);
      expect(await stage.canLogIn(username, unknownOne)).toBe(false);
      expect(await stage.canLogIn(username, resource.value(other))).toBe(true);
    },
  );

  test("an empty slot beside it is filled, by one write", async () => {
    const { tokenId, username, old2 } = await madeByAz();
    await stage.client.keepOnly(tokenId, ["password2"]);
    const resource = stage.credentials();
    const args = { tokenId, adopt: { password2: old2 } };

    expect(await stage.writesOf(() => resource.up(args))).toEqual(["POST generateCredentials"]);

    expect(resource.exported).toMatchObject({ current: "password2", password: old2 });
    expect(await stage.canLogIn(username, old2)).toBe(true);
    expect(await stage.canLogIn(username, resource.value("password1"))).toBe(true);
    await expectSettled(resource, args);
  });

  test("the other one is made anew where the program says so", async () => {
    const { tokenId, username, old1, old2 } = await madeByAz();
    const resource = stage.credentials();
    const args = { tokenId, adopt: { password1: old1, replace: "password2" } };

    await resource.up(args);

    expect(resource.exported).toMatchObject({ current: "password1", password: old1 });
    expect(await stage.canLogIn(username, old1)).toBe(true);
    expect(await stage.canLogIn(username, old2)).toBe(false);
    expect(await stage.canLogIn(username, resource.value("password2"))).toBe(true);
    await expectSettled(resource, args);
  });
});

describe("with no password known", () => {
  test.for(["password1", "password2"] as const)(
    "the slot %s that is taken is kept, and the other filled and current",
    async (taken) => {
      const { tokenId, username, old1, old2 } = await madeByAz();
      await stage.client.keepOnly(tokenId, [taken]);
      const old = taken === "password1" ? old1 : old2;
      const filled = taken === "password1" ? "password2" : "password1";
      const resource = stage.credentials();
      const args = { tokenId, expirationInDays: 90, adopt: {} };

      expect(await stage.writesOf(() => resource.up(args))).toEqual(["POST generateCredentials"]);

      expect(resource.exported.current).toBe(filled);
      expect(resource.slots).toEqual({
        [taken]: kept,
        [filled]: { count: 1, madeOn: stage.clock.day(), expiresOn: stage.clock.day(90) },
      });
      expect(await stage.canLogIn(username, old)).toBe(true);
      expect(await stage.canLogIn(username, resource.exported.password)).toBe(true);
      await expectSettled(resource, args);
    },
  );

  test("a slot that has expired is filled: nobody logs in with it", async () => {
    const { tokenId, username, old2 } = await madeByAz();
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

  test("two taken slots are refused until the program says which one may be made anew", async () => {
    const { tokenId, username, old1, old2 } = await madeByAz();
    expect(await refusal({ tokenId, adopt: {} })).toEqual({
      "adopt.replace": expect.stringMatching(
        /^adopt\.replace is needed: both slots have a password, .*may be made anew: password1 or password2$/,
      ),
    });
    const resource = stage.credentials();
    const args = { tokenId, adopt: { replace: "password2" } };

    expect(await stage.writesOf(() => resource.up(args))).toEqual(["POST generateCredentials"]);

    expect(resource.exported.current).toBe("password2");
    expect(resource.slots.password1).toEqual(kept);
    expect(await stage.canLogIn(username, old1)).toBe(true);
    expect(await stage.canLogIn(username, old2)).toBe(false);
    expect(await stage.canLogIn(username, resource.exported.password)).toBe(true);
    await expectSettled(resource, args);
  });
});

describe("a refusal says what to do, and changes nothing:", () => {
  test("a wrong password, each on its own", async () => {
    const { tokenId, old1 } = await madeByAz();
    const both = await refusal({ tokenId, adopt: { password1: "wrong-one", password2: "wrong-two" } });
    expect(Object.keys(both)).toEqual(["adopt.password1", "adopt.password2"]);
    expect(both["adopt.password1"]).toMatch(
      /^adopt\.password1 is refused by the registry at https:\/\/\S+ as a password of token token-\d+: give the one that is in this slot, or leave it out$/,
    );
    expect(JSON.stringify(both)).not.toMatch(/wrong-/);
    const one = await refusal({ tokenId, adopt: { password1: old1, password2: "wrong-two" } });
    expect(Object.keys(one)).toEqual(["adopt.password2"]);
  });

  test("a registry that cannot be reached from here", async () => {
    const { tokenId, old1 } = await madeByAz();
    const refused = await refusal({ tokenId, loginServer: "127.0.0.1:9", adopt: { password1: old1 } });
    expect(refused).toEqual({
      "adopt.password1": expect.stringMatching(
        /^adopt\.password1 cannot be tried: the registry at https:\/\/127\.0\.0\.1:9 cannot be asked from here \(.+\)\. Run this where the registry can be reached/,
      ),
    });
  });

  test("a registry that answers neither yes nor no", async () => {
    const { tokenId, old1 } = await madeByAz();
    stage.azure.faults.add({
      kind: "answer",
      host: "registry",
      status: 403,
      code: "DENIED",
      times: Number.POSITIVE_INFINITY,
    });
    expect((await refusal({ tokenId, adopt: { password1: old1 } }))["adopt.password1"]).toMatch(
      /\(answered 403\)/,
    );
  });

  test("trouble that passes is none", async () => {
    const { tokenId, old1 } = await madeByAz();
    stage.azure.faults.add({ kind: "answer", host: "registry", status: 503, code: "BUSY", times: 1 });
    const resource = stage.credentials();
    await resource.up({ tokenId, adopt: { password1: old1 } });
    expect(resource.exported.password).toBe(old1);
  });

  test("a disabled token, whose passwords nobody can try", async () => {
    const { tokenId, old1 } = await madeByAz();
    await stage.client.arm("PATCH", tokenId, { properties: { status: "disabled" } });
    expect((await refusal({ tokenId, adopt: { password1: old1 } }))["adopt.password1"]).toMatch(
      /cannot be tried, because token token-\d+ is disabled: enable it, take it over, and disable it afterwards/,
    );
  });

  test("a slot that is empty, though its password is given", async () => {
    const { tokenId, old1, old2 } = await madeByAz();
    await stage.client.keepOnly(tokenId, ["password2"]);
    expect(
      (await refusal({ tokenId, adopt: { password1: old1, password2: old2 } }))["adopt.password1"],
    ).toMatch(/this slot of the token has no password, or one that has expired: leave it out/);
  });

  test("a token that is not there, and an Azure that does not answer", async () => {
    const tokenId = `${stage.registryId()}/tokens/no-such-token`;
    expect((await refusal({ tokenId, adopt: {} })).tokenId).toMatch(
      /^tokenId cannot be taken over: .*there is no token .*no-such-token$/,
    );
    stage.azure.faults.add({
      kind: "answer",
      method: "GET",
      path: /\/tokens\//,
      status: 403,
      code: "AuthorizationFailed",
    });
    expect((await refusal({ tokenId, adopt: {} })).tokenId).toMatch(
      /Azure answered 403 AuthorizationFailed.*give the identity a role/,
    );
  });

  test("bad arguments, each on its own", async () => {
    const { tokenId } = await madeByAz();
    expect(await refusal({ tokenId, adopt: { password1: 7, replace: "password3", other: "x" } })).toEqual({
      "adopt.password1": "adopt.password1 must be the password, a text",
      "adopt.replace": "adopt.replace must be one of password1, password2",
      "adopt.other": "adopt.other is not known: there are password1, password2, replace",
    });
    expect(await refusal({ tokenId, adopt: { password1: "same", password2: "same" } })).toEqual({
      "adopt.password2": "adopt.password2 is the same as adopt.password1: each slot has its own",
    });
    expect(
      (await refusal({ tokenId, adopt: { password1: "x", replace: "password1" } }))["adopt.replace"],
    ).toMatch(/names password1, which is given and stays as it is/);
    expect((await refusal({ tokenId, adopt: "all" }))[""]).toBe(
      "adopt must be a map, got one of type string",
    );
  });
});

test("whoever changes a slot between the check and the create loses nothing", async () => {
  const { tokenId, username, old1 } = await madeByAz();
  const { urn } = stage.credentials();
  const { inputs } = await stage.plugin.check(
    urn,
    {},
    { tokenId, adopt: { password1: old1, replace: "password2" } },
  );
  stage.clock.advance(1);
  const [{ value }] = await stage.client.generate(tokenId, "password1");

  await expect(stage.plugin.create(urn, inputs)).rejects.toThrow(
    /password1 of token \S+ has been changed by somebody else in the meantime: run pulumi up again/,
  );

  expect(await stage.canLogIn(username, value)).toBe(true);
});

test("what a preview does not know yet is asked for once it is known", async () => {
  const { tokenId, old1 } = await madeByAz();
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

test("the passwords are secrets in the state, whatever the program declares, and leave its inputs with the next up", async () => {
  const { tokenId, old1, old2 } = await madeByAz();
  const resource = stage.credentials();
  const args = { tokenId, adopt: { password1: old1, password2: old2 } };
  await resource.up(args);

  const { inputs, outputs } = resource.saved;
  expect(isSecret(inputs.adopt)).toBe(true);
  expect(outputs).not.toHaveProperty("adopt");
  const open = JSON.stringify([inputs, outputs] satisfies Properties[], (_, value) =>
    isSecret(value) ? "[secret]" : value,
  );
  expect(open).not.toContain(old1);
  expect(open).not.toContain(old2);
  await resource.up(args);
  expect(resource.saved.inputs).not.toHaveProperty("adopt");
  expect(stage.said).not.toContain(old1);
});

test("a lost current password is made anew, and a kept one never takes its place", async () => {
  const { tokenId, username, old1, old2 } = await madeByAz();
  const resource = stage.credentials();
  const args = { tokenId, adopt: { password1: old1 } };
  await resource.up(args);
  await stage.client.generate(tokenId, "password1");

  await resource.refresh();
  expect(resource.saved.inputs).toMatchObject({
    current: "password1",
    slots: { password1: { lost: expect.any(String) }, password2: kept },
  });
  await resource.up(args);

  expect(resource.exported.current).toBe("password1");
  expect(await stage.canLogIn(username, resource.exported.password)).toBe(true);
  expect(await stage.canLogIn(username, old2)).toBe(true);
});

test("deleting clears what was made here, and not what somebody else made", async () => {
  const { tokenId, username, old1 } = await madeByAz();
  const resource = stage.credentials();
  await resource.up({ tokenId, generation: "one", adopt: { password1: old1 } });
  await resource.up({ tokenId, generation: "two" });
  const made = resource.exported.password;

  await resource.destroy();

  expect(await stage.canLogIn(username, old1)).toBe(true);
  expect(await stage.canLogIn(username, made)).toBe(false);
});

test("an adopted password that was made anew since is cleared with the rest", async () => {
  const { tokenId, old1 } = await madeByAz();
  const resource = stage.credentials();
  const args = { tokenId, adopt: { password1: old1 } };
  for (const generation of ["one", "two", "three"]) {
    await resource.up({ ...args, generation });
  }
  await resource.destroy();
  expect(await stage.client.slots(tokenId)).toEqual([]);
});

test("--replace without adopt is the answer to a leak; with it the password is taken over again, and stays", async () => {
  const { tokenId, username, old1, old2 } = await madeByAz();
  const resource = stage.credentials();
  const args = { tokenId, adopt: { password1: old1, password2: old2 } };
  await resource.up(args);

  await resource.up(args, { replace: true });
  expect(await stage.canLogIn(username, old1)).toBe(true);
  expect(resource.exported.password).toBe(old1);

  const requests = await stage.requestsOf(() => resource.up({ tokenId }, { replace: true }));
  expect(writes(requests)).toEqual(["POST generateCredentials"]);
  for (const old of [old1, old2]) {
    expect(await stage.canLogIn(username, old)).toBe(false);
  }
  expect(await stage.canLogIn(username, resource.exported.password)).toBe(true);
});

test("waitUntilLive waits for what is made, and asks for what is taken over", async () => {
  const { tokenId, username } = await madeByAz();
  await stage.client.keepOnly(tokenId, ["password1"]);
  stage.azure.replicationLag = 1200;
  const resource = stage.credentials();
  await resource.up({ tokenId, waitUntilLive: true, adopt: {} });
  expect(await stage.canLogIn(username, resource.exported.password)).toBe(true);
  stage.azure.replicationLag = 0;
});
