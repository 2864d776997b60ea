import { expect, test, vi } from "vitest";
import { reportProgress, withProgress } from "../../../../../components/provider/azure/http/progress";
import { useFakeTime } from "../../../../support/fakeTime";

useFakeTime();

const seconds = (count: number) => new Promise<void>((done) => setTimeout(done, 1000 * count));

/** The shown messages with their times, while work runs. */
async function shown(work: () => Promise<unknown>): Promise<string[]> {
  const messages: string[] = [];
  const showing = withProgress(
    (message) => messages.push(`${performance.now() / 1000}: ${message}`),
    work,
  ).catch(() => {});
  await vi.advanceTimersByTimeAsync(100_000);
  await showing;
  return messages;
}

test("a wait of less than two seconds is not shown", async () => {
  expect(await shown(() => reportProgress(String, () => seconds(1.9)))).toEqual([]);
});

test("a wait is shown from its second second on, each second, until it ends", async () => {
  const messages = await shown(() =>
    reportProgress(
      (passed) => `for ${passed}`,
      () => seconds(4.5),
    ),
  );
  expect(messages).toEqual(["2: for 2", "3: for 3", "4: for 4", "4.5: "]);
});

test("the innermost of nested waits is shown", async () => {
  const messages = await shown(() =>
    reportProgress(
      (passed) => `outer ${passed}`,
      async () => {
        await seconds(2.5);
        await reportProgress(
          (passed) => `inner ${passed}`,
          () => seconds(2),
        );
        await seconds(1);
      },
    ),
  );
  expect(messages).toEqual(["2: outer 2", "3: inner 0", "4: inner 1", "5: outer 5", "5.5: "]);
});

test("each of several waits starts its own two seconds", async () => {
  const messages = await shown(async () => {
    await reportProgress(
      () => "first",
      () => seconds(1.5),
    );
    await reportProgress(
      () => "second",
      () => seconds(1.5),
    );
  });
  expect(messages).toEqual([]);
});

test("a wait that fails is cleared, and throws its error", async () => {
  const work = () =>
    reportProgress(
      () => "hoping",
      async () => {
        await seconds(3.5);
        throw new Error("without success");
      },
    );
  expect(await shown(work)).toEqual(["2: hoping", "3: hoping", "3.5: "]);
  await expect(Promise.all([work(), vi.advanceTimersByTimeAsync(4_000)])).rejects.toThrow("without success");
});

test("each of two parallel resources shows its own waits", async () => {
  const [one, other] = await Promise.all(
    ["one", "other"].map((name) =>
      shown(() =>
        reportProgress(
          () => name,
          () => seconds(2.5),
        ),
      ),
    ),
  );
  expect(one).toEqual(["2: one", "2.5: "]);
  expect(other).toEqual(["2: other", "2.5: "]);
});

test("work without a reporter also runs", async () => {
  expect(await reportProgress(String, async () => "done")).toBe("done");
});

test("a short wait after a long one shows nothing, and clears nothing", async () => {
  const messages = await shown(async () => {
    await reportProgress(
      () => "long",
      () => seconds(2.5),
    );
    await reportProgress(
      () => "short",
      () => seconds(1),
    );
  });
  expect(messages).toEqual(["2: long", "2.5: "]);
});
