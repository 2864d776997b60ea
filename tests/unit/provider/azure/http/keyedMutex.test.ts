import { expect, test, vi } from "vitest";
import { withLock } from "../../../../../components/provider/azure/http/keyedMutex";
import { withProgress } from "../../../../../components/provider/azure/http/progress";

/** Work that lasts until the test ends it, and a record of starts and ends. */
function workshop() {
  const record: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const work = (name: string) => () => {
    record.push(`${name} begins`);
    return new Promise<string>((resolve, reject) => {
      ends.set(name, (error) => {
        record.push(`${name} ends`);
        error ? reject(error) : resolve(name);
      });
    });
  };
  /** Ends the work, once the work that runs has settled. */
  const end = async (name: string, error?: Error) => {
    await settle();
    ends.get(name)?.(error);
    await settle();
  };
  return { record, work, end };
}

/** Lets all work run that can run. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test("work with the same key runs one at a time, in the order of the calls", async () => {
  const { record, work, end } = workshop();
  const all = Promise.all(["one", "two", "three"].map((name) => withLock("token", work(name))));
  await end("one");
  await end("two");
  await end("three");
  expect(await all).toEqual(["one", "two", "three"]);
  expect(record).toEqual(["one begins", "one ends", "two begins", "two ends", "three begins", "three ends"]);
});

test("work with different keys runs in parallel", async () => {
  const { record, work, end } = workshop();
  const all = Promise.all([withLock("a", work("one")), withLock("b", work("two"))]);
  await settle();
  expect(record).toEqual(["one begins", "two begins"]);
  await end("two");
  await end("one");
  await all;
});

test("work that fails throws to its caller, and the next work runs", async () => {
  const { work, end } = workshop();
  const first = withLock("token", work("one"));
  const second = withLock("token", work("two"));
  const outcome = expect(first).rejects.toThrow("broken");
  await end("one", new Error("broken"));
  await outcome;
  await end("two");
  expect(await second).toBe("two");
});

test("work that fails synchronously also lets the next work run", async () => {
  const broken = withLock("token", () => {
    throw new Error("broken at once");
  });
  const next = withLock("token", async () => "next");
  await expect(broken).rejects.toThrow("broken at once");
  expect(await next).toBe("next");
});

test("work that arrives after all other work ended runs at once", async () => {
  expect(await withLock("token", async () => 1)).toBe(1);
  await settle();
  expect(await withLock("token", async () => 2)).toBe(2);
});

test("a wait of more than two seconds for other work is shown", async () => {
  vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] });
  const messages: string[] = [];
  const first = withLock("token", () => new Promise((done) => setTimeout(done, 2_500)));
  const second = withProgress(
    (message) => messages.push(message),
    () => withLock("token", async () => "done"),
  );
  await vi.advanceTimersByTimeAsync(2_500);
  vi.useRealTimers();
  await Promise.all([first, second]);
  expect(messages).toEqual(["waiting for another resource's operation on the token to end (2 s)", ""]);
});
