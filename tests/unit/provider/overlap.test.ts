/** How long the password that was current until a rotation keeps working: n days are at least n times 24 hours. */
import { describe, expect, test } from "vitest";
import type { SlotName } from "../../../components/args/credentialFiles";
import { daysAfter } from "../../../components/provider/clock";
import {
  lostSlots,
  scheduleOnAzure,
  withExpiryOnAzure,
} from "../../../components/provider/tokenCredentials/drift";
import { checkOverlapToday } from "../../../components/provider/tokenCredentials/overlap";
import {
  firstSchedule,
  nextSchedule,
  type Rules,
  rotatesOn,
  type Schedule,
  type Slot,
  slotsToMake,
} from "../../../components/provider/tokenCredentials/schedule";

const start = "2026-01-01";
const day = (days: number) => daysAfter(start, days);

/** A token that was rotated on the first day, under these rules. */
function rotated(rules: Rules): Schedule & Rules {
  const before = { ...rules, generation: "a", ...firstSchedule(rules, day(-20)) };
  return { ...rules, generation: "b", ...nextSchedule(before, { ...rules, generation: "b" }, start) };
}

function inForce(rules: Rules, current: SlotName, password1: Slot, password2: Slot): Schedule & Rules {
  return { ...rules, current, slots: { password1, password2 } };
}

describe("with overlapDays 7, the previous password", () => {
  const rules = { generation: "b", overlapDays: 7, rotateEveryDays: 30 };
  const before = rotated({ overlapDays: 7, rotateEveryDays: 30 });

  test("works on the seventh day after the rotation: a rotation before midnight has its full 7 times 24 hours", () => {
    expect(nextSchedule(before, rules, day(7)).slots).toEqual(before.slots);
  });

  test("is cleared on the day after, and none is generated", () => {
    const next = nextSchedule(before, rules, day(8));
    expect(next).toEqual({
      current: "password2",
      slots: {
        password1: { version: 1, cleared: `on ${day(8)}, because its overlap ended on ${day(7)}` },
        password2: before.slots.password2,
      },
    });
    expect(slotsToMake(before, next)).toEqual([]);
  });

  test("is cleared in the first run after the overlap", () => {
    expect(nextSchedule(before, rules, day(25)).slots.password1).toEqual({
      version: 1,
      cleared: `on ${day(25)}, because its overlap ended on ${day(7)}`,
    });
  });

  test("stays cleared until the next rotation regenerates the slot", () => {
    const cleared = { ...rules, ...nextSchedule(before, rules, day(8)) };
    expect(nextSchedule(cleared, rules, day(29))).toEqual({
      current: cleared.current,
      slots: cleared.slots,
    });
    // Also if overlapDays is removed.
    expect(nextSchedule(cleared, { generation: "b" }, day(29)).slots).toEqual(cleared.slots);
    expect(nextSchedule(cleared, rules, day(30))).toEqual({
      current: "password1",
      slots: {
        password1: { version: 2, madeOn: day(30) },
        password2: { ...before.slots.password2, previousSince: day(30) },
      },
    });
  });

  test("is not cleared separately if a rotation is due in the same run", () => {
    expect(nextSchedule(before, rules, day(40)).slots).toMatchObject({
      password1: { version: 2, madeOn: day(40) },
      password2: { previousSince: day(40) },
    });
  });

  test("that expires before the end of its overlap is cleared on the day after it expires, and not regenerated", () => {
    const expiring = { ...before.slots.password1, expiresOn: day(3) };
    const short = inForce(rules, "password2", expiring, before.slots.password2);
    expect(nextSchedule(short, rules, day(3)).slots.password1).toEqual(expiring);
    expect(nextSchedule(short, rules, day(4)).slots.password1.cleared).toContain(`ended on ${day(3)}`);
  });

  test("that is lost before is regenerated, as a password that was never current: no overlap ends it", () => {
    const lost = { version: 1, previousSince: start, lost: "cleared outside of this state" };
    const mended = nextSchedule(inForce(rules, "password2", lost, before.slots.password2), rules, day(3));
    expect(mended.slots.password1).toEqual({ version: 2, madeOn: day(3) });
    expect(nextSchedule({ ...rules, ...mended }, rules, day(20)).slots).toEqual(mended.slots);
  });

  test("that is lost at the end of its overlap is not regenerated", () => {
    const lost = { version: 1, previousSince: start, lost: "regenerated outside of this state" };
    const next = nextSchedule(inForce(rules, "password2", lost, before.slots.password2), rules, day(8));
    expect(next.slots.password1.cleared).toBeDefined();
    expect(slotsToMake(before, next)).toEqual([]);
  });

  test("is cleared at once with a shorter overlapDays, and stays with a longer overlapDays or none", () => {
    const clearedWith = (overlapDays?: number) =>
      nextSchedule(before, { ...rules, overlapDays }, day(5)).slots.password1.cleared;
    expect(clearedWith(4)).toBeDefined();
    expect(clearedWith(5)).toBeUndefined();
    expect(nextSchedule(before, { ...rules, overlapDays: 20 }, day(20)).slots).toEqual(before.slots);
    expect(nextSchedule(before, { generation: "b" }, day(300)).slots).toEqual(before.slots);
  });
});

test("the second password of a new token is no previous one", () => {
  const rules = { overlapDays: 7, rotateEveryDays: 30 };
  const before = { ...rules, ...firstSchedule(rules, start) };
  expect(nextSchedule(before, rules, day(29)).slots).toEqual(before.slots);
});

describe("another rotation", () => {
  const rules = { overlapDays: 7 };
  const before = rotated(rules);
  const refused = (today: string, changed: Rules = { generation: "c", overlapDays: 7 }) =>
    checkOverlapToday(before, changed, today, "urn:of:credentials");

  test("is refused before the overlap is over, with its day and the answer to a leak", () => {
    expect(refused(start)?.property).toBe("generation");
    const { reason } = refused(day(7)) ?? {};
    expect(reason).toContain(`cannot rotate the passwords before ${day(8)}`);
    expect(reason).toContain("rotationTriggers");
    expect(reason).toContain("pulumi up --replace 'urn:of:credentials'");
  });

  test("is allowed from that day on, and with a shorter overlapDays, or none, before", () => {
    expect(refused(day(8))).toBeUndefined();
    expect(refused(day(4), { generation: "c", overlapDays: 3 })).toBeUndefined();
    expect(refused(day(1), { generation: "c" })).toBeUndefined();
  });

  test("is allowed if no client would lose its password", () => {
    const fresh = { generation: "a", ...firstSchedule(rules, start) };
    expect(checkOverlapToday(fresh, { ...rules, generation: "b" }, start, "urn")).toBeUndefined();
    const lost = { version: 1, previousSince: start, lost: "cleared outside of this state" };
    const gone = inForce({ generation: "b" }, "password2", lost, before.slots.password2);
    expect(checkOverlapToday(gone, { ...rules, generation: "c" }, day(1), "urn")).toBeUndefined();
  });

  test("needs another generation", () => {
    expect(refused(day(1), { generation: "b", overlapDays: 7 })).toBeUndefined();
  });
});

describe("a current password that was made under other rules", () => {
  // Lives for 20 days, so that it is rotated after 10.
  const before = rotated({ expirationInDays: 20 });
  const rules = { generation: "b", expirationInDays: 300 };

  test("is rotated at half of its life, or later, when the overlap is over", () => {
    expect(rotatesOn(before, rules)).toBe(day(10));
    expect(rotatesOn(before, { ...rules, overlapDays: 9 })).toBe(day(10));
    // The previous one was made 20 days before the rotation, for 20 days.
    const lasting = inForce(
      before,
      "password2",
      { madeOn: start, version: 1, previousSince: start },
      before.slots.password2,
    );
    expect(rotatesOn(lasting, { ...rules, overlapDays: 15 })).toBe(day(16));
    expect(nextSchedule(lasting, { ...rules, overlapDays: 15 }, day(15)).current).toBe("password2");
    expect(nextSchedule(lasting, { ...rules, overlapDays: 15 }, day(16)).current).toBe("password1");
  });

  test("does not allow an overlap that would end after its expiry", () => {
    const lasting = inForce(
      before,
      "password2",
      { madeOn: start, version: 1, previousSince: start },
      before.slots.password2,
    );
    const check = (overlapDays: number, rotateEveryDays?: number) =>
      checkOverlapToday(lasting, { ...rules, overlapDays, rotateEveryDays }, day(1), "urn");
    expect(check(19)).toBeUndefined();
    expect(check(20, 5)?.reason).toContain(`until that password is rotated, on ${day(5)}`);
    expect(check(20)).toMatchObject({
      property: "overlapDays",
      reason: `must end before the current password expires on ${day(20)}, which was generated under other arguments, got 20, which is until ${day(20)}: shorten it until that password is rotated, on ${day(10)}`,
    });
  });
});

describe("a state that does not say when the last rotation was", () => {
  const rules = { overlapDays: 7 };

  test("takes the day of the current password, if the other password is not newer", () => {
    const clears = (current: SlotName, password1: Slot, password2: Slot, today: string) =>
      Object.values(nextSchedule(inForce({}, current, password1, password2), rules, today).slots).some(
        ({ cleared }) => cleared !== undefined,
      );
    const old = { madeOn: day(-30) };
    const made = { madeOn: start };
    expect(clears("password2", old, made, day(7))).toBe(false);
    expect(clears("password2", old, made, day(8))).toBe(true);
    expect(clears("password1", made, old, day(8))).toBe(true);
    // Rotated on the day on which it was created.
    expect(clears("password2", made, made, day(8))).toBe(true);
    // Never rotated, or fixed since.
    expect(clears("password1", made, made, day(8))).toBe(false);
    expect(clears("password1", old, made, day(8))).toBe(false);
    expect(clears("password2", made, old, day(8))).toBe(false);
    expect(clears("password2", { ...made, version: 2 }, made, day(8))).toBe(false);
    // What says it counts.
    expect(clears("password2", { ...old, previousSince: day(3) }, made, day(10))).toBe(false);
    expect(clears("password2", { ...old, previousSince: day(3) }, made, day(11))).toBe(true);
  });

  test("refuses a rotation that is too early for that day", () => {
    const before = inForce({ generation: "a" }, "password2", { madeOn: day(-30) }, { madeOn: start });
    const asked = { ...rules, generation: "b" };
    expect(checkOverlapToday(before, asked, day(7), "urn")?.property).toBe("generation");
    expect(checkOverlapToday(before, asked, day(8), "urn")).toBeUndefined();
  });
});

describe("a refresh", () => {
  const before = rotated({ overlapDays: 7 });
  const password = {
    name: "password2",
    value: "v",
    creationTime: `${start}T00:00:00.000Z`,
    expiry: null,
  } as const;

  test("ignores a cleared slot that was filled outside Pulumi", () => {
    const theirs = { name: "password1", creationTime: new Date() } as const;
    const ours = { name: "password2", creationTime: new Date(password.creationTime) } as const;
    expect(lostSlots([password], [theirs, ours])).toEqual(new Map());
  });

  test("finds a password in a slot that counts as cleared, and leaves it alone", () => {
    const cleared = nextSchedule(before, { generation: "b", overlapDays: 7 }, day(8));
    const seen = { name: "password1", creationTime: new Date(`${day(1)}T08:00:00Z`) } as const;
    expect(scheduleOnAzure(cleared, new Map(), [seen]).slots.password1).toEqual({
      version: 1,
      unmanaged: `regenerated outside of this state, ${day(1)}T08:00:00.000Z`,
    });
    expect(scheduleOnAzure(cleared, new Map(), []).slots).toEqual(cleared.slots);
  });

  test("saves Azure's expiry, and keeps everything else", () => {
    const expiry = new Date(`${day(90)}T10:00:00Z`);
    const slot = (name: SlotName, others = {}) => ({ name, creationTime: new Date(), ...others });
    const expiring = scheduleOnAzure(before, new Map(), [slot("password1"), slot("password2", { expiry })]);
    expect(expiring).toEqual({
      current: "password2",
      slots: { ...before.slots, password2: { ...before.slots.password2, expiresOn: day(90) } },
    });
    // The schedule now rotates the password before it expires.
    expect(rotatesOn(expiring, { generation: "b" })).toBe(day(45));
    expect(scheduleOnAzure(expiring, new Map(), [slot("password1"), slot("password2")]).slots).toEqual(
      before.slots,
    );
  });

  test("compares an expiry to the second, because Azure may answer with another precision", () => {
    const expiring = { ...password, expiry: `${day(90)}T10:00:00.000Z` };
    const onAzure = (expiry?: string) => [
      { name: "password2", creationTime: new Date(), ...(expiry && { expiry: new Date(expiry) }) } as const,
    ];
    expect(withExpiryOnAzure(expiring, onAzure(`${day(90)}T10:00:00.999Z`))).toBe(expiring);
    expect(withExpiryOnAzure(password, onAzure())).toBe(password);
    expect(withExpiryOnAzure(expiring, onAzure(`${day(90)}T10:00:01Z`)).expiry).toBe(
      `${day(90)}T10:00:01.000Z`,
    );
    expect(withExpiryOnAzure(expiring, onAzure()).expiry).toBeNull();
    expect(withExpiryOnAzure(password, onAzure(`${day(90)}T10:00:00Z`)).expiry).toBe(
      `${day(90)}T10:00:00.000Z`,
    );
  });

  test("does not make a cleared slot current", () => {
    const cleared = { ...before, ...nextSchedule(before, { generation: "b", overlapDays: 7 }, day(8)) };
    expect(scheduleOnAzure(cleared, new Map([["password2", "cleared"]]), [])).toEqual({
      current: "password2",
      slots: { password1: cleared.slots.password1, password2: { version: 2, lost: "cleared" } },
    });
  });

  test("makes the previous password current, without its overlap", () => {
    const { current, slots } = scheduleOnAzure(before, new Map([["password2", "cleared"]]), []);
    expect(current).toBe("password1");
    expect(slots.password1).toEqual({ version: 1, madeOn: day(-20) });
  });
});
