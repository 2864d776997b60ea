/** waitUntilLive: a new password is the one to use only once the registry accepts it. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { CheckError } from "../support/engine.js";
import { TestEnvironment } from "../support/testEnvironment.js";
import { until } from "../support/until.js";
import { created } from "./waiting.js";

let stage: TestEnvironment;
let loginServer: string;

beforeAll(async () => {
  stage = await TestEnvironment.start();
  loginServer = stage.azure.connection.registries[0].loginServer;
});

afterAll(() => stage?.close());

beforeEach(() => {
  stage.azure.faults.clear();
  stage.azure.replicationLag = 0;
});

test("without it the registry is not asked", async () => {
  const tokenId = await stage.newToken();

  const requests = await stage.requestsOf(() => stage.credentials().up({ tokenId, loginServer }));

  expect(requests.filter(({ host }) => host === "registry")).toEqual([]);
});

test("create and rotation return once the current password is accepted", async () => {
  stage.azure.replicationLag = 1200;
  const started = performance.now();
  const { resource, args } = await created(stage);
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
  const { resource, args } = await created(stage);

  expect(await stage.requestsOf(() => resource.up({ ...args, waitUntilLive: false }))).toEqual([]);
  expect(await stage.requestsOf(() => resource.up(args))).toEqual([]);
});

test("a registry that does not accept it within two minutes is an error that says so", async () => {
  const { resource, args } = await created(stage);
  const before = resource.exported;
  stage.azure.replicationLag = 3_600_000;
  const next = { ...args, generation: "two" };
  const seen = stage.azure.requests.length;

  const updating = resource.up(next).catch((thrown: Error) => thrown.message);
  await until(() => stage.azure.requests.slice(seen).some(({ host }) => host === "registry"));
  stage.clock.elapse(120);

  expect(await updating).toMatch(/has not accepted it within 120 s: run pulumi up again later$/);
  expect(resource.exported.password).toBe(before.password);
  stage.azure.replicationLag = 0;
  await resource.up(next);
  expect(resource.exported.current).toBe("password2");
});

test("cancel ends the wait at once, and the next up rotates", async () => {
  const { resource, args } = await created(stage);
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
  const { resource, args } = await created(stage);
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
