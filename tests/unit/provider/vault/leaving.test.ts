import { expect, test } from "vitest";
import type { Slot } from "../../../../components/provider/tokenCredentials/schedule";
import type { Inputs } from "../../../../components/provider/tokenCredentials/state";
import { stayingSlots, withoutPurged } from "../../../../components/provider/tokenCredentials/vault/leaving";

const made: Slot = { version: 1, madeOn: "2026-01-01" };
const empty: Slot = { version: 1, cleared: "spare" };
const inputs = (current: Inputs["current"], password1: Slot, password2: Slot, more = {}): Inputs => ({
  tokenId: "id",
  current,
  slots: { password1, password2 },
  ...more,
});
const unmanaged = "its value is no longer in the secret s, so it works until the next rotation";

test("without a purge the schedule is the wanted one", () => {
  const wanted = inputs("password1", made, made);
  expect(withoutPurged(wanted, wanted, [], "the secret s", "2026-02-01")).toBe(wanted);
});

test("a purged current password makes the update rotate, and its slot is left alone until the next rotation", () => {
  const before = inputs("password1", { ...made, expiresOn: "2026-06-01" }, empty);
  const { current, slots } = withoutPurged(before, before, ["password1"], "the secret s", "2026-02-01");
  expect(current).toBe("password2");
  expect(slots.password1).toEqual({
    version: 1,
    expiresOn: "2026-06-01",
    previousSince: "2026-02-01",
    unmanaged,
  });
  expect(slots.password2).toEqual({ version: 2, madeOn: "2026-02-01" });
});

test("a purged previous password is left alone, with what the slot has, and the rest stays", () => {
  const before = inputs("password1", made, { madeOn: "2026-01-01" });
  const { current, slots } = withoutPurged(before, before, ["password2"], "the secret s", "2026-02-01");
  expect({ current, slots }).toEqual({
    current: "password1",
    slots: { password1: made, password2: { unmanaged } },
  });
});

test("of two purged passwords the rotation regenerates the previous one, and the current one is left alone", () => {
  const before = inputs("password2", { ...made, previousSince: "2026-01-15" }, { ...made, version: 2 });
  const { current, slots } = withoutPurged(
    before,
    before,
    ["password1", "password2"],
    "the secret s",
    "2026-02-01",
  );
  expect(current).toBe("password1");
  expect(slots).toEqual({
    password1: { version: 2, madeOn: "2026-02-01" },
    password2: { version: 2, previousSince: "2026-02-01", unmanaged },
  });
});

test("an update that rotates anyway does not rotate once more for a purged password", () => {
  const before = inputs("password1", made, made);
  const rotated = { version: 2, madeOn: "2026-02-01" };
  const wanted = inputs("password2", { ...made, previousSince: "2026-02-01" }, rotated);
  const { current, slots } = withoutPurged(before, wanted, ["password1"], "the secret s", "2026-02-01");
  expect(current).toBe("password2");
  expect(slots).toEqual({
    password1: { version: 1, previousSince: "2026-02-01", unmanaged },
    password2: rotated,
  });
});

test("a rotation that would end a promised overlap is refused, and the error says until when", () => {
  const overlap = { overlapDays: 10, rotateEveryDays: 30 };
  const before = inputs(
    "password2",
    { ...made, previousSince: "2026-02-01" },
    { ...made, version: 2 },
    overlap,
  );
  expect(() => withoutPurged(before, before, ["password2"], "the secret s", "2026-02-03")).toThrow(
    /^keyVault cannot be changed before 2026-02-1\d: the value of password2 is no longer in the secret s, .* with overlapDays 10 the previous password works until then\. Wait until that day, or shorten overlapDays$/,
  );
});

test.each<[string, Slot, Slot, boolean]>([
  ["a password that the change keeps stays", made, made, true],
  ["one that is generated again does not", made, { ...made, version: 2 }, false],
  ["one that is cleared does not", made, empty, false],
  ["a slot that had none has none", empty, made, false],
])("%s", (_what, before, wanted, stays) => {
  const staying = stayingSlots(inputs("password1", made, before), inputs("password1", made, wanted));
  expect(staying).toEqual(stays ? ["password1", "password2"] : ["password1"]);
});
