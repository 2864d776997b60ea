/** The outputs that a preview knows: all that stay, so that a resource that uses a password shows no change without a rotation. */
import { unknown, unwrapSecrets } from "provider-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { nameOf, TestEnvironment } from "../support/testEnvironment";

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await TestEnvironment.start();
});

afterAll(() => environment?.close());

async function created(args: Record<string, unknown> = {}) {
  const tokenId = await environment.newToken();
  const resource = environment.credentials();
  await resource.up({ tokenId, ...args });
  return { tokenId, resource, args: { tokenId, ...args } };
}

/** The outputs that a preview expects of an update. */
async function expected(resource: Awaited<ReturnType<typeof created>>["resource"], args: object) {
  const { id, outputs, inputs } = resource.saved;
  const checked = await environment.plugin.check(resource.urn, inputs, { ...args });
  const requests = await environment.requestsOf(async () => {
    const options = { preview: true };
    const previewed = await environment.plugin.update(
      id,
      resource.urn,
      outputs,
      checked.inputs,
      inputs,
      options,
    );
    return Object.assign(checked, { previewed });
  });
  expect(requests).toEqual([]);
  return unwrapSecrets((checked as unknown as { previewed: never }).previewed) as Record<string, unknown>;
}

test("a new token's username is known, and a given login server", async () => {
  const tokenId = await environment.newToken();
  const { urn } = environment.credentials();
  const preview = async (args: Record<string, unknown>) => {
    const { inputs } = await environment.plugin.check(urn, {}, args);
    return (await environment.plugin.create(urn, inputs, { preview: true })).outputs;
  };
  const hidden = { password: unknown, passwords: unknown };
  expect((await preview({ tokenId })).expiry ?? null).toBeNull();
  expect((await preview({ tokenId, expirationInDays: 90 })).expiry).toBe(unknown);
  expect(await preview({ tokenId })).toMatchObject({
    ...hidden,
    username: nameOf(tokenId),
    loginServer: unknown,
    current: "password1",
  });
  expect(await preview({ tokenId, loginServer: "registry.example" })).toMatchObject({
    ...hidden,
    loginServer: "registry.example",
  });
  expect(await preview({ tokenId: unknown })).toMatchObject({ ...hidden, username: unknown });
});

test("all passwords are known if none is regenerated", async () => {
  const { resource, args } = await created();
  const { username, loginServer, password, passwords } = resource.exported;
  expect(await expected(resource, { ...args, rotateEveryDays: 30 })).toMatchObject({
    username,
    loginServer,
    password,
    passwords,
    rotateEveryDays: 30,
  });
});

test("a rotation makes the current password unknown", async () => {
  const { resource, args } = await created({ generation: "one" });
  expect(await expected(resource, { ...args, generation: "two" })).toMatchObject({
    username: resource.exported.username,
    loginServer: resource.exported.loginServer,
    password: unknown,
    passwords: unknown,
    current: "password2",
  });
});

test("the current password stays known if only the other slot is regenerated", async () => {
  const { tokenId, resource, args } = await created();
  await environment.client.generate(tokenId, "password2");
  await resource.refresh();
  expect(await expected(resource, args)).toMatchObject({
    password: resource.exported.password,
    passwords: unknown,
  });
});

test("with an unknown period, no password is known", async () => {
  const { resource, args } = await created();
  expect(await expected(resource, { ...args, rotateEveryDays: unknown })).toMatchObject({
    username: resource.exported.username,
    password: unknown,
    passwords: unknown,
  });
});

test("expiry and rotatesOn are known if they do not change, and null if there is none", async () => {
  const rotationInfo = ({ expiry, rotatesOn }: Record<string, unknown>) => [expiry, rotatesOn];
  const never = await created({ generation: "one" });
  expect(rotationInfo({ ...never.resource.exported })).toEqual([null, null]);
  expect(rotationInfo(await expected(never.resource, { ...never.args, waitUntilLive: true }))).toEqual([
    null,
    null,
  ]);
  expect(rotationInfo(await expected(never.resource, { ...never.args, generation: "two" }))).toEqual([
    null,
    null,
  ]);

  const { resource, args } = await created({ generation: "one", expirationInDays: 90 });
  const { expiry } = resource.exported;
  expect(expiry).toBe(resource.exported.passwords[0]?.expiry);
  expect(resource.exported.rotatesOn).toBe(environment.clock.day(45));
  const shorter = { ...args, rotateEveryDays: 30 };
  expect(rotationInfo(await expected(resource, shorter))).toEqual([expiry, environment.clock.day(30)]);
  const rotated = await expected(resource, { ...args, generation: "two" });
  expect(rotationInfo(rotated)).toEqual([unknown, environment.clock.day(45)]);
  const unsure = await expected(resource, { ...args, rotateEveryDays: unknown });
  expect(rotationInfo(unsure)).toEqual([unknown, unknown]);
  await resource.refresh();
  expect(rotationInfo({ ...resource.exported })).toEqual([expiry, environment.clock.day(45)]);
});

test("a state without them gets them in the next up, without a request", async () => {
  const { resource, args } = await created({ expirationInDays: 90 });
  const { expiry, rotatesOn, ...outputs } = resource.saved.outputs;
  resource.saved.outputs = outputs;
  expect(await resource.preview(args)).toMatchObject({ operation: "update", changed: [] });
  expect(await environment.requestsOf(() => resource.up(args))).toEqual([]);
  expect(resource.saved.outputs).toEqual({ ...outputs, expiry, rotatesOn });
  expect((await resource.preview(args)).operation).toBe("same");
});

test("a password is removed after its overlap, and the current password is known", async () => {
  const { resource, args } = await created({ generation: "one", overlapDays: 7 });
  const rotated = { ...args, generation: "two" };
  await resource.up(rotated);
  environment.clock.advance(8);
  const { password, passwords } = resource.exported;
  expect(await expected(resource, rotated)).toMatchObject({ password, passwords: [passwords[1]] });
});

test("a TokenAccess previews its inputs as outputs", async () => {
  const { urn } = environment.access();
  const tokenId = await environment.newToken();
  const scopeMapId = environment.scopeMapId("_repositories_pull");
  const { inputs } = await environment.plugin.check(urn, {}, { tokenId, scopeMapId });
  const { outputs } = await environment.plugin.create(urn, inputs, { preview: true });
  expect(outputs).toEqual({ tokenId, scopeMapId, status: "enabled" });
});

test("a false flag equals a missing flag: packages for other languages send every flag", async () => {
  const flags = { spreadRotation: false, waitUntilLive: false };
  const without = await created({ rotateEveryDays: 30 });
  const step = await without.resource.up({ ...without.args, ...flags });
  expect(step).toMatchObject({ operation: "same", inputs: flags });
  expect(await without.resource.preview(without.args)).toMatchObject({ operation: "same" });
  expect(await without.resource.preview({ ...without.args, waitUntilLive: true })).toMatchObject({
    operation: "update",
  });
});
