/**
 * Generated invalid responses: Azure's, a proxy's, and an attacker's. The
 * provider and Azure's SDK run in this process, in fake time, on an HTTP client that answers so.
 */
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { TokenCache } from "../../components/provider/azure/api/tokenCache";
import { ProgramComponents } from "../../components/provider/programComponents";
import { TokenAccessLifeCycle } from "../../components/provider/tokenAccess";
import { TokenCredentialsLifeCycle } from "../../components/provider/tokenCredentials/lifeCycle";
import { TokensInRun } from "../../components/provider/tokensInRun";
import { inFakeTime } from "../support/fakeTime";
import { runs, sample, seed } from "../support/fuzz";
import { canaries, goodAnswer, type Malice, malice, type WireAnswer } from "./azureResponses";
import { type Operation, operations } from "./operations";

/** The response to the next request, and the received requests. */
const wire = vi.hoisted(() => ({
  answer: (_method: string, _url: string, _body: string): WireAnswer => ({
    status: 500,
    headers: {},
    body: "",
  }),
  hosts: new Set<string>(),
}));

vi.mock("node:timers/promises", async () => (await import("../support/fakeTime.js")).fakeTimersPromises);

vi.mock("../../components/provider/azure/auth/cloud", () => ({
  findCloud: async () => ({
    resourceManager: "https://management.example",
    authority: "https://login.example",
    isOwn: true,
  }),
}));

vi.mock("../../components/provider/azure/auth/credential", () => ({
  findCredential: async () => ({
    getToken: async () => ({ token: "CANARY-access-token", expiresOnTimestamp: Date.now() + 1e9 }),
  }),
  describeCredential: () => "",
  signInAdvice: () => "",
}));

vi.mock("../../components/provider/azure/http/get", () => ({
  httpGet: async () => ({ status: 200, body: "" }),
}));

vi.mock("@azure/core-rest-pipeline", async (original) => {
  const http = await original<typeof import("@azure/core-rest-pipeline")>();
  const createDefaultHttpClient = (): ReturnType<typeof http.createDefaultHttpClient> => ({
    async sendRequest(request) {
      wire.hosts.add(new URL(request.url).origin);
      const { status, headers, body } = wire.answer(request.method, request.url, String(request.body));
      return { request, status, headers: http.createHttpHeaders(headers), bodyAsText: body };
    },
  });
  return { ...http, createDefaultHttpClient };
});

const now = new Date("2026-11-24T12:00:00Z");

// The plugin loads these with its first call. That takes real time, in which too much of the fake time would pass.
beforeAll(() => Promise.all([import("@azure/core-rest-pipeline"), import("@azure/core-lro")]));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
  vi.setSystemTime(now);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

let struck = 0;

async function strike(
  name: string,
  { run, strikes: isStruck, check }: Operation,
  bad: Malice,
): Promise<"error" | "result"> {
  const answers: WireAnswer[] = [];
  wire.answer = (method, url, body) => {
    const good = goodAnswer(method, url, body);
    // Wherever a bad answer has led, the answers are bad too.
    if (!isStruck(method, url) && url.includes("/registries/")) {
      return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(good) };
    }
    answers.push(bad(good));
    return answers[answers.length - 1];
  };
  // Its own identity: an identity that is throttled for an hour waits.
  vi.stubEnv("ARM_CLIENT_ID", `client-${struck++}`);
  const signal = new AbortController().signal;
  try {
    const clock = () => new Date();
    const cache = new TokenCache(signal);
    const tokens = new TokensInRun();
    const credentials = new TokenCredentialsLifeCycle(clock, signal, cache, tokens);
    const access = new TokenAccessLifeCycle(signal, cache, tokens, new ProgramComponents());
    const result = await inFakeTime(Promise.resolve(run(credentials, access)));
    check(result, answers);
    return "result";
  } catch (error) {
    const { message } = error as Error;
    if ((error as Error).name === "AssertionError") {
      throw error;
    }
    expect(message, name).toMatch(
      /could not .* of (token mytoken|registry myregistry)|^Azure accepted the request to|there is no token|^adopt\.|^tokenId cannot be adopted/,
    );
    expect(
      /undefined|\[object|is not a function|Cannot read|Invalid time|not iterable|native code|CANARY/.exec(
        message,
      )?.[0],
      message,
    ).toBeUndefined();
    expect(message.length).toBeLessThan(4_000);
    return "error";
  }
}

describe(`answers generated with FUZZ_SEED=${seed}`, () => {
  const names = Object.keys(operations);

  test.each(names)(
    "%s: an error that names the operation, or a right result",
    { timeout: 600_000 },
    async (name) => {
      const outcomes = { error: 0, result: 0 };
      for (const [index, bad] of sample(malice, Math.ceil(runs / names.length)).entries()) {
        try {
          outcomes[await strike(name, operations[name], bad)]++;
        } catch (error) {
          throw new Error(`answer ${index} of FUZZ_SEED=${seed}, ${bad}: ${(error as Error).message}`, {
            cause: error,
          });
        }
      }
      // Neither is it all one: the answers that are good after all are taken.
      expect(outcomes.error).toBeGreaterThan(0);
      expect(outcomes.result).toBeGreaterThan(0);
      expect([...wire.hosts]).toEqual(["https://management.example"]);
      expect(({} as Record<string, unknown>).name).toBeUndefined();
      expect(canaries.password1).toContain("CANARY");
    },
  );
});
