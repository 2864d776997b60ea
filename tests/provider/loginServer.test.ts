/** The login server: found once, kept in the state, and checked by a refresh. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { nameOf, TestEnvironment } from "../support/testEnvironment";

let environment: TestEnvironment;
let loginServer: string;

beforeAll(async () => {
  environment = await TestEnvironment.start();
  loginServer = environment.azure.connection.registries[0].loginServer;
});

afterAll(() => environment?.close());

// A plugin caches the login server, so each test has its own plugin.
afterEach(() => environment.restart());

/** How often the registry itself is read while something is done. */
async function readsOf(work: () => Promise<unknown>): Promise<number> {
  const requests = await environment.requestsOf(work);
  return requests.filter(({ url }) => /registries\/myregistry\?/.test(url)).length;
}

test("it is found by one read of the registry for all its tokens", async () => {
  const tokens = [await environment.newToken(), await environment.newToken(), await environment.newToken()];
  const resources = tokens.map((tokenId) => ({
    tokenId,
    resource: environment.credentials(nameOf(tokenId)),
  }));
  const all = () => Promise.all(resources.map(({ tokenId, resource }) => resource.up({ tokenId })));

  expect(await readsOf(all)).toBe(1);
  expect(resources.map(({ resource }) => resource.exported.loginServer)).toEqual(
    tokens.map(() => loginServer),
  );

  await environment.restart();
  expect(await environment.requestsOf(all)).toEqual([]);
  expect(await readsOf(() => Promise.all(resources.map(({ resource }) => resource.refresh())))).toBe(1);
  expect(await environment.requestsOf(all)).toEqual([]);
});

test("it is the given host, and then no request is sent", async () => {
  const resource = environment.credentials();
  const args = { tokenId: await environment.newToken(), loginServer: "registry.example:8443" };
  expect(await readsOf(() => resource.up(args))).toBe(0);
  expect(await readsOf(() => resource.refresh())).toBe(0);
  expect(resource.exported.loginServer).toBe("registry.example:8443");

  expect((await resource.preview({ ...args, loginServer: "other.example" })).operation).toBe("update");
  expect(await environment.requestsOf(() => resource.up({ ...args, loginServer: "other.example" }))).toEqual(
    [],
  );
  expect(resource.exported.loginServer).toBe("other.example");

  expect(await readsOf(() => resource.up({ tokenId: args.tokenId }))).toBe(1);
  expect(resource.exported.loginServer).toBe(loginServer);
});

test("an invalid host is refused on the property", async () => {
  const args = { tokenId: await environment.newToken(), loginServer: "https://registry.example/" };
  await expect(environment.credentials().preview(args)).rejects.toThrow(
    'loginServer must be a host such as "myregistry.azurecr.io", without https://, got "https://registry.example/"',
  );
});

test("if it has changed, a refresh saves it, and the next preview shows no change", async () => {
  const resource = environment.credentials();
  const args = { tokenId: await environment.newToken() };
  await resource.up(args);
  const { password } = resource.exported;
  resource.saved.outputs.loginServer = "myregistry-old.azurecr.io";

  await resource.refresh();

  expect(resource.exported.loginServer).toBe(loginServer);
  expect(resource.exported.password).toBe(password);
  expect((await resource.preview(args)).operation).toBe("same");
});

test("a state without it is completed by an update that regenerates no password", async () => {
  const resource = environment.credentials();
  const args = { tokenId: await environment.newToken() };
  await resource.up(args);
  const before = resource.exported;
  delete resource.saved.outputs.loginServer;

  expect((await resource.preview(args)).operation).toBe("update");
  expect(await environment.writesOf(() => resource.up(args))).toEqual([]);
  expect(resource.exported).toEqual(before);
  expect((await resource.preview(args)).operation).toBe("same");
});

test("if the registry cannot be read, no password is generated", async () => {
  const resource = environment.credentials();
  const args = { tokenId: await environment.newToken() };
  const fault = {
    kind: "answer",
    status: 403,
    code: "AuthorizationFailed",
    path: /registries\/myregistry\?/,
  };
  environment.azure.faults.add(fault as never);

  const writes = await environment.writesOf(() =>
    expect(resource.up(args)).rejects.toThrow(
      /^could not find the login server of registry myregistry \(resource group myresourcegroup, subscription .*\): Azure answered 403 AuthorizationFailed .*; give the identity a role on the registry that allows Microsoft\.ContainerRegistry\/registries\/read/,
    ),
  );

  expect(writes).toEqual([]);
  expect(resource.state).toBeUndefined();
  // A failed read is sent again.
  await resource.up(args);
  expect(resource.exported.loginServer).toBe(loginServer);
});
