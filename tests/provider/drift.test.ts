/** Changes of a token outside Pulumi: a refresh finds them, a preview shows them, one up fixes them. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type CredentialsResource,
  nameOf,
  type SlotName,
  TestEnvironment,
} from "../support/testEnvironment.js";

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await TestEnvironment.start({
    registries: [
      { name: "myregistry", resourceGroup: "myresourcegroup" },
      { name: "doomedregistry", resourceGroup: "myresourcegroup" },
      { name: "otherregistry", resourceGroup: "doomedgroup" },
    ],
  });
});

afterAll(() => environment?.close());

beforeEach(() => environment.azure.faults.clear());

const slotNames: SlotName[] = ["password1", "password2"];
const other = (slot: SlotName): SlotName => (slot === "password1" ? "password2" : "password1");

async function created(
  args: Record<string, unknown> = {},
  registry?: string,
): Promise<{ tokenId: string; resource: CredentialsResource; args: { tokenId: string } }> {
  const tokenId = await environment.newToken({ registry });
  const resource = environment.credentials();
  await resource.up({ tokenId, ...args });
  return { tokenId, resource, args: { tokenId, ...args } };
}

/** One up regenerates the lost passwords by one write. Then both passwords of the state log in. */
async function mends(resource: CredentialsResource, args: Record<string, unknown>): Promise<void> {
  expect((await resource.preview(args)).operation).toBe("update");
  const writes = await environment.writesOf(() => resource.up(args));
  expect(writes).toEqual(["POST generateCredentials"]);
  await works(resource);
  expect((await resource.preview(args)).operation).toBe("same");
}

async function works(resource: CredentialsResource): Promise<void> {
  const { username, passwords, password, current } = resource.exported;
  expect(passwords.map(({ name }) => name)).toEqual(slotNames);
  expect(password).toBe(resource.value(current));
  for (const { value } of passwords) {
    expect(await environment.canLogIn(username, value)).toBe(true);
  }
}

test("a refresh without drift changes nothing", async () => {
  const { resource, args } = await created({ generation: "one", expirationInDays: 90 });
  const before = resource.state;

  const requests = await environment.requestsOf(() => resource.refresh());

  expect(requests.filter(({ host }) => host === "resourceManager").map(({ method }) => method)).toEqual([
    ...requests.filter(({ url }) => url.startsWith("/metadata")).map(() => "GET"),
    // The token, and the registry for its login server.
    "GET",
    "GET",
  ]);
  expect(resource.state).toEqual(before);
  expect((await resource.preview(args)).operation).toBe("same");
});

test.for(slotNames)("%s regenerated outside Pulumi is reported as lost, and regenerated", async (lost) => {
  const { tokenId, resource, args } = await created();
  const before = resource.exported;
  environment.clock.advance(1);
  const [theirs] = await environment.client.generate(tokenId, lost);

  await resource.refresh();

  expect(resource.slots[lost]).toEqual({
    version: 1,
    lost: expect.stringMatching(
      /^regenerated outside of this state, \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
    ),
  });
  expect(resource.slots[lost].lost).toContain(environment.clock.day());
  const { current, password, passwords, username } = resource.exported;
  expect(current).toBe(other(lost));
  expect(passwords.map(({ name }) => name)).toEqual([other(lost)]);
  expect(password).toBe(before.passwords.find(({ name }) => name === other(lost))?.value);
  expect(await environment.canLogIn(username, password)).toBe(true);
  const plan = await resource.preview(args);
  expect(plan.changed).toEqual([`slots.${lost}.lost`, `slots.${lost}.madeOn`, `slots.${lost}.version`]);

  await mends(resource, args);

  expect(resource.exported.current).toBe(other(lost));
  expect(resource.exported.password).toBe(password);
  expect(await environment.canLogIn(username, theirs.value)).toBe(false);
});

test.for(slotNames)("%s cleared outside Pulumi is reported as lost, and regenerated", async (lost) => {
  const { tokenId, resource, args } = await created({ expirationInDays: 90 });
  const kept = resource.value(other(lost));
  await environment.client.keepOnly(tokenId, [other(lost)]);

  await resource.refresh();

  expect(resource.slots[lost]).toEqual({ version: 1, lost: "cleared outside of this state" });
  expect(resource.exported.current).toBe(other(lost));
  expect(resource.exported.password).toBe(kept);
  await mends(resource, args);
  expect(resource.exported.password).toBe(kept);
});

test("a second refresh keeps what the first one found, and its reason", async () => {
  const { tokenId, resource, args } = await created();
  await environment.client.keepOnly(tokenId, ["password2"]);
  await resource.refresh();
  const before = resource.state;

  await resource.refresh();

  expect(resource.state).toEqual(before);
  await mends(resource, args);
});

test("the other password is lost later: both are regenerated by one write", async () => {
  const { tokenId, resource, args } = await created();
  await environment.client.keepOnly(tokenId, ["password2"]);
  await resource.refresh();
  await environment.client.generate(tokenId, "password2");
  await resource.refresh();

  expect(resource.slots.password1.lost).toBe("cleared outside of this state");
  expect(resource.slots.password2.lost).toMatch(/^regenerated outside of this state/);
  expect(resource.exported.password).toBeUndefined();
  expect(resource.exported.passwords).toEqual([]);
  await mends(resource, args);
});

test("both regenerated outside Pulumi: both lost, none exported, one write regenerates them", async () => {
  const { tokenId, resource, args } = await created();
  await environment.client.generate(tokenId);

  await resource.refresh();

  expect(Object.values(resource.slots).map(({ lost }) => lost !== undefined)).toEqual([true, true]);
  expect(resource.exported.password).toBeUndefined();
  const plan = await resource.preview(args);
  expect(plan.changed).toEqual([
    "slots.password1.lost",
    "slots.password1.madeOn",
    "slots.password1.version",
    "slots.password2.lost",
    "slots.password2.madeOn",
    "slots.password2.version",
  ]);
  await mends(resource, args);
});

test("a PUT outside Pulumi removes both passwords: found and regenerated", async () => {
  const { tokenId, resource, args } = await created();
  const { username, password } = resource.exported;
  await environment.client.arm("PUT", tokenId, {
    properties: { scopeMapId: environment.scopeMapId("_repositories_pull") },
  });
  expect(await environment.canLogIn(username, password)).toBe(false);

  await resource.refresh();

  expect(resource.slots).toEqual({
    password1: { version: 1, lost: "cleared outside of this state" },
    password2: { version: 1, lost: "cleared outside of this state" },
  });
  await mends(resource, args);
});

test("a lost slot and a due rotation: one write, and the other password keeps working", async () => {
  const { tokenId, resource } = await created({ generation: "one" });
  await environment.client.keepOnly(tokenId, ["password2"]);
  await resource.refresh();
  const survivor = resource.exported.password;

  await mends(resource, { tokenId, generation: "two" });

  expect(resource.exported.current).toBe("password1");
  expect(resource.value("password2")).toBe(survivor);
});

test("a deleted token is removed from the state", async () => {
  const { tokenId, resource } = await created();
  await environment.client.arm("DELETE", tokenId);

  await resource.refresh();

  expect(resource.state).toBeUndefined();
});

test("a token created again under the same name has none of the passwords in the state", async () => {
  const { tokenId, resource, args } = await created();
  await environment.client.arm("DELETE", tokenId);
  await environment.newToken({ name: nameOf(tokenId) });

  await resource.refresh();

  expect(resource.slots).toEqual({
    password1: { version: 1, lost: "cleared outside of this state" },
    password2: { version: 1, lost: "cleared outside of this state" },
  });
  await mends(resource, args);
});

test("a deleted registry removes the resource from the state", async () => {
  const { resource } = await created({}, "doomedregistry");
  await environment.client.arm("DELETE", environment.registryId("doomedregistry"));

  await resource.refresh();

  expect(resource.state).toBeUndefined();
});

test("a deleted resource group removes the resource from the state", async () => {
  const { resource } = await created({}, "otherregistry");
  const id = environment.registryId("otherregistry");
  await environment.client.arm("DELETE", id.slice(0, id.indexOf("/providers/")));

  await resource.refresh();

  expect(resource.state).toBeUndefined();
});

describe("a refresh that cannot read the token fails, and keeps the state", () => {
  const refuses = async (resource: CredentialsResource, message: RegExp) => {
    const before = resource.state;
    await expect(resource.refresh()).rejects.toThrow(message);
    expect(resource.state).toEqual(before);
  };

  test.for([
    { status: 401, code: "InvalidAuthenticationToken", advice: /check the identity's secret and tenant/ },
    { status: 403, code: "AuthorizationFailed", advice: /give the identity a role on the registry/ },
    { status: 404, code: "SubscriptionNotFound", advice: /Azure answered 404 SubscriptionNotFound/ },
    { status: 400, code: "InvalidApiVersionParameter", advice: /Azure answered 400/ },
  ])("Azure answers $status $code", async ({ status, code, advice }) => {
    const { tokenId, resource } = await created();
    environment.azure.faults.add({
      kind: "answer",
      host: "resourceManager",
      path: new RegExp(nameOf(tokenId)),
      status,
      code,
      times: Number.POSITIVE_INFINITY,
    });

    await refuses(resource, advice);
  });

  test("the identity cannot see the subscription", async () => {
    const { tokenId, resource } = await created();
    const elsewhere = tokenId.replace(
      environment.azure.connection.subscriptionId,
      "99999999-9999-4999-8999-999999999999",
    );
    resource.saved.inputs.tokenId = elsewhere;

    await refuses(resource, /Azure answered 404 SubscriptionNotFound/);
  });

  test("a proxy answers 404 instead of Azure", async () => {
    const { tokenId, resource } = await created();
    environment.azure.faults.add({
      kind: "answer",
      host: "resourceManager",
      path: new RegExp(nameOf(tokenId)),
      status: 404,
      code: "NoSuchPage",
    });

    await refuses(resource, /404/);
  });

  test("the sign-in host answers 404", async () => {
    const { resource } = await created();
    await environment.restart();
    environment.azure.faults.add({
      kind: "answer",
      host: "authority",
      status: 404,
      code: "not_found",
      times: Number.POSITIVE_INFINITY,
    });

    await refuses(resource, /./);
  });
});
