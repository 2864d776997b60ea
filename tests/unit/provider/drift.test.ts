import { describe, expect, test } from "vitest";
import type { SlotName } from "../../../components/args/credentialFiles";
import type { SlotOnAzure } from "../../../components/provider/azure/api/responses";
import {
  isOurs,
  refreshed,
  scheduleOnAzure,
  withExpiryOnAzure,
} from "../../../components/provider/tokenCredentials/drift";
import type { Slot } from "../../../components/provider/tokenCredentials/schedule";

test("a slot is ours that has the name and the time of one of our passwords, to the millisecond", () => {
  const [one, two] = ["2026-01-01T10:00:00.123Z", "2026-01-01T10:00:00.124Z"] as const;
  const ours = [
    { name: "password1", value: "v", creationTime: one, expiry: null },
    { name: "password2", value: "w", creationTime: two, expiry: null },
  ] as const;
  const isSeen = (name: SlotName, time: string) => isOurs({ name, creationTime: new Date(time) }, ours);
  expect([isSeen("password1", one), isSeen("password2", two)]).toEqual([true, true]);
  expect([isSeen("password1", two), isSeen("password2", one)]).toEqual([false, false]);
});

const created = "2026-01-01T10:00:00.000Z";
const onAzure = (name: SlotName, expiry?: string): SlotOnAzure => ({
  name,
  creationTime: new Date(created),
  ...(expiry && { expiry: new Date(expiry) }),
});
const password = (name: SlotName, expiry: string | null = null) => ({
  name,
  value: `value of ${name}`,
  creationTime: created,
  expiry,
});

describe("a refresh", () => {
  const made: Slot = { version: 1, madeOn: "2026-01-01" };
  const state = { tokenId: "id", current: "password1", slots: { password1: made, password2: made } } as const;
  const passwords = [password("password1"), password("password2")];
  const inputs = { ...state } as never;
  const both = [onAzure("password1"), onAzure("password2")];

  /** The outputs after a refresh, with more outputs in the state than this version has. */
  function outputsAfter(slots: readonly SlotOnAzure[], others: { awaited?: boolean } = {}) {
    const last = { username: "t", loginServer: "old", passwords, ...others };
    const outputs = { ...last, ofAnotherVersion: 1 } as never;
    return refreshed("id", { inputs, outputs }, state, last, slots, "new").outputs;
  }

  test("that finds no difference keeps the outputs, with today's login server", () => {
    expect(outputsAfter(both)).toEqual({
      username: "t",
      loginServer: "new",
      passwords,
      ofAnotherVersion: 1,
      expiry: null,
      rotatesOn: null,
    });
  });

  test("that finds a lost password keeps the password that the registry has not accepted yet", () => {
    expect(outputsAfter(both.slice(0, 1), { awaited: true })).toMatchObject({ awaited: true });
    expect(outputsAfter(both.slice(0, 1))).not.toHaveProperty("awaited");
  });
});

describe("the schedule on Azure", () => {
  const made: Slot = { version: 1, madeOn: "2026-01-01" };

  test("has the previous password's overlap, until that password becomes the current one", () => {
    const previous = { ...made, previousSince: "2026-01-05" };
    const schedule = { current: "password1", slots: { password1: made, password2: previous } } as const;
    const both = [onAzure("password1"), onAzure("password2")];
    expect(scheduleOnAzure(schedule, new Map(), both)).toStrictEqual(schedule);
    expect(scheduleOnAzure(schedule, new Map([["password1", "cleared"]]), both)).toStrictEqual({
      current: "password2",
      slots: { password1: { version: 1, lost: "cleared" }, password2: made },
    });
  });

  test("has no expiry of a password that someone else generated", () => {
    const unmanaged = { version: 1, unmanaged: "generated outside of this state" };
    const schedule = { current: "password1", slots: { password1: made, password2: unmanaged } } as const;
    const slots = [onAzure("password1"), onAzure("password2", "2026-02-01T00:00:00Z")];
    expect(scheduleOnAzure(schedule, new Map(), slots)).toStrictEqual(schedule);
  });
});

describe("a password's expiry", () => {
  const later = "2026-02-01T00:00:00.000Z";
  const slots = [onAzure("password1"), onAzure("password2", later)];

  test("is that of the password's own slot", () => {
    expect(withExpiryOnAzure(password("password1"), slots).expiry).toBeNull();
    expect(withExpiryOnAzure(password("password2"), slots).expiry).toBe(later);
    expect(withExpiryOnAzure(password("password1", later), slots).expiry).toBeNull();
  });

  test("is none if Azure has no such slot", () => {
    expect(withExpiryOnAzure(password("password1", later), []).expiry).toBeNull();
  });

  test("stays as the state has it if it differs by less than a second", () => {
    const precise = "2026-02-01T00:00:00.999Z";
    expect(withExpiryOnAzure(password("password2", precise), slots).expiry).toBe(precise);
    const other = "2026-02-01T00:00:01.000Z";
    expect(withExpiryOnAzure(password("password2", other), slots).expiry).toBe(later);
  });
});
