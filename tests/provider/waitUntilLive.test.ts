/** waitUntilLive: a new password is the one to use only once the registry accepts it. */
import { PluginError } from "local-azure/pulumi";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { CheckError } from "../support/engine.js";
import { type CredentialsResource, nameOf, Stage } from "../support/stage.js";
import { until } from "../support/until.js";

let stage: Stage;
let loginServer: string;

beforeAll(async () => {
  stage = await Stage.set();
  loginServer = stage.azure.connection.registries[0].loginServer;
});

afterAll(() => stage?.close());

beforeEach(() => {
  stage.azure.faults.clear();
  stage.azure.replicationLag = 0;
});

/** A resource that exists, and arguments that wait. */
async function created(more: Record<string, unknown> = {}) {
  const tokenId = await stage.newToken();
  const resource = stage.credentials();
  const args = { tokenId, waitUntilLive: true, loginServer, generation: "one", ...more };
  await resource.up(args);
  return { tokenId, resource, args };
}

/** The registry cannot be asked: every call fails at once. */
function closeRegistry(): void {
  stage.azure.faults.add({
    kind: "answer",
    host: "registry",
    status: 403,
    code: "DENIED",
    times: Number.POSITIVE_INFINITY,
  });
}

/** An up that makes a password and does not see it accepted: the state stays as it was. */
async function failsToSee(resource: CredentialsResource, args: Record<string, unknown>): Promise<string> {
  const before = resource.state;
  closeRegistry();
  const error = await resource.up(args).catch((thrown: unknown) => thrown);
  stage.azure.faults.clear();
  expect(error).toBeInstanceOf(PluginError);
  expect((error as PluginError).partial).toBeUndefined();
  expect(resource.state).toEqual(before);
  return (error as PluginError).message;
}

test("without it the registry is not asked", async () => {
  const tokenId = await stage.newToken();

  const requests = await stage.requestsOf(() => stage.credentials().up({ tokenId, loginServer }));

  expect(requests.filter(({ host }) => host === "registry")).toEqual([]);
});

test("create and rotation return once the current password is accepted", async () => {
  stage.azure.replicationLag = 1200;
  const started = performance.now();
  const { resource, args } = await created();
  expect(performance.now() - started).toBeGreaterThan(1200);
  const first = resource.exported;
  expect(await stage.canLogIn(first.username, first.password)).toBe(true);

  await resource.up({ ...args, generation: "two" });

  const { username, password } = resource.exported;
  expect(password).not.toBe(first.password);
  expect(await stage.canLogIn(username, password)).toBe(true);
  expect((await resource.preview({ ...args, generation: "two" })).operation).toBe("same");
});

test("a disabled token is not waited for", async () => {
  const tokenId = await stage.newToken({ status: "disabled" });
  const resource = stage.credentials();

  await resource.up({ tokenId, waitUntilLive: true, loginServer });

  expect(resource.exported.passwords).toHaveLength(2);
});

test("it is a yes or a no", async () => {
  const tokenId = `${stage.registryId()}/tokens/some-token`;
  const error = await stage
    .credentials()
    .preview({ tokenId, waitUntilLive: "yes" })
    .catch((thrown: unknown) => thrown);
  expect((error as CheckError).failures).toEqual([
    { property: "waitUntilLive", reason: 'waitUntilLive must be true or false, got "yes"' },
  ]);
});

test("it asks the login server that is found, where none is given", async () => {
  const resource = stage.credentials();
  const requests = await stage.requestsOf(async () =>
    resource.up({ tokenId: await stage.newToken(), waitUntilLive: true }),
  );
  expect(requests.filter(({ host }) => host === "registry").length).toBeGreaterThan(0);
  expect(resource.exported.loginServer).toBe(loginServer);
});

test("switching it on or off makes no password and asks nobody", async () => {
  const { resource, args } = await created();

  expect(await stage.requestsOf(() => resource.up({ ...args, waitUntilLive: false }))).toEqual([]);
  expect(await stage.requestsOf(() => resource.up(args))).toEqual([]);
});

test("a create that does not see its password accepted keeps both, and the next up only asks again", async () => {
  const tokenId = await stage.newToken();
  const resource = stage.credentials();
  const args = { tokenId, waitUntilLive: true, loginServer };

  closeRegistry();
  const error = (await resource.up(args).catch((thrown: unknown) => thrown)) as PluginError;
  expect(error.message).toContain(
    `the new password1 of token ${nameOf(tokenId)} is not known to work: the registry at https://${loginServer} cannot be asked from here (answered 403)`,
  );
  expect(error.partial).toBeDefined();
  for (const { value } of resource.exported.passwords) {
    expect(error.message).not.toContain(value);
    expect(stage.said).not.toContain(value);
  }
  // Still closed: it is asked again, and the state stays.
  const { passwords, username } = resource.exported;
  expect((await resource.preview(args)).operation).toBe("update");
  await expect(resource.up(args)).rejects.toThrow("is not known to work");

  stage.azure.faults.clear();
  expect(await stage.writesOf(() => resource.up(args))).toEqual([]);
  expect(resource.exported.passwords).toEqual(passwords);
  expect(await stage.canLogIn(username, resource.exported.password)).toBe(true);
  expect((await resource.preview(args)).operation).toBe("same");
});

test("a --replace that does not see its password accepted has the new ones in the state, and the old are gone", async () => {
  const { resource, args } = await created();
  const before = resource.exported;

  closeRegistry();
  await expect(resource.up(args, { replace: true })).rejects.toThrow("is not known to work");
  stage.azure.faults.clear();

  await resource.up(args);
  const { username, passwords } = resource.exported;
  for (const { name, value } of passwords) {
    expect(before.passwords.find((old) => old.name === name)?.value).not.toBe(value);
    expect(await stage.canLogIn(username, value)).toBe(true);
  }
  expect((await resource.preview(args)).operation).toBe("same");
});

test("a rotation that does not see its password accepted leaves the old one current, and the next up rotates", async () => {
  const { resource, args } = await created();
  const before = resource.exported;
  const next = { ...args, generation: "two" };

  await failsToSee(resource, next);
  expect(await stage.canLogIn(before.username, before.password)).toBe(true);
  expect((await resource.preview(next)).operation).toBe("update");

  await resource.up(next);
  expect(resource.exported.current).toBe("password2");
  expect(await stage.canLogIn(before.username, before.password)).toBe(true);
  expect(await stage.canLogIn(before.username, resource.exported.password)).toBe(true);
  expect((await resource.preview(next)).operation).toBe("same");
});

test.for([
  { what: "on the same day", days: 0 },
  { what: "days later", days: 3 },
])("another rotation after that still leaves the exported password alone, $what", async ({ days }) => {
  const { resource, args } = await created();
  const before = resource.exported;
  await failsToSee(resource, { ...args, generation: "two" });
  stage.clock.advance(days);

  const third = { ...args, generation: "three" };
  await resource.up(third);

  const { username, password } = resource.exported;
  expect(await stage.canLogIn(username, before.password)).toBe(true);
  expect(password).not.toBe(before.password);
  expect(await stage.canLogIn(username, password)).toBe(true);
  expect((await resource.preview(third)).operation).toBe("same");
});

test("a rotation by time after that leaves the exported password alone", async () => {
  const { resource, args } = await created({ rotateEveryDays: 30 });
  const before = resource.exported;
  stage.clock.advance(30);
  await failsToSee(resource, args);
  stage.clock.advance(30);

  await resource.up(args);

  const { username, password } = resource.exported;
  expect(await stage.canLogIn(username, before.password)).toBe(true);
  expect(password).not.toBe(before.password);
  expect(await stage.canLogIn(username, password)).toBe(true);
});

test("the change taken back after that, and a refresh, lead to a state that works", async () => {
  const { resource, args } = await created();
  const before = resource.exported;
  await failsToSee(resource, { ...args, generation: "two" });

  await resource.refresh();
  await resource.up(args);

  const { username, password, passwords } = resource.exported;
  expect(password).toBe(before.password);
  expect(passwords).toHaveLength(2);
  for (const { value } of passwords) {
    expect(await stage.canLogIn(username, value)).toBe(true);
  }
});

test("the password that was made is lost, which a refresh sees: the rotation still takes place", async () => {
  const { tokenId, resource, args } = await created();
  const before = resource.exported;
  const next = { ...args, generation: "two" };
  await failsToSee(resource, next);
  await stage.client.keepOnly(tokenId, ["password1"]);
  await resource.refresh();
  expect(resource.exported.password).toBe(before.password);

  await resource.up(next);

  const { username, password, passwords } = resource.exported;
  expect(passwords).toHaveLength(2);
  expect(await stage.canLogIn(username, before.password)).toBe(true);
  expect(await stage.canLogIn(username, password)).toBe(true);
  expect(password).not.toBe(before.password);
});

test("a registry that does not accept it within two minutes is an error that says so", async () => {
  const { resource, args } = await created();
  const before = resource.exported;
  stage.azure.replicationLag = 3_600_000;
  const next = { ...args, generation: "two" };
  const seen = stage.azure.requests.length;

  const updating = resource.up(next).catch((thrown: Error) => thrown.message);
  await until(() => stage.azure.requests.slice(seen).some(({ host }) => host === "registry"));
  stage.clock.advance(1);

  expect(await updating).toMatch(/has not accepted it within 120 s: run pulumi up again later$/);
  expect(resource.exported.password).toBe(before.password);
  stage.azure.replicationLag = 0;
  await resource.up(next);
  expect(resource.exported.current).toBe("password2");
});

test("cancel ends the wait at once, and the next up rotates", async () => {
  const { resource, args } = await created();
  const before = resource.exported;
  stage.azure.replicationLag = 3_600_000;
  const next = { ...args, generation: "two" };
  const seen = stage.azure.requests.length;
  const updating = resource.up(next).then(
    () => "no error",
    (thrown: Error) => thrown.message,
  );
  await until(() => stage.azure.requests.slice(seen).some(({ host }) => host === "registry"));

  const started = performance.now();
  await stage.plugin.cancel();
  const message = await updating;

  expect(performance.now() - started).toBeLessThan(2000);
  expect(message).toMatch(/^cancelled while waiting until the registry accepts password2 of token/);
  expect(resource.exported.password).toBe(before.password);
  await stage.restart();
  stage.azure.replicationLag = 0;
  await resource.up(next);
  expect(await stage.canLogIn(before.username, resource.exported.password)).toBe(true);
  expect(await stage.canLogIn(before.username, before.password)).toBe(true);
});

test("the plugin is killed during the wait: the next up rotates after all, and the exported password goes on", async () => {
  const { resource, args } = await created();
  const before = resource.exported;
  stage.azure.replicationLag = 3_600_000;
  const next = { ...args, generation: "two" };
  const seen = stage.azure.requests.length;
  const updating = resource.up(next).catch((thrown: Error) => thrown.message);
  await until(() => stage.azure.requests.slice(seen).some(({ host }) => host === "registry"));
  await stage.restart({ kill: true });
  expect(await updating).toContain("The plugin does not answer");
  stage.azure.replicationLag = 0;

  await resource.up(next);

  expect(resource.exported.current).toBe("password2");
  expect(await stage.canLogIn(before.username, resource.exported.password)).toBe(true);
  expect(await stage.canLogIn(before.username, before.password)).toBe(true);
});
