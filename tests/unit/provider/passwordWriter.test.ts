import { beforeEach, describe, expect, test, vi } from "vitest";
import type { SlotName } from "../../../components/args/credentialFiles";
import type { SlotOnAzure, TokenOnAzure } from "../../../components/provider/azure/api/responses";
import type { TokenCache } from "../../../components/provider/azure/api/tokenCache";
import { PasswordWriter } from "../../../components/provider/tokenCredentials/passwordWriter";
import { RunMemory } from "../../../components/provider/tokenCredentials/runMemory";
import type { Inputs } from "../../../components/provider/tokenCredentials/state";

/** The slots on Azure, whether a response had the time, and the calls in their order. */
const azure = vi.hoisted(() => ({
  token: undefined as TokenOnAzure | undefined,
  hasTime: true,
  calls: [] as string[],
}));

vi.mock("../../../components/provider/azure/api/tokens", () => ({
  AzureToken: class {
    readonly username = "mytoken";
    readonly description = "token mytoken";
    async get() {
      azure.calls.push("get");
      return azure.token;
    }
    async generateCredentials(names: SlotName[], expiry?: Date) {
      azure.calls.push(`generate ${names.join(" ")} until ${expiry?.toISOString() ?? "ever"}`);
      return names.map((name) => ({ name, value: "hush", creationTime: new Date(0), expiry }));
    }
    async change({ keep }: { keep: readonly SlotOnAzure[] }) {
      azure.calls.push(`keep ${keep.map(({ name }) => name).join(" ")}`);
      azure.token = azure.token && { ...azure.token, slots: keep };
      return azure.token;
    }
  },
}));
vi.mock("../../../components/provider/azure/api/registryLogin", () => ({
  untilAccepted: async (...args: unknown[]) => {
    azure.calls.push(`log in ${args.slice(0, 3).join(" ")}`);
    if (args[2] === "refused") {
      throw new Error("it is refused");
    }
  },
}));
vi.mock("../../../components/provider/azure/http/serverClock", () => ({
  hasServerTime: () => azure.hasTime,
  requireServerTime: () => {},
}));

const slot = { version: 1, madeOn: "2026-01-01" };
const inputs = (more: object = {}): Inputs => ({
  tokenId: "id",
  current: "password1",
  slots: { password1: slot, password2: slot },
  ...more,
});
const onAzure = (...slots: SlotName[]): TokenOnAzure => ({
  scopeMapId: "s",
  status: "enabled",
  slots: slots.map((name) => ({ name, creationTime: new Date(0) })),
});
const held = (name: SlotName) => ({ name, creationTime: new Date(0).toISOString(), expiry: null });

let writer: PasswordWriter;
let cancellation: AbortController;

beforeEach(() => {
  azure.token = onAzure("password1", "password2");
  azure.hasTime = true;
  azure.calls.length = 0;
  cancellation = new AbortController();
  writer = new PasswordWriter(cancellation.signal, { forget() {} } as unknown as TokenCache, new RunMemory());
});

test("a missing token has no slots", async () => {
  expect(await writer.slotsOnAzure(inputs())).toHaveLength(2);
  azure.token = undefined;
  expect(await writer.slotsOnAzure(inputs())).toEqual([]);
});

describe("passwords are generated", () => {
  test("with the expiry of their day, by one write", async () => {
    const expiring = { ...slot, expiresOn: "2026-03-01" };
    const made = await writer.generate(inputs({ slots: { password1: expiring, password2: expiring } }), [
      "password1",
      "password2",
    ]);
    expect(azure.calls).toEqual(["generate password1 password2 until 2026-03-01T23:59:59.000Z"]);
    expect(made.map(({ expiry }) => expiry)).toEqual(Array(2).fill("2026-03-01T23:59:59.000Z"));
  });

  test("after a read that tells Azure's time, if no response has told it", async () => {
    azure.hasTime = false;
    await writer.generate(inputs(), ["password1"]);
    expect(azure.calls).toEqual(["get", "generate password1 until ever"]);
  });

  test("for no slot without a request", async () => {
    expect(await writer.generate(inputs(), [])).toEqual([]);
    expect(azure.calls).toEqual([]);
  });
});

describe("passwords are cleared", () => {
  test("in the slots that still hold them, and the others are kept", async () => {
    await writer.clear(inputs(), [held("password1")]);
    expect(azure.calls).toEqual(["get", "keep password2"]);
  });

  test.each<[string, TokenOnAzure | undefined]>([
    ["is gone", undefined],
    ["has others", onAzure("password2")],
  ])("by no write if the token %s", async (_what, token) => {
    azure.token = token;
    await writer.clear(inputs(), [held("password1")]);
    expect(azure.calls).toEqual(["get"]);
  });

  test("without a request if there are none", async () => {
    await writer.clear(inputs(), []);
    expect(azure.calls).toEqual([]);
  });
});

describe("the registry's acceptance of a new password is waited for", () => {
  const saved = { username: "mytoken", loginServer: "myregistry.azurecr.io", password: "hush" };
  const waiting = inputs({ waitUntilLive: true });
  const login = "log in myregistry.azurecr.io mytoken hush";

  test("if the program wants that, also if the token is gone", async () => {
    await writer.untilLive(waiting, saved);
    azure.token = undefined;
    await writer.untilLive(waiting, saved);
    expect(azure.calls).toEqual(["get", login, "get", login]);
  });

  test("not for a disabled token, nor without a password, nor if the program does not want it", async () => {
    await writer.untilLive(inputs(), saved);
    await writer.untilLive(waiting, { ...saved, password: undefined });
    expect(azure.calls).toEqual([]);
    azure.token = { ...onAzure(), status: "disabled" };
    await writer.untilLive(waiting, saved);
    expect(azure.calls).toEqual(["get"]);
  });

  test("and a refusal, or a cancellation, is named", async () => {
    const refused = { ...saved, password: "refused" };
    await expect(writer.untilLive(waiting, refused)).rejects.toThrow(
      "the new password1 of token mytoken is not known to work: it is refused",
    );
    cancellation.abort();
    await expect(writer.untilLive(waiting, refused)).rejects.toThrow(
      "cancelled while waiting until the registry accepts password1 of token mytoken",
    );
  });
});
