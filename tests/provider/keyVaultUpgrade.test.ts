/** keyVault given to a stack of an earlier version: the passwords of its state move to the vault, and none of them changes. */
import { type Properties, unwrapSecrets } from "provider-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { recordedOn, recordedStates, resourceIn } from "../support/states.js";
import { type Credentials, TestEnvironment } from "../support/testEnvironment.js";
import { TestVault } from "../support/vault.js";

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await TestEnvironment.start();
  environment.clock.set(`${recordedOn}T12:00:00Z`);
});

afterAll(() => environment?.close());

const withoutKeyVault = recordedStates.filter(
  ([, state]) => resourceIn(state, "acr-token:index:TokenCredentials").inputs.keyVault === undefined,
);

test.each(withoutKeyVault)("the state %s", async (name, state) => {
  const vault = await TestVault.create(environment, {}, `vault-${name.replace(/[^a-z0-9]+/g, "-")}`);
  const { urn, id, inputs, outputs } = resourceIn(state, "acr-token:index:TokenCredentials");
  const before = unwrapSecrets(outputs) as unknown as Credentials;
  const { current: _, slots: __, loginServer: ___, ...args } = inputs;

  const checked = await environment.plugin.check(urn, inputs, {
    ...args,
    keyVault: { vaultUri: vault.uri, secretName: "moved" },
  });

  expect(checked.failures).toEqual([]);
  expect(checked.inputs, "no password is to change").toMatchObject({
    current: inputs.current,
    slots: inputs.slots,
  });
  const { changes } = await environment.plugin.diff(id, urn, outputs, checked.inputs, inputs);
  expect(changes, "the preview announces the move").toBe("some");

  let updated: Properties = {};
  const requests = await environment.requestsOf(async () => {
    updated = await environment.plugin.update(id, urn, outputs, checked.inputs, inputs);
  });

  expect(requests.filter(({ method, host }) => host === "resourceManager" && method !== "GET")).toEqual([]);
  const versions = await vault.versions("moved");
  const inVault = await Promise.all(versions.map(({ id: version }) => vault.valueOf(version)));
  const currentLast = [...before.passwords].sort(
    (one, other) => Number(one.name === before.current) - Number(other.name === before.current),
  );
  expect(inVault).toEqual(currentLast.map(({ value }) => value));
  expect(inVault.at(-1)).toBe(before.password);
  for (const value of inVault) {
    expect(JSON.stringify([updated, checked.inputs])).not.toContain(value);
  }
  expect(updated).toMatchObject({ current: before.current, passwordSecretVersionId: versions.at(-1)?.id });
  const again = await environment.plugin.check(urn, checked.inputs, {
    ...args,
    keyVault: { vaultUri: vault.uri, secretName: "moved" },
  });
  const unchanged = await environment.plugin.diff(id, urn, updated, again.inputs, checked.inputs);
  expect(unchanged.changes).toBe("none");
});
