/** The passwords of a token and the identity are secret in the state, and not in the plugin's output. */
import { isSecret, type Properties, secret } from "provider-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestEnvironment } from "../support/testEnvironment.js";

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await TestEnvironment.start();
});

afterAll(() => environment?.close());

/** The properties without the values of secrets. */
function withoutSecrets(properties: Properties): unknown {
  return JSON.parse(JSON.stringify(properties, (_, value) => (isSecret(value) ? "[secret]" : value)));
}

test("regardless of what the program declares, the values and azure are secret in the state", async () => {
  const { clientId, clientSecret, tenantId } = environment.azure.connection;
  const tokenId = await environment.newToken();
  const azure = { clientId, clientSecret, tenantId };

  for (const declared of [azure, secret(azure), { ...azure, clientSecret: secret(clientSecret) }]) {
    const resource = environment.credentials();
    await resource.up({ tokenId, azure: declared });

    const { inputs, outputs } = resource.saved;
    expect(isSecret(inputs.azure)).toBe(true);
    expect(isSecret(outputs.azure)).toBe(true);
    expect(isSecret(outputs.password)).toBe(true);
    expect(isSecret(outputs.passwords)).toBe(true);
    const open = JSON.stringify([withoutSecrets(inputs), withoutSecrets(outputs)]);
    for (const { value } of resource.exported.passwords) {
      expect(open).not.toContain(value);
    }
    expect(open).not.toContain(clientSecret);
    await resource.refresh();
    expect(JSON.stringify(withoutSecrets(resource.saved.outputs))).toBe(
      JSON.stringify(withoutSecrets(outputs)),
    );
  }
});

test("no secret is in the plugin's output", async () => {
  const { clientId, clientSecret, tenantId } = environment.azure.connection;
  const tokenId = await environment.newToken();
  const resource = environment.credentials();
  const args = { tokenId, azure: { clientId, clientSecret, tenantId } };
  await resource.up({ ...args, generation: "one" });
  const first = resource.exported.passwords;
  await resource.up({ ...args, generation: "two" });
  await resource.refresh();
  environment.azure.faults.add({ kind: "answer", status: 400, method: "POST", path: /generateCredentials/ });
  const error = await resource.up({ ...args, generation: "three" }).catch((thrown: Error) => thrown);
  const values = [...first, ...resource.exported.passwords].map(({ value }) => value);

  for (const hidden of [...values, clientSecret]) {
    expect(environment.said).not.toContain(hidden);
    expect(String(error)).not.toContain(hidden);
  }
  expect(error).toBeInstanceOf(Error);
});

test("a secret generation stays a secret in the state", async () => {
  const resource = environment.credentials();
  await resource.up({ tokenId: await environment.newToken(), generation: secret("hush") });

  expect(isSecret(resource.saved.outputs.generation)).toBe(true);
});

test("the identity stays a secret in a refresh that finds a lost password", async () => {
  const tokenId = await environment.newToken();
  const resource = environment.credentials();
  const { clientId, clientSecret, tenantId, metadataHost } = environment.azure.connection;
  await resource.up({ tokenId, azure: { clientId, clientSecret, tenantId, metadataHost } });
  await environment.client.keepOnly(tokenId, ["password1"]);

  await resource.refresh();

  expect(resource.saved.inputs.slots).toMatchObject({ password2: { lost: expect.any(String) } });
  expect(isSecret(resource.saved.inputs.azure)).toBe(true);
  expect(isSecret(resource.saved.outputs.azure)).toBe(true);
});
