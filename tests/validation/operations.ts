/** The provider's operations, the request that gets an invalid response, and the right results. */
import { type Properties, unwrapSecrets } from "provider-server";
import { expect } from "vitest";
import type { LifeCycle } from "../../components/provider/lifeCycle";
import { scopeMapId, times, tokenId, type WireAnswer } from "./azureResponses";

const slot = { version: 1, madeOn: "2026-11-24" };
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
const disabled = { ...access, status: "disabled" };
const accessState = { id: `${tokenId}/access`, inputs: access as Properties, outputs: access as Properties };
const resource = { urn: "urn:pulumi:s::p::t::n", type: "t", name: "n", showStatus: () => {} };

export interface Operation {
  /** The operation, of which one request gets an invalid response. */
  run(credentials: LifeCycle, access: LifeCycle): Promise<unknown> | unknown;
  /** The request with the invalid response. */
  strikes(method: string, url: string): boolean;
  /** The right result. */
  check(result: unknown, answers: readonly WireAnswer[]): void;
}

const token = (method: string, url: string) => method === "GET" && url.includes("/tokens/");
const cleared = {
  ...inputs,
  slots: { password1: slot, password2: { version: 1, cleared: "on 2026-11-24" } },
};
const rotated = {
  ...inputs,
  generation: "two",
  current: "password2",
  slots: { password1: slot, password2: { ...slot, version: 2 } },
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

/** Whether a response lists a token's slots. */
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

export const operations: Record<string, Operation> = {
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
      // The password that was current keeps working.
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
    run: (_credentials, lifeCycle) => lifeCycle.create(resource, access),
    strikes: token,
    check: (_result, answers) => expect(answers.some(saysSlots)).toBe(true),
  },
  "update of access": {
    run: (_credentials, lifeCycle) =>
      lifeCycle.update(resource, { ...accessState, inputs: disabled, outputs: disabled }, access),
    strikes: (method) => method === "PATCH",
    check: (outputs) => expect(outputs).toEqual(access),
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
