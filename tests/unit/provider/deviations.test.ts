import { PartialFailure } from "provider-server";
import { describe, expect, test } from "vitest";
import type { Password, SlotName } from "../../../components/args/credentialFiles";
import type { SlotOnAzure } from "../../../components/provider/azure/api/responses";
import { AzureToken } from "../../../components/provider/azure/api/tokens";
import {
  checkCleared,
  checkExpiry,
  requireExpiry,
} from "../../../components/provider/tokenCredentials/deviations";

const id =
  "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/registry/tokens/t";
const token = new AzureToken(id, undefined, new AbortController().signal);
const created = "2026-01-01T10:00:00.000Z";
const requested = { version: 1, madeOn: "2026-01-01", expiresOn: "2026-01-31" };
const never = { version: 1, madeOn: "2026-01-01" };
const password = (name: SlotName, expiry: string | null): Password => ({
  name,
  value: "hush",
  creationTime: created,
  expiry,
});

describe("a generated password that is not saved yet", () => {
  const slots = { password1: requested, password2: never };

  test.each(["2026-01-31T23:59:59Z", "2026-01-31T23:59:58.001Z"])(
    "may expire within a second of the requested expiry: %s",
    (expiry) => {
      const passwords = [password("password1", expiry), password("password2", null)];
      expect(() => requireExpiry(token, passwords, slots)).not.toThrow();
    },
  );

  test.each<[string | null, string]>([
    ["2026-01-31T23:59:58.000Z", "expires on 2026-01-31T23:59:58.000Z"],
    ["2027-01-31T23:59:59.000Z", "expires on 2027-01-31T23:59:59.000Z"],
    [null, "never expires"],
  ])("may not have another expiry: %s", (expiry, what) => {
    expect(() => requireExpiry(token, [password("password1", expiry)], slots)).toThrow(
      new RegExp(
        `^Azure accepted the request to generate password1 of token t .*, but password1 ${what} instead of 2026-01-31T23:59:59.000Z; .* nothing was written to Key Vault`,
      ),
    );
  });

  test("may not expire if none was to", () => {
    const expiry = "2026-01-31T23:59:59.000Z";
    const both = [password("password1", expiry), password("password2", expiry)];
    expect(() => requireExpiry(token, both, slots)).toThrow(
      /generate password1 and password2 .*, but password2 expires on 2026-01-31T23:59:59.000Z instead of never; /,
    );
  });
});

describe("a generated password with another expiry than the requested one", () => {
  const passwords = [password("password1", null), password("password2", null)];
  const saved = { username: "t", loginServer: "registry.azurecr.io", passwords };
  const news = { current: "password1", slots: { password1: requested, password2: requested } } as never;

  test("is saved, with its slot, for the next run to regenerate", () => {
    let failure: unknown;
    try {
      checkExpiry(token, "id", news, saved, ["password2"]);
    } catch (error) {
      failure = error;
    }
    expect(failure).toBeInstanceOf(PartialFailure);
    expect(failure).toMatchObject({
      message: expect.stringMatching(
        /generate password2 .*, but password2 never expires instead of .* regenerates password2;/,
      ),
      state: { id: "id", outputs: { deviating: ["password2"] } },
    });
  });

  test("is of no concern if this run did not generate it", () => {
    expect(() => checkExpiry(token, "id", news, saved, [])).not.toThrow();
  });
});

describe("a write that clears a slot", () => {
  const slot = (name: SlotName, creationTime = created, expiry?: string): SlotOnAzure => ({
    name,
    creationTime: new Date(creationTime),
    ...(expiry && { expiry: new Date(expiry) }),
  });
  const onAzure = (slots: readonly SlotOnAzure[], status = "enabled") => ({
    scopeMapId: "map",
    status,
    slots,
  });
  const [one, two] = [slot("password1"), slot("password2")];
  const check = (after: readonly SlotOnAzure[], status?: string) =>
    checkCleared(token, "clear password1", onAzure([one, two]), [two], onAzure(after, status));

  test("leaves the other slot", () => {
    expect(() => check([two])).not.toThrow();
  });

  test("may find the slot with a newer password, which someone else generated meanwhile", () => {
    expect(() => check([slot("password1", "2026-01-02T10:00:00.000Z"), two])).not.toThrow();
  });

  test.each<[string, readonly SlotOnAzure[], string?]>([
    ["password1 is not cleared", [one, two]],
    ["password2 is cleared too", []],
    ["password2 is cleared too", [slot("password2", "2026-01-02T10:00:00.000Z")]],
    [
      "password2 expires on 2026-02-01T00:00:00.000Z instead of never",
      [slot("password2", created, "2026-02-01T00:00:00Z")],
    ],
    ['the status is "disabled" instead of "enabled"', [two], "disabled"],
  ])("fails if %s", (deviation, after, status) => {
    expect(() => check(after, status)).toThrow(`, but ${deviation}; `);
  });
});
