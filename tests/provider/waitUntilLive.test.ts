/** waitUntilLive: a new password is exported only once the registry accepts it. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { CheckError } from "../support/engine.js";
import { TestEnvironment } from "../support/testEnvironment.js";
import { until } from "../support/until.js";
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

test("without it the registry gets no login", async () => {
  const tokenId = await environment.newToken();

  const requests = await environment.requestsOf(() => environment.credentials().up({ tokenId, loginServer }));

  expect(requests.filter(({ host }) => host === "registry")).toEqual([]);
});

test("create and rotation return once the current password is accepted", async () => {
  environment.azure.replicationLagMs = 1200;
  const started = performance.now();
  const { resource, args } = await created(environment);
  expect(performance.now() - started).toBeGreaterThan(1200);
  const first = resource.exported;
  expect(await environment.canLogIn(first.username, first.password)).toBe(true);

  await resource.up({ ...args, generation: "two" });

  const { username, password } = resource.exported;
  expect(password).not.toBe(first.password);
  expect(await environment.canLogIn(username, password)).toBe(true);
  expect((await resource.preview({ ...args, generation: "two" })).operation).toBe("same");
});

test("a disabled token is not waited for", async () => {
  const tokenId = await environment.newToken({ status: "disabled" });
  const resource = environment.credentials();

  await resource.up({ tokenId, waitUntilLive: true, loginServer });

  expect(resource.exported.passwords).toHaveLength(2);
});

test("it must be true or false", async () => {
  const tokenId = `${environment.registryId()}/tokens/some-token`;
  const error = await environment
    .credentials()
    .preview({ tokenId, waitUntilLive: "yes" })
    .catch((thrown: unknown) => thrown);
  expect((error as CheckError).failures).toEqual([
    { property: "waitUntilLive", reason: 'waitUntilLive must be true or false, got "yes"' },
  ]);
});

test("it uses the found login server, if none is given", async () => {
  const resource = environment.credentials();
  const requests = await environment.requestsOf(async () =>
    resource.up({ tokenId: await environment.newToken(), waitUntilLive: true }),
  );
  expect(requests.filter(({ host }) => host === "registry").length).toBeGreaterThan(0);
  expect(resource.exported.loginServer).toBe(loginServer);
});

test("switching it on or off generates no password and sends no request", async () => {
  const { resource, args } = await created(environment);

  expect(await environment.requestsOf(() => resource.up({ ...args, waitUntilLive: false }))).toEqual([]);
  expect(await environment.requestsOf(() => resource.up(args))).toEqual([]);
});

test("an error reports a registry that does not accept it within two minutes", async () => {
  const { resource, args } = await created(environment);
  const before = resource.exported;
  environment.azure.replicationLagMs = 3_600_000;
  const next = { ...args, generation: "two" };
  const seen = environment.azure.requests.length;

  const updating = resource.up(next).catch((thrown: Error) => thrown.message);
  await until(() => environment.azure.requests.slice(seen).some(({ host }) => host === "registry"));
  environment.clock.elapse(120);

  expect(await updating).toMatch(/has not accepted it within 120 s: run pulumi up again later$/);
  expect(resource.exported.password).toBe(before.password);
  environment.azure.replicationLagMs = 0;
  await resource.up(next);
  expect(resource.exported.current).toBe("password2");
});

test("cancel ends the wait at once, and the next up rotates", async () => {
  const { resource, args } = await created(environment);
  const before = resource.exported;
  environment.azure.replicationLagMs = 3_600_000;
  const next = { ...args, generation: "two" };
  const seen = environment.azure.requests.length;
  const updating = resource.up(next).then(
    () => "no error",
    (thrown: Error) => thrown.message,
  );
  await until(() => environment.azure.requests.slice(seen).some(({ host }) => host === "registry"));

  const started = performance.now();
  await environment.plugin.cancel();
  const message = await updating;

  expect(performance.now() - started).toBeLessThan(2000);
  expect(message).toMatch(/^cancelled while waiting until the registry accepts password2 of token/);
  expect(resource.exported.password).toBe(before.password);
  await environment.restart();
  environment.azure.replicationLagMs = 0;
  await resource.up(next);
  expect(await environment.canLogIn(before.username, resource.exported.password)).toBe(true);
  expect(await environment.canLogIn(before.username, before.password)).toBe(true);
});

test("the plugin is killed during the wait: the next up rotates, and the exported password keeps working", async () => {
  const { resource, args } = await created(environment);
  const before = resource.exported;
  environment.azure.replicationLagMs = 3_600_000;
  const next = { ...args, generation: "two" };
  const seen = environment.azure.requests.length;
  const updating = resource.up(next).catch((thrown: Error) => thrown.message);
  await until(() => environment.azure.requests.slice(seen).some(({ host }) => host === "registry"));
  await environment.restart({ kill: true });
  expect(await updating).toContain("The plugin does not answer");
  environment.azure.replicationLagMs = 0;

  await resource.up(next);

  expect(resource.exported.current).toBe("password2");
  expect(await environment.canLogIn(before.username, resource.exported.password)).toBe(true);
  expect(await environment.canLogIn(before.username, before.password)).toBe(true);
});
