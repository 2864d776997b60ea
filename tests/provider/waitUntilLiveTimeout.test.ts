/** waitUntilLive with an unreachable registry: the exported password keeps working, and a later up completes the change. */
import { PluginError } from "local-azure/pulumi";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type CredentialsResource, nameOf, TestEnvironment } from "../support/testEnvironment.js";
import { created } from "./waiting.js";

let environment: TestEnvironment;
let loginServer: string;

beforeAll(async () => {
  environment = await TestEnvironment.start();
  loginServer = environment.azure.connection.registries[0].loginServer;
});

afterAll(() => environment?.close());

beforeEach(() => {
  environment.azure.faults.clear();
  environment.azure.replicationLagMs = 0;
});

/** The registry cannot be reached: every call fails at once. */
function closeRegistry(): void {
  environment.azure.faults.add({
    kind: "answer",
    host: "registry",
    status: 403,
    code: "DENIED",
    times: Number.POSITIVE_INFINITY,
  });
}

/** An up that generates a password which the registry does not accept yet: the state is unchanged. */
async function failsToSee(resource: CredentialsResource, args: Record<string, unknown>): Promise<string> {
  const before = resource.state;
  closeRegistry();
  const error = await resource.up(args).catch((thrown: unknown) => thrown);
  environment.azure.faults.clear();
  expect(error).toBeInstanceOf(PluginError);
  expect((error as PluginError).partial).toBeUndefined();
  expect(resource.state).toEqual(before);
  return (error as PluginError).message;
}

test("a create whose password is not accepted keeps both, and the next up only tries the login again", async () => {
  const tokenId = await environment.newToken();
  const resource = environment.credentials();
  const args = { tokenId, waitUntilLive: true, loginServer };

  closeRegistry();
  const error = (await resource.up(args).catch((thrown: unknown) => thrown)) as PluginError;
  expect(error.message).toContain(
    `the new password1 of token ${nameOf(tokenId)} is not known to work: the registry at https://${loginServer} cannot be asked from here (answered 403)`,
  );
  expect(error.partial).toBeDefined();
  for (const { value } of resource.exported.passwords) {
    expect(error.message).not.toContain(value);
    expect(environment.said).not.toContain(value);
  }
  // Still unreachable: the login is tried again, and the state stays, also after a refresh without drift.
  await resource.refresh();
  const { passwords, username } = resource.exported;
  expect((await resource.preview(args)).operation).toBe("update");
  await expect(resource.up(args)).rejects.toThrow("is not known to work");

  environment.azure.faults.clear();
  expect(await environment.writesOf(() => resource.up(args))).toEqual([]);
  expect(resource.exported.passwords).toEqual(passwords);
  expect(await environment.canLogIn(username, resource.exported.password)).toBe(true);
  expect((await resource.preview(args)).operation).toBe("same");
});

test("a create whose password is not accepted still waits after the other password is lost", async () => {
  const tokenId = await environment.newToken();
  const resource = environment.credentials();
  const args = { tokenId, waitUntilLive: true, loginServer };
  closeRegistry();
  await expect(resource.up(args)).rejects.toThrow("is not known to work");
  await environment.client.generate(tokenId, "password2");

  await resource.refresh();
  await expect(resource.up(args)).rejects.toThrow("is not known to work");

  environment.azure.faults.clear();
  await resource.up(args);
  expect(await environment.canLogIn(resource.exported.username, resource.exported.password)).toBe(true);
  expect((await resource.preview(args)).operation).toBe("same");
});

test("a --replace whose password is not accepted has the new passwords in the state, and the old passwords are cleared", async () => {
  const { resource, args } = await created(environment);
  const before = resource.exported;

  closeRegistry();
  await expect(resource.up(args, { replace: true })).rejects.toThrow("is not known to work");
  environment.azure.faults.clear();

  await resource.up(args);
  const { username, passwords } = resource.exported;
  for (const { name, value } of passwords) {
    expect(before.passwords.find((old) => old.name === name)?.value).not.toBe(value);
    expect(await environment.canLogIn(username, value)).toBe(true);
  }
  expect((await resource.preview(args)).operation).toBe("same");
});

test("a rotation whose password is not accepted keeps the old password current, and the next up rotates", async () => {
  const { resource, args } = await created(environment);
  const before = resource.exported;
  const next = { ...args, generation: "two" };

  await failsToSee(resource, next);
  expect(await environment.canLogIn(before.username, before.password)).toBe(true);
  expect((await resource.preview(next)).operation).toBe("update");

  await resource.up(next);
  expect(resource.exported.current).toBe("password2");
  expect(await environment.canLogIn(before.username, before.password)).toBe(true);
  expect(await environment.canLogIn(before.username, resource.exported.password)).toBe(true);
  expect((await resource.preview(next)).operation).toBe("same");
});

test.for([
  { what: "on the same day", days: 0 },
  { what: "days later", days: 3 },
])("another rotation after that still leaves the exported password alone, $what", async ({ days }) => {
  const { resource, args } = await created(environment);
  const before = resource.exported;
  await failsToSee(resource, { ...args, generation: "two" });
  environment.clock.advance(days);

  const third = { ...args, generation: "three" };
  await resource.up(third);

  const { username, password } = resource.exported;
  expect(await environment.canLogIn(username, before.password)).toBe(true);
  expect(password).not.toBe(before.password);
  expect(await environment.canLogIn(username, password)).toBe(true);
  expect((await resource.preview(third)).operation).toBe("same");
});

test("a rotation by time after that leaves the exported password alone", async () => {
  const { resource, args } = await created(environment, { rotateEveryDays: 30 });
  const before = resource.exported;
  environment.clock.advance(30);
  await failsToSee(resource, args);
  environment.clock.advance(30);

  await resource.up(args);

  const { username, password } = resource.exported;
  expect(await environment.canLogIn(username, before.password)).toBe(true);
  expect(password).not.toBe(before.password);
  expect(await environment.canLogIn(username, password)).toBe(true);
});

test("reverting the change after that, and a refresh, lead to a state that works", async () => {
  const { resource, args } = await created(environment);
  const before = resource.exported;
  await failsToSee(resource, { ...args, generation: "two" });

  await resource.refresh();
  await resource.up(args);

  const { username, password, passwords } = resource.exported;
  expect(password).toBe(before.password);
  expect(passwords).toHaveLength(2);
  for (const { value } of passwords) {
    expect(await environment.canLogIn(username, value)).toBe(true);
  }
});

test("the generated password is lost, which a refresh finds: the rotation still happens", async () => {
  const { tokenId, resource, args } = await created(environment);
  const before = resource.exported;
  const next = { ...args, generation: "two" };
  await failsToSee(resource, next);
  await environment.client.keepOnly(tokenId, ["password1"]);
  await resource.refresh();
  expect(resource.exported.password).toBe(before.password);

  await resource.up(next);

  const { username, password, passwords } = resource.exported;
  expect(passwords).toHaveLength(2);
  expect(await environment.canLogIn(username, before.password)).toBe(true);
  expect(await environment.canLogIn(username, password)).toBe(true);
  expect(password).not.toBe(before.password);
});
