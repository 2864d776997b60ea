import { expect, test } from "vitest";
import type { SlotName } from "../../../components/args/credentialFiles";
import { isOurs } from "../../../components/provider/tokenCredentials/drift";

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
