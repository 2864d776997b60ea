/** This machine's clock beside Azure's. */
import { expect, test, vi } from "vitest";
import { noteServerTime, requireServerTime } from "../../../../../components/provider/azure/http/serverClock";

const at = (time: string) => new Date(time);
const date = "Tue, 24 Nov 2026 12:00:00 GMT";

test("without a response no clock is compared, and a response without a time is one", async () => {
  vi.resetModules();
  const clock = await import("../../../../../components/provider/azure/http/serverClock.js");
  expect(clock.hasServerTime()).toBe(false);
  expect(clock.requireServerTime).not.toThrow();
  clock.noteServerTime(undefined, at("2036-11-24T12:00:00Z"), at("2036-11-24T12:00:00Z"));
  expect(clock.hasServerTime()).toBe(true);
  expect(clock.requireServerTime).not.toThrow();
});

test.each([
  ["the same", "2026-11-24T12:00:00Z", "2026-11-24T12:00:01Z"],
  ["a day ahead", "2026-11-25T11:59:00Z", "2026-11-25T12:00:00Z"],
  ["a day behind", "2026-11-23T12:00:00Z", "2026-11-23T12:00:01Z"],
  ["set ten years ahead during the request", "2026-11-24T12:00:00Z", "2036-11-24T12:00:00Z"],
  ["set back during the request", "2036-11-24T12:00:00Z", "2026-11-24T12:00:01Z"],
])("a clock that is %s is accepted", (_what, sent, received) => {
  noteServerTime(date, at(sent), at(received));
  expect(requireServerTime).not.toThrow();
});

test.each([
  ["ahead", "2036-11-24T12:00:00Z"],
  ["behind", "2016-11-24T12:00:00Z"],
  ["more than a day ahead", "2026-11-25T12:00:01Z"],
])("a clock that is %s is refused with both times, until a response shows the right time", (_what, here) => {
  noteServerTime(date, at(here), at(here));
  expect(requireServerTime).toThrow(
    `this machine's clock shows ${at(here).toISOString()}, and Azure's clock 2026-11-24T12:00:00.000Z`,
  );
  noteServerTime(undefined, at(here), at(here));
  noteServerTime("now", at(here), at(here));
  expect(requireServerTime).toThrow("Set this machine's clock");
  noteServerTime(date, at("2026-11-24T12:00:00Z"), at("2026-11-24T12:00:00Z"));
  expect(requireServerTime).not.toThrow();
});
