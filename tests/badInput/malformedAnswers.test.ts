/**
 * Ten thousand answers that are none: Azure's own, those of a proxy on the way, and those of somebody who means ill. The
 * provider and Azure's SDK run in this process, in fake time, on an HTTP client that answers so.
 */
import { type Properties, unwrapSecrets } from "provider-protocol";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Looks } from "../../components/provider/azure/looks";
import type { LifeCycle } from "../../components/provider/lifeCycle";
import { TokenAccessLifeCycle } from "../../components/provider/tokenAccess";
import { TokenCredentialsLifeCycle } from "../../components/provider/tokenCredentials/lifeCycle";
import { inFakeTime } from "../support/fakeTime";
import { runs, sample, seed } from "../support/fuzz";
import {
  canaries,
  goodAnswer,
  type Malice,
  malice,
  scopeMapId,
  times,
  tokenId,
  type WireAnswer,
} from "./azureAnswers";

/** What the next request is answered, and what was asked. */
const wire = vi.hoisted(() => ({
  answer: (_method: string, _url: string): WireAnswer => ({ status: 500, headers: {}, body: "" }),
  hosts: new Set<string>(),
}));

vi.mock("node:timers/promises", async () => (await import("../support/fakeTime.js")).fakeTimersPromises);

vi.mock("../../components/provider/azure/cloud", () => ({
  findCloud: async () => ({
    resourceManager: "https://management.example",
    authority: "https://login.example",
    isOwn: true,
  }),
}));

vi.mock("../../components/provider/azure/credential", () => ({
  findCredential: async () => ({
    getToken: async () => ({ token: "CANARY-access-token", expiresOnTimestamp: Date.now() + 1e9 }),
  }),
  lookedFor: () => "",
  signInAdvice: () => "",
}));

vi.mock("@azure/arm-containerregistry", async (original) => {
  const sdk = await original<typeof import("@azure/arm-containerregistry")>();
  const { createHttpHeaders } = await import("@azure/core-rest-pipeline");
  type Options = NonNullable<ConstructorParameters<typeof sdk.ContainerRegistryManagementClient>[2]>;
  const httpClient: Options["httpClient"] = {
    async sendRequest(request) {
      wire.hosts.add(new URL(request.url).origin);
      const { status, headers, body } = wire.answer(request.method, request.url);
      return { request, status, headers: createHttpHeaders(headers), bodyAsText: body };
    },
  };
  class Client extends sdk.ContainerRegistryManagementClient {
    constructor(
      credential: ConstructorParameters<typeof sdk.ContainerRegistryManagementClient>[0],
      subscriptionId: string,
      options: Options,
    ) {
      super(credential, subscriptionId, { ...options, httpClient });
    }
  }
  return { ...sdk, ContainerRegistryManagementClient: Client };
});

const now = new Date("2026-11-24T12:00:00Z");

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  vi.setSystemTime(now);
  vi.stubGlobal("fetch", async () => new Response(null, { status: 200 }));
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});

const slot = { count: 1, madeOn: "2026-11-24" };
const inputs = {
  tokenId,
  generation: "one",
  current: "password1",
  slots: { password1: slot, password2: slot },
};
const passwords = (["password1", "password2"] as const).map((name) => ({
  name,
  value: `old-${name}`,
  creationTime: new Date(times[name]).toISOString(),
  expiry: null,
}));
const state = {
  id: `${tokenId}/credentials`,
  inputs: inputs as unknown as Properties,
  outputs: {
    ...inputs,
    username: "mytoken",
    loginServer: "myregistry.azurecr.io",
    passwords,
    password: "old-password1",
  } as unknown as Properties,
};
const access = { tokenId, scopeMapId, status: "enabled" };
const accessState = { id: `${tokenId}/access`, inputs: access as Properties, outputs: access as Properties };
const resource = { urn: "urn:pulumi:s::p::t::n", type: "t", name: "n", showStatus: () => {} };

type Operation = {
  /** What is done, of which one request is answered badly. */
  run(credentials: LifeCycle, access: LifeCycle): Promise<unknown> | unknown;
  /** Which request that is. */
  strikes(method: string, url: string): boolean;
  /** What a result has to be. */
  check(result: unknown, answers: readonly WireAnswer[]): void;
};

const token = (method: string, url: string) => method === "GET" && url.includes("/tokens/");
const cleared = { ...inputs, slots: { password1: slot, password2: { count: 1, cleared: "on 2026-11-24" } } };
const rotated = {
  ...inputs,
  generation: "two",
  current: "password2",
  slots: { password1: slot, password2: { ...slot, count: 2 } },
};

function arePasswords(outputs: unknown, names: readonly string[]): void {
  const found = unwrapSecrets(outputs) as unknown as {
    password: unknown;
    passwords: { name: string; value: unknown; creationTime: string; expiry: string | null }[];
  };
  expect(found.passwords.map(({ name }) => name)).toEqual(names);
  for (const { value, creationTime, expiry } of found.passwords) {
    expect(typeof value).toBe("string");
    expect(value).not.toMatch(/^$|undefined|null|\[object/);
    expect(Number.isNaN(Date.parse(creationTime))).toBe(false);
    expect(expiry === null || !Number.isNaN(Date.parse(expiry))).toBe(true);
  }
  expect(typeof found.password).toBe("string");
}

/** Whether an answer is one that says of a token which of its slots are taken. */
function saysSlots({ status, body }: WireAnswer): boolean {
  try {
    const { name, properties } = JSON.parse(body);
    const all = properties.credentials?.passwords ?? [];
    return (
      status === 200 &&
      name.toLowerCase() === "mytoken" &&
      typeof properties.scopeMapId === "string" &&
      Array.isArray(all)
    );
  } catch {
    return false;
  }
}

const saysGone = ({ status, body }: WireAnswer) => status === 404 && /NotFound/.test(body);

const operations: Record<string, Operation> = {
  "check of a token to adopt": {
    run: (credentials) =>
      credentials.check(
        resource,
        {},
        { tokenId, loginServer: "myregistry.azurecr.io", adopt: { password1: "theirs" } },
        new Uint8Array(),
      ),
    strikes: token,
    check: (result, answers) => {
      const { inputs: made, failures } = result as {
        inputs: { current?: string };
        failures: { reason: string }[];
      };
      if (failures.length > 0) {
        throw new Error(failures.map(({ reason }) => reason).join("\n"));
      }
      expect(made.current).toBe("password1");
      expect(answers.some(saysSlots)).toBe(true);
    },
  },
  "create: the login server": {
    run: (credentials) => credentials.create(resource, inputs as unknown as Properties),
    strikes: (method, url) => method === "GET" && !url.includes("/tokens/"),
    check: (result) => {
      const { outputs } = result as { outputs: { loginServer: string } };
      expect(outputs.loginServer).toMatch(/^[a-z0-9.-]+(:\d+)?$/i);
      arePasswords(outputs, ["password1", "password2"]);
    },
  },
  "create: the passwords": {
    run: (credentials) =>
      credentials.create(resource, {
        ...inputs,
        loginServer: "myregistry.azurecr.io",
      } as unknown as Properties),
    strikes: (method) => method === "POST",
    check: (result) => arePasswords((result as { outputs: unknown }).outputs, ["password1", "password2"]),
  },
  "update: rotate": {
    run: (credentials) => credentials.update(resource, state, rotated as unknown as Properties),
    strikes: (method) => method === "POST",
    check: (outputs) => {
      arePasswords(outputs, ["password1", "password2"]);
      // The one that was current goes on.
      expect(JSON.stringify(outputs)).toContain("old-password1");
    },
  },
  "update: clear, the look": {
    run: (credentials) => credentials.update(resource, state, cleared as unknown as Properties),
    strikes: token,
    check: (outputs, answers) => {
      arePasswords(outputs, ["password1"]);
      expect(answers.some(saysSlots) || answers.some(saysGone)).toBe(true);
    },
  },
  "update: clear, the write": {
    run: (credentials) => credentials.update(resource, state, cleared as unknown as Properties),
    strikes: (method) => method === "PATCH",
    check: (outputs) => arePasswords(outputs, ["password1"]),
  },
  "read of credentials": {
    run: (credentials) => credentials.read(resource, state.id, state),
    strikes: token,
    check: (result, answers) => {
      if (result === undefined) {
        expect(answers.some(saysGone)).toBe(true);
        return;
      }
      const { outputs } = result as { outputs: { passwords: unknown } };
      const kept = unwrapSecrets(outputs.passwords) as unknown as { name: string; value: string }[];
      expect(kept.every(({ name, value }) => value === `old-${name}`)).toBe(true);
      if (kept.length < 2) {
        expect(answers.some(saysSlots)).toBe(true);
      }
    },
  },
  "delete of credentials": {
    run: (credentials) => credentials.delete(resource, state),
    strikes: (method) => method === "PATCH",
    check: (result) => expect(result).toBeUndefined(),
  },
  "create of access": {
    run: (_credentials, lifeCycle) => lifeCycle.create(resource, { ...access, status: "disabled" }),
    strikes: token,
    check: (_result, answers) => expect(answers.some(saysSlots)).toBe(true),
  },
  "update of access": {
    run: (_credentials, lifeCycle) =>
      lifeCycle.update(resource, accessState, { ...access, status: "disabled" }),
    strikes: (method) => method === "PATCH",
    check: (outputs) => expect(outputs).toEqual({ ...access, status: "disabled" }),
  },
  "read of access": {
    run: (_credentials, lifeCycle) => lifeCycle.read(resource, accessState.id, accessState),
    strikes: token,
    check: (result, answers) => {
      if (result === undefined) {
        expect(answers.some(saysGone)).toBe(true);
        return;
      }
      const { outputs } = result as { outputs: Record<string, unknown> };
      expect(typeof outputs.scopeMapId).toBe("string");
      expect(typeof outputs.status).toBe("string");
    },
  },
};

let struck = 0;

async function strike(
  name: string,
  { run, strikes: isStruck, check }: Operation,
  bad: Malice,
): Promise<"error" | "result"> {
  const answers: WireAnswer[] = [];
  wire.answer = (method, url) => {
    const good = goodAnswer(method, url);
    // Wherever a bad answer has led, the answers are bad too.
    if (!isStruck(method, url) && url.includes("/registries/")) {
      return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(good) };
    }
    answers.push(bad(good));
    return answers[answers.length - 1];
  };
  // An identity of its own: one that was told to wait for an hour does.
  vi.stubEnv("ARM_CLIENT_ID", `client-${struck++}`);
  const signal = new AbortController().signal;
  try {
    const clock = () => new Date();
    const looks = new Looks(signal);
    const credentials = new TokenCredentialsLifeCycle(clock, signal, looks);
    const result = await inFakeTime(
      Promise.resolve(run(credentials, new TokenAccessLifeCycle(signal, looks))),
    );
    check(result, answers);
    return "result";
  } catch (error) {
    const { message } = error as Error;
    if ((error as Error).name === "AssertionError") {
      throw error;
    }
    expect(message, name).toMatch(
      /could not .* of (token mytoken|registry myregistry)|there is no token|^adopt\.|^tokenId cannot be taken over/,
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
    "%s: an error that says what was tried, or a right result",
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
