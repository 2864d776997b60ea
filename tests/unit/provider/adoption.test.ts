import { describe, expect, test, vi } from "vitest";
import type { Password, SlotName } from "../../../components/args/credentialFiles";
import type { SlotOnAzure } from "../../../components/provider/azure/api/responses";
import { AzureToken } from "../../../components/provider/azure/api/tokens";
import { adoptPasswords, requireNoPasswords } from "../../../components/provider/tokenCredentials/adoption";

const now = new Date("2026-01-10T12:00:00Z");
const slot = (name: SlotName, day: string, expiry?: string): SlotOnAzure => ({
  name,
  creationTime: new Date(`${day}T10:00:00Z`),
  ...(expiry && { expiry: new Date(expiry) }),
});

describe("a token whose passwords are to be generated", () => {
  test.each<[string, readonly SlotOnAzure[]]>([
    ["has none", []],
    ["has an expired one", [slot("password1", "2026-01-01", "2026-01-09T00:00:00Z")]],
    ["has a password that expires now", [slot("password1", "2026-01-01", "2026-01-10T12:00:00Z")]],
  ])("is accepted if it %s", (_what, slots) => {
    expect(() => requireNoPasswords(slots, now)).not.toThrow();
  });

  test("is refused if a password works, with the names of its slots", () => {
    const slots = [slot("password1", "2026-01-01", "2026-01-09T00:00:00Z"), slot("password2", "2026-01-01")];
    expect(() => requireNoPasswords(slots, now)).toThrow(
      /names a token that has passwords that are not in this state: password2\. .* adopt: \{ password2 \}, .* adopt: \{ regenerate: "password2" \}/,
    );
    const both = [slot("password1", "2026-01-01", "2026-01-11T00:00:00Z"), slot("password2", "2026-01-01")];
    expect(() => requireNoPasswords(both, now)).toThrow("not in this state: password1 and password2. ");
  });
});

describe("an adoption", () => {
  const token = new AzureToken(
    "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/registry/tokens/t",
    undefined,
    new AbortController().signal,
  );
  const given = { password1: "one", password2: "two" };
  const schedule = {
    current: "password1",
    slots: {
      password1: { version: 1, madeOn: "2026-01-01" },
      password2: { version: 1, madeOn: "2026-01-02" },
    },
  } as const;
  const make = vi.fn(async (): Promise<Password[]> => []);

  const adopt = (slots: readonly SlotOnAzure[]) => {
    vi.spyOn(AzureToken.prototype, "get").mockResolvedValueOnce({
      scopeMapId: "map",
      status: "enabled",
      slots,
    });
    return adoptPasswords(token, given, schedule, now, make);
  };

  test("of both passwords generates none", async () => {
    const adopted = await adopt([slot("password1", "2026-01-01"), slot("password2", "2026-01-02")]);
    expect(adopted).toEqual([
      { name: "password1", value: "one", creationTime: "2026-01-01T10:00:00.000Z", expiry: null },
      { name: "password2", value: "two", creationTime: "2026-01-02T10:00:00.000Z", expiry: null },
    ]);
    expect(make).not.toHaveBeenCalled();
  });

  test("fails if someone else has regenerated a given password since the preview", async () => {
    const adopting = adopt([slot("password1", "2026-01-01"), slot("password2", "2026-01-05")]);
    await expect(adopting).rejects.toThrow(
      "password2 of token t has been changed by someone else in the meantime: run pulumi up again",
    );
  });
});
