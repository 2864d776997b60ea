/** The effect of a PUT and a PATCH of a token on its passwords. */
import { expect, test } from "vitest";
import {
  arm,
  group,
  makeToken,
  quick,
  registry,
  registryOf,
  registryPath,
  sdk,
  startAzure,
} from "./support.js";

const pull = "/scopeMaps/_repositories_pull";

test("a new token's credentials are {passwords: []}", async () => {
  const azure = await startAzure();
  const request = await arm(azure);
  const path = registryPath(azure, "/tokens/edge-1");
  const expected = { passwords: [] };

  const put = await request("PUT", path, { properties: { scopeMapId: registryPath(azure, pull) } });

  expect(put.body.properties.credentials).toEqual(expected);
  expect((await request("GET", path)).body.properties.credentials).toEqual(expected);
});

test("a PUT whose body has no credentials drops every password", async () => {
  const azure = await startAzure();
  const { name, passwords, scopeMapId } = await makeToken(azure);
  const { tokens } = sdk(azure);
  expect(await registryOf(azure).login(name, passwords[0])).toBe(200);

  const token = await tokens.create(group, registry, name, { scopeMapId, status: "enabled" }, quick);

  expect(token.credentials?.passwords).toEqual([]);
  expect(await registryOf(azure).login(name, passwords[0])).toBe(401);
  expect(await registryOf(azure).login(name, passwords[1])).toBe(401);
});

test("a PUT keeps the passwords that it lists by name and creationTime, compared by milliseconds", async () => {
  const azure = await startAzure();
  const { name, passwords, scopeMapId } = await makeToken(azure);
  const { tokens } = sdk(azure);
  const before = await tokens.get(group, registry, name);
  // In the SDK these times are Dates, without microseconds.
  const kept = before.credentials?.passwords?.map(({ name, creationTime }) => ({ name, creationTime }));

  await tokens.create(group, registry, name, { scopeMapId, credentials: { passwords: kept } }, quick);

  expect(await registryOf(azure).login(name, passwords[0])).toBe(200);
  expect(await registryOf(azure).login(name, passwords[1])).toBe(200);
});

test("a PUT drops a password that was regenerated since the creationTime that it sends", async () => {
  const azure = await startAzure();
  const { id, name, scopeMapId, passwords } = await makeToken(azure);
  const client = sdk(azure);
  const before = await client.tokens.get(group, registry, name);
  await new Promise((resolve) => setTimeout(resolve, 5));
  await client.registries.generateCredentials(group, registry, { tokenId: id, name: "password1" }, quick);

  const { credentials } = before;
  const token = await client.tokens.create(group, registry, name, { scopeMapId, credentials }, quick);

  expect(token.credentials?.passwords?.map(({ name }) => name)).toEqual(["password2"]);
  expect(await registryOf(azure).login(name, passwords[1])).toBe(200);
});

test("a password as input does not log in: its value is read-only and its slot cannot be filled", async () => {
  const azure = await startAzure();
  const { name, passwords, scopeMapId } = await makeToken(azure);
  const request = await arm(azure);
  const put = (token: string, body: object) =>
    request("PUT", registryPath(azure, `/tokens/${token}`), { properties: { scopeMapId, ...body } });
  const credentials = { passwords: [{ name: "password1", value: "chosen-by-me" }] };

  expect((await put(name, { credentials })).status).toBe(201);
  expect(await registryOf(azure).login(name, "chosen-by-me")).toBe(401);
  expect(await registryOf(azure).login(name, passwords[0])).toBe(200);
  expect((await put("edge-2", { credentials })).body.error.code).toBe("InvalidTokenPassword");
});

test("a PATCH of status or scopeMapId keeps the passwords", async () => {
  const azure = await startAzure();
  const { name, passwords } = await makeToken(azure, { expiry: new Date("2099-01-01T00:00:00Z") });
  const { tokens } = sdk(azure);
  const before = await tokens.get(group, registry, name);

  await tokens.update(group, registry, name, { status: "disabled" }, quick);
  await tokens.update(group, registry, name, { scopeMapId: registryPath(azure, pull) }, quick);
  const after = await tokens.update(group, registry, name, { status: "enabled" }, quick);

  expect(after).toMatchObject({ status: "enabled", scopeMapId: registryPath(azure, pull) });
  expect(after.credentials).toEqual(before.credentials);
  expect(await registryOf(azure).login(name, passwords[0])).toBe(200);
});

test("a PATCH of credentials.passwords keeps the listed slots; an empty list clears both", async () => {
  const azure = await startAzure();
  const { name, passwords } = await makeToken(azure);
  const { tokens } = sdk(azure);

  await tokens.update(group, registry, name, { credentials: { passwords: [{ name: "password2" }] } }, quick);
  expect(await registryOf(azure).login(name, passwords[0])).toBe(401);
  expect(await registryOf(azure).login(name, passwords[1])).toBe(200);

  await tokens.update(group, registry, name, { credentials: { passwords: [] } }, quick);
  expect(await registryOf(azure).login(name, passwords[1])).toBe(401);
});

test("a kept slot keeps its expiry only if the body sends it", async () => {
  const azure = await startAzure();
  const expiry = new Date("2099-01-01T00:00:00Z");
  const { name } = await makeToken(azure, { expiry });
  const { tokens } = sdk(azure);

  const kept = await tokens.update(
    group,
    registry,
    name,
    { credentials: { passwords: [{ name: "password1", expiry }, { name: "password2" }] } },
    quick,
  );

  expect(kept.credentials?.passwords?.map(({ name, expiry }) => [name, expiry])).toEqual([
    ["password1", expiry],
    ["password2", undefined],
  ]);
});

test("a slot is password1 or password2", async () => {
  const azure = await startAzure();
  const { id } = await makeToken(azure);
  const request = await arm(azure);

  const answer = await request("PATCH", id, {
    properties: { credentials: { passwords: [{ name: "password3" }] } },
  });

  expect([answer.status, answer.body.error.code]).toEqual([400, "InvalidTokenPasswordName"]);
});
