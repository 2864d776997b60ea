/** States that someone has edited, or that an earlier version wrote. */
import { type Properties, unwrapSecrets } from "provider-server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ResourceState } from "../support/engine.js";
import { TestEnvironment } from "../support/testEnvironment.js";

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await TestEnvironment.start();
});

afterAll(() => environment?.close());

type Json = Record<string, unknown>;

const slots = (saved: Json) => saved.slots as Record<string, Json | undefined>;

describe("a state of TokenCredentials whose", () => {
  test.for<[what: string, edit: (inputs: Json, outputs: Json) => void, said: string]>([
    ["tokenId is gone", (inputs) => delete inputs.tokenId, "tokenId must be the resource id of a token"],
    [
      "current slot does not exist",
      (inputs) => (inputs.current = "password3"),
      'current must be one of password1, password2, got "password3"',
    ],
    [
      "slots are gone",
      (inputs) => delete inputs.slots,
      "slots.password1 must be a map, got nothing; slots.password2 must be",
    ],
    [
      "slot is gone",
      (inputs) => delete slots(inputs).password2,
      "slots.password2 must be a map, got nothing",
    ],
    [
      "day is no day",
      (inputs) => (slots(inputs).password1 = { madeOn: "yesterday" }),
      'slots.password1.madeOn must be a day such as 2026-11-24, got "yesterday"',
    ],
    [
      "version is no number",
      (inputs) => (slots(inputs).password1 = { version: "two" }),
      'slots.password1.version must be a whole number from 1, got "two"',
    ],
    [
      "period is no number",
      (inputs) => (inputs.rotateEveryDays = "weekly"),
      'rotateEveryDays must be a whole number of days from 1 to 36500, got "weekly"',
    ],
    [
      "login server is an address",
      (inputs) => (inputs.loginServer = "https://myregistry.azurecr.io"),
      'loginServer must be a host such as "myregistry.azurecr.io", without https://',
    ],
    [
      "vault is no address",
      (inputs) => (inputs.keyVault = { vaultUri: "myvault", secretName: "edge-1-password" }),
      'keyVault.vaultUri must be the address of a vault such as "https://myvault.vault.azure.net/", got "myvault"',
    ],
    ["passwords are gone", (_, outputs) => delete outputs.passwords, "passwords must be a list, got nothing"],
    [
      "passwords are a map",
      (_, outputs) => (outputs.passwords = {}),
      "passwords must be a list, got one of type object",
    ],
    [
      "password has no slot",
      (_, outputs) => (outputs.passwords = [{ value: "hush", creationTime: "2026-11-24T00:00:00Z" }]),
      "passwords[0].name must be one of password1, password2, got undefined",
    ],
    [
      "password has no time",
      (_, outputs) => (outputs.passwords = [{ name: "password1", value: "hush" }]),
      "passwords[0].creationTime must be a time such as 2026-11-24T12:00:00Z, got undefined",
    ],
    [
      "password is no text",
      (_, outputs) =>
        (outputs.passwords = [{ name: "password1", value: 7, creationTime: "2026-11-24T00:00:00Z" }]),
      "passwords[0].value must be a text, got one of type number",
    ],
    ["user name is gone", (_, outputs) => delete outputs.username, "username must be a text, got nothing"],
    [
      "adopted slots are no list",
      (_, outputs) => (outputs.adopted = "both"),
      'adopted must list slots, got "both"',
    ],
  ])(
    "%s is refused by every operation with the reason and what to do, and nothing is written",
    async ([, edit, said]) => {
      const tokenId = await environment.newToken();
      const resource = environment.credentials();
      await resource.up({ tokenId });
      const { id, inputs, outputs } = edited(resource.saved, edit);
      const { urn } = resource;
      const isOfInputs = JSON.stringify(inputs) !== JSON.stringify(unwrapSecrets(resource.saved.inputs));

      const written = await environment.writesOf(async () => {
        for (const operation of [
          ...(isOfInputs ? [() => environment.plugin.check(urn, inputs, { tokenId })] : []),
          () => environment.plugin.diff(id, urn, outputs, resource.saved.inputs, inputs),
          () => environment.plugin.update(id, urn, outputs, resource.saved.inputs, inputs, { preview: true }),
          () => environment.plugin.update(id, urn, outputs, resource.saved.inputs, inputs),
          () => environment.plugin.read(id, urn, outputs, inputs),
          () => environment.plugin.delete(id, urn, outputs, inputs),
        ]) {
          const message = await operation().then(
            () => "it succeeded",
            (error: Error) => error.message,
          );
          expect(message).toContain(`the saved state of ${urn} is not valid: `);
          expect(message).toContain(said);
          expect(message).toMatch(
            /pulumi stack import, or run pulumi state delete '.*' and give the argument adopt/,
          );
          expect(message).not.toContain("hush");
        }
      });
      expect(written).toEqual([]);
    },
  );
});

test("a state of TokenAccess without its scope map is refused with the reason", async () => {
  const tokenId = await environment.newToken();
  const resource = environment.access();
  const args = { tokenId, scopeMapId: environment.scopeMapId("_repositories_pull"), status: "enabled" };
  await resource.up(args);
  const { id, inputs } = edited(resource.saved, (saved) => delete saved.scopeMapId);
  for (const operation of [
    () => environment.plugin.diff(id, resource.urn, inputs, args, inputs),
    () => environment.plugin.update(id, resource.urn, inputs, args, inputs),
    () => environment.plugin.read(id, resource.urn, inputs, inputs),
  ]) {
    await expect(operation()).rejects.toThrow("is not valid: scopeMapId must be a text, got nothing");
  }
});

test("a state whose slots have a count, and are kept, works as one whose slots have a version, and are unmanaged", async () => {
  const tokenId = await environment.newToken();
  const [{ value }] = await environment.client.generate(tokenId);
  const resource = environment.credentials();
  const args = { tokenId, generation: "one" };
  await resource.up({ ...args, adopt: { password1: value } });
  const now = structuredClone(resource.saved);
  for (const saved of [resource.saved.inputs, resource.saved.outputs] as unknown as Json[]) {
    const { version: count, ...password1 } = slots(saved).password1 ?? {};
    const { unmanaged: kept } = slots(saved).password2 ?? {};
    saved.slots = { password1: { count, ...password1 }, password2: { count, kept } };
  }

  expect((await resource.preview(args)).operation).toBe("same");
  await resource.refresh();
  expect((await resource.preview(args)).operation).toBe("same");
  await resource.up(args);
  expect(resource.slots).toEqual(unwrapSecrets(now.inputs.slots));
  expect((await resource.preview({ ...args, generation: "two" })).inputs.slots).toMatchObject({
    password2: { version: 2 },
  });
});

/** A copy of a state, with its secrets in the open and the edit done. */
function edited(saved: ResourceState, edit: (inputs: Json, outputs: Json) => void) {
  const [inputs, outputs] = [saved.inputs, saved.outputs].map(
    (properties) => structuredClone(unwrapSecrets(properties)) as Properties,
  );
  edit(inputs, outputs);
  return { id: saved.id, inputs, outputs };
}
