/** The passwords of a token: generated once, and kept. */
import { urn } from "provider-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { generateCredentialsStatus } from "../support/generateCredentials.js";
import { nameOf, TestEnvironment, writes } from "../support/testEnvironment.js";

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await TestEnvironment.start();
});

afterAll(() => environment?.close());

test("creating generates both passwords by one write, and they log in", async () => {
  const tokenId = await environment.newToken();
  const resource = environment.credentials();

  const requests = await environment.requestsOf(() => resource.up({ tokenId }));

  expect(writes(requests)).toEqual(["POST generateCredentials"]);
  expect(requests.find(({ url }) => url.includes("/generateCredentials"))?.status).toBe(
    generateCredentialsStatus,
  );
  expect(resource.saved.id).toBe(`${tokenId}/credentials`);
  const { username, password, passwords, current } = resource.exported;
  expect(username).toBe(nameOf(tokenId));
  expect(passwords.map(({ name }) => name)).toEqual(["password1", "password2"]);
  expect(current).toBe("password1");
  expect(password).toBe(resource.value("password1"));
  expect(resource.value("password2")).not.toBe(password);
  for (const { value } of passwords) {
    expect(await environment.canLogIn(username, value)).toBe(true);
  }
  expect(await environment.canLogIn(username, `${password}x`)).toBe(false);
});

test("a password of this token pulls what the scope map allows, and nothing else", async () => {
  await environment.newScopeMap("agent-only", "azureiotedge-agent");
  const tokenId = await environment.newToken({ scopeMap: "agent-only" });
  const resource = environment.credentials();
  await resource.up({ tokenId });

  const { username, password } = resource.exported;

  expect(await environment.client.canPull(username, password, "azureiotedge-agent", "1.5")).toBe(true);
  expect(await environment.client.canPull(username, password, "payroll", "latest")).toBe(false);
});

test("times are RFC 3339, to the millisecond those of Azure, and a password without expirationInDays has no expiry", async () => {
  const tokenId = await environment.newToken();
  const resource = environment.credentials();
  const before = environment.clock.now();

  await resource.up({ tokenId });

  const onAzure = await environment.client.slots(tokenId);
  for (const { name, creationTime, expiry } of resource.exported.passwords) {
    expect(creationTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(Date.parse(creationTime)).toBeGreaterThanOrEqual(before.getTime());
    const seen = onAzure.find((slot) => slot.name === name);
    expect(seen?.creationTime.slice(0, 23)).toBe(creationTime.slice(0, 23));
    expect(seen).not.toHaveProperty("expiry");
    expect(expiry).toBeNull();
  }
  expect(resource.slots).toEqual({
    password1: { version: 1, madeOn: environment.clock.day() },
    password2: { version: 1, madeOn: environment.clock.day() },
  });
});

test("with expirationInDays both passwords expire at the end of the day that many days ahead, in Azure as well", async () => {
  const tokenId = await environment.newToken();
  const resource = environment.credentials();

  await resource.up({ tokenId, expirationInDays: 90 });

  const onAzure = await environment.client.slots(tokenId);
  for (const { name, expiry } of resource.exported.passwords) {
    expect(expiry).toBe(`${environment.clock.day(90)}T23:59:59.000Z`);
    expect(Date.parse(String(onAzure.find((slot) => slot.name === name)?.expiry))).toBe(
      Date.parse(String(expiry)),
    );
    expect(resource.slots[name]).toEqual({
      version: 1,
      madeOn: environment.clock.day(),
      expiresOn: environment.clock.day(90),
    });
  }
});

test("an up without a change sends no request", async () => {
  const tokenId = await environment.newToken();
  const resource = environment.credentials();
  const args = {
    tokenId,
    generation: "one",
    rotateEveryDays: 30,
    expirationInDays: 90,
    azure: { clientId: environment.azure.connection.clientId },
  };
  await resource.up(args);
  const before = resource.state;

  const requests = await environment.requestsOf(async () => {
    const preview = await resource.preview(args);
    expect(preview).toMatchObject({ operation: "same", changed: [] });
    expect((await resource.up(args)).operation).toBe("same");
  });

  expect(requests).toEqual([]);
  expect(resource.state).toEqual(before);
});

test("a token's id in other letter case, as Azure may answer it, changes nothing", async () => {
  const tokenId = await environment.newToken();
  const resource = environment.credentials();
  await resource.up({ tokenId });

  const preview = await resource.preview({ tokenId: tokenId.replace("resourceGroups", "resourcegroups") });

  expect(preview.operation).toBe("same");
});

test("another token replaces: its passwords are generated before the old passwords are cleared", async () => {
  const tokenId = await environment.newToken();
  const otherId = await environment.newToken();
  const resource = environment.credentials();
  await resource.up({ tokenId });
  const old = resource.exported;

  expect((await resource.preview({ tokenId: otherId })).operation).toBe("replace");
  const writes = await environment.writesOf(() => resource.up({ tokenId: otherId }));

  expect(writes).toEqual(["POST generateCredentials", `PATCH ${nameOf(tokenId)}`]);
  const { username, password } = resource.exported;
  expect(username).toBe(nameOf(otherId));
  expect(await environment.canLogIn(username, password)).toBe(true);
  expect(await environment.canLogIn(old.username, old.password)).toBe(false);
  expect(await environment.client.slots(tokenId)).toEqual([]);
});

test("--replace regenerates both passwords, and the delete of the old resource does not clear them", async () => {
  const tokenId = await environment.newToken();
  const resource = environment.credentials();
  await resource.up({ tokenId });
  const old = resource.exported;

  const writes = await environment.writesOf(() => resource.up({ tokenId }, { replace: true }));

  expect(writes).toEqual(["POST generateCredentials"]);
  const { username, passwords } = resource.exported;
  for (const { value } of old.passwords) {
    expect(await environment.canLogIn(username, value)).toBe(false);
  }
  for (const { value } of passwords) {
    expect(await environment.canLogIn(username, value)).toBe(true);
  }
});

test("creating for a missing token reports the missing token", async () => {
  const tokenId = `${environment.registryId()}/tokens/no-such-token`;

  await expect(environment.credentials().up({ tokenId })).rejects.toThrow(
    /could not generate password1 and password2 of token no-such-token of registry myregistry .*Azure answered 404 ResourceNotFound .*request id [\w-]+; run pulumi refresh/,
  );
});

test("they cannot be imported, because Azure shows no password again, and the error advises adopt before anything else", async () => {
  const tokenId = await environment.newToken();

  await expect(
    environment.plugin.read(
      `${tokenId}/credentials`,
      urn("acr-token:index:TokenCredentials", "imported"),
      {},
    ),
  ).rejects.toThrow(
    /cannot be imported, because Azure shows a password only once, .* Give the argument adopt .* they keep working\. Without adopt/,
  );
});
