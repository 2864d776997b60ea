import { afterEach, describe, expect, test, vi } from "vitest";
import { isAccepted, untilAccepted } from "../../../../../components/provider/azure/api/registryLogin";
import * as http from "../../../../../components/provider/azure/http/get";

const host = "myregistry.azurecr.io";
const password = "the/pass+word";
const pace = { intervalMs: 1, timeoutMs: 2_000, responseTimeoutMs: 1_000, maxFailures: 3 };
const { signal } = new AbortController();

afterEach(() => vi.restoreAllMocks());

/** A registry that gives one answer after another, the last one indefinitely: a status, or a lost connection. */
function registry(...answers: (number | "lost")[]) {
  return vi.spyOn(http, "httpGet").mockImplementation(async () => {
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer === "lost" || answer === undefined) {
      throw Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    }
    return { status: answer, body: "{}" };
  });
}

/** The error of a wait, which must have one. */
async function refusal(limits = pace): Promise<string> {
  const error = await untilAccepted(host, "mytoken", password, signal, limits).catch(
    (thrown: Error) => thrown,
  );
  expect(error).toBeInstanceOf(Error);
  return (error as Error).message;
}

describe("a new password", () => {
  test("is tried at the registry's own endpoint, and once if it is accepted", async () => {
    const asked = registry(200);
    await untilAccepted(host, "mytoken", password, signal, pace);
    expect(asked).toHaveBeenCalledTimes(1);
    expect(asked).toHaveBeenCalledWith(
      `https://${host}/oauth2/token?service=${host}`,
      expect.objectContaining({
        headers: { authorization: `Basic ${Buffer.from(`mytoken:${password}`).toString("base64")}` },
      }),
    );
  });

  test("is tried again until the registry accepts it", async () => {
    const asked = registry(401, 401, 401, 401, 200);
    await untilAccepted(host, "mytoken", password, signal, pace);
    expect(asked).toHaveBeenCalledTimes(5);
  });

  test("retries connections that are lost now and then, but not too many in a row", async () => {
    const asked = registry("lost", "lost", 401, "lost", "lost", 200);
    await untilAccepted(host, "mytoken", password, signal, pace);
    expect(asked).toHaveBeenCalledTimes(6);
  });

  test.each([429, 503])("is retried after a transient error, %d, as every other call", async (status) => {
    const asked = registry(status, 200);
    await untilAccepted(host, "mytoken", password, signal, pace);
    expect(asked).toHaveBeenCalledTimes(2);
  });
});

describe("the wait fails", () => {
  test("if the registry cannot be reached, with the reason and what to do, without the password", async () => {
    const asked = registry("lost");
    const message = await refusal();
    expect(message).toBe(
      `the registry at https://${host} cannot be asked from here (connect ECONNREFUSED): waitUntilLive needs it to be reachable, so let this machine through its firewall, or leave waitUntilLive out`,
    );
    expect(asked).toHaveBeenCalledTimes(3);
  });

  test("at once if a firewall answers", async () => {
    const asked = registry(403);
    expect(await refusal()).toContain("(answered 403): waitUntilLive needs it to be reachable");
    expect(asked).toHaveBeenCalledTimes(1);
  });

  test("if the registry does not accept it in time, with what to do, without the password", async () => {
    registry(401);
    const message = await refusal({ ...pace, timeoutMs: 20 });
    expect(message).toBe(
      `the registry at https://${host} has not accepted it within 0.02 s: run pulumi up again later`,
    );
  });

  test("at once if the time is over before the next attempt", async () => {
    const asked = registry(401);
    await refusal({ ...pace, intervalMs: 60_000, timeoutMs: 50_000 });
    expect(asked).toHaveBeenCalledTimes(1);
  });

  test("at once by a mistake in the plugin, without its message", async () => {
    const asked = vi.spyOn(http, "httpGet").mockRejectedValue(new TypeError("hush"));
    const message = await refusal();
    expect(message).toMatch(
      /cannot be asked from here \(a defect of the plugin \(TypeError at .*\): please report it\)/,
    );
    expect(message).not.toContain("hush");
    expect(asked).toHaveBeenCalledTimes(1);
  });

  test("as soon as the user cancels", async () => {
    registry(401);
    const cancellation = new AbortController();
    const outcome = expect(
      untilAccepted(host, "mytoken", password, cancellation.signal, { ...pace, intervalMs: 1_000 }),
    ).rejects.toThrow("aborted");
    setImmediate(() => cancellation.abort());
    await outcome;
  });
});

describe("a password that the provider did not generate", () => {
  const ask = (limits = pace, ended = signal) => isAccepted(host, "mytoken", password, ended, limits);

  test.each([
    [200, true],
    [401, false],
  ])("is tried once if the registry accepts or rejects it: %d", async (status, isGood) => {
    const asked = registry(status);
    expect(await ask()).toBe(isGood);
    expect(asked).toHaveBeenCalledTimes(1);
  });

  test("is retried after a lost connection and a transient error", async () => {
    const asked = registry("lost", 503, 200);
    expect(await ask()).toBe(true);
    expect(asked).toHaveBeenCalledTimes(3);
  });

  test.each<["lost" | number, number, string]>([
    ["lost", 3, "connect ECONNREFUSED"],
    [503, 3, "answered 503"],
    [403, 1, "answered 403"],
  ])(
    "fails with the reason and without the password if the registry cannot be reached: %s",
    async (answer, times, reason) => {
      const asked = registry(answer);
      await expect(ask()).rejects.toThrow(
        new Error(`the registry at https://${host} cannot be asked from here (${reason})`),
      );
      expect(asked).toHaveBeenCalledTimes(times);
    },
  );

  test("is not waited for once the user cancels", async () => {
    registry("lost");
    const cancellation = new AbortController();
    const outcome = expect(ask({ ...pace, intervalMs: 1_000 }, cancellation.signal)).rejects.toMatchObject({
      name: "AbortError",
    });
    setImmediate(() => cancellation.abort());
    await outcome;
  });
});
