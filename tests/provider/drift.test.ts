/** What somebody else does to a token: seen by a refresh, said by the preview, mended by one up. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type CredentialsResource,
  nameOf,
  type SlotName,
  TestEnvironment,
} from "../support/testEnvironment.js";

let stage: TestEnvironment;

beforeAll(async () => {
  stage = await TestEnvironment.start({
    registries: [
      { name: "myregistry", resourceGroup: "myresourcegroup" },
      { name: "doomedregistry", resourceGroup: "myresourcegroup" },
      { name: "otherregistry", resourceGroup: "doomedgroup" },
    ],
  });
});

afterAll(() => stage?.close());

beforeEach(() => stage.azure.faults.clear());

const slotNames: SlotName[] = ["password1", "password2"];
const other = (slot: SlotName): SlotName => (slot === "password1" ? "password2" : "password1");

async function created(
  args: Record<string, unknown> = {},
  registry?: string,
): Promise<{ tokenId: string; resource: CredentialsResource; args: { tokenId: string } }> {
  const tokenId = await stage.newToken({ registry });
  const resource = stage.credentials();
  await resource.up({ tokenId, ...args });
  return { tokenId, resource, args: { tokenId, ...args } };
}

/** One up mends what is lost by one write: afterwards both passwords of the state log in. */
async function mends(resource: CredentialsResource, args: Record<string, unknown>): Promise<void> {
  expect((await resource.preview(args)).operation).toBe("update");
  const writes = await stage.writesOf(() => resource.up(args));
  expect(writes).toEqual(["POST generateCredentials"]);
  await works(resource);
  expect((await resource.preview(args)).operation).toBe("same");
}

async function works(resource: CredentialsResource): Promise<void> {
  const { username, passwords, password, current } = resource.exported;
  expect(passwords.map(({ name }) => name)).toEqual(slotNames);
  expect(password).toBe(resource.value(current));
  for (const { value } of passwords) {
    expect(await stage.canLogIn(username, value)).toBe(true);
  }
}

test("a refresh without drift changes nothing", async () => {
  const { resource, args } = await created({ generation: "one", expirationInDays: 90 });
  const before = resource.state;

  const requests = await stage.requestsOf(() => resource.refresh());

  expect(requests.filter(({ host }) => host === "resourceManager").map(({ method }) => method)).toEqual([
    ...requests.filter(({ url }) => url.startsWith("/metadata")).map(() => "GET"),
    // The token, and the registry for its login server.
    "GET",
    "GET",
  ]);
  expect(resource.state).toEqual(before);
  expect((await resource.preview(args)).operation).toBe("same");
});

test.for(slotNames)("%s made anew by somebody else is said to be lost, and mended", async (lost) => {
  const { tokenId, resource, args } = await created();
  const before = resource.exported;
  stage.clock.advance(1);
  const [theirs] = await stage.client.generate(tokenId, lost);

  await resource.refresh();

  expect(resource.slots[lost]).toEqual({
    version: 1,
    lost: expect.stringMatching(
      /^regenerated outside of this state, \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
    ),
  });
  expect(resource.slots[lost].lost).toContain(stage.clock.day());
  const { current, password, passwords, username } = resource.exported;
  expect(current).toBe(other(lost));
  expect(passwords.map(({ name }) => name)).toEqual([other(lost)]);
  expect(password).toBe(before.passwords.find(({ name }) => name === other(lost))?.value);
  expect(await stage.canLogIn(username, password)).toBe(true);
  const plan = await resource.preview(args);
  expect(plan.changed).toEqual([`slots.${lost}.lost`, `slots.${lost}.madeOn`, `slots.${lost}.version`]);

  await mends(resource, args);

  expect(resource.exported.current).toBe(other(lost));
  expect(resource.exported.password).toBe(password);
  expect(await stage.canLogIn(username, theirs.value)).toBe(false);
});

test.for(slotNames)("%s cleared by somebody else is said to be lost, and mended", async (lost) => {
  const { tokenId, resource, args } = await created({ expirationInDays: 90 });
  const kept = resource.value(other(lost));
  await stage.client.keepOnly(tokenId, [other(lost)]);

  await resource.refresh();

  expect(resource.slots[lost]).toEqual({ version: 1, lost: "cleared outside of this state" });
  expect(resource.exported.current).toBe(other(lost));
  expect(resource.exported.password).toBe(kept);
  await mends(resource, args);
  expect(resource.exported.password).toBe(kept);
});

test("a second refresh keeps what the first one found, and its reason", async () => {
  const { tokenId, resource, args } = await created();
  await stage.client.keepOnly(tokenId, ["password2"]);
  await resource.refresh();
  const before = resource.state;

  await resource.refresh();

  expect(resource.state).toEqual(before);
  await mends(resource, args);
});

test("the survivor is lost too, later: both are mended by one write", async () => {
  const { tokenId, resource, args } = await created();
  await stage.client.keepOnly(tokenId, ["password2"]);
  await resource.refresh();
  await stage.client.generate(tokenId, "password2");
  await resource.refresh();

  expect(resource.slots.password1.lost).toBe("cleared outside of this state");
  expect(resource.slots.password2.lost).toMatch(/^regenerated outside of this state/);
  expect(resource.exported.password).toBeUndefined();
  expect(resource.exported.passwords).toEqual([]);
  await mends(resource, args);
});

test("both made anew by somebody else: both lost, none exported, one write mends them", async () => {
  const { tokenId, resource, args } = await created();
  await stage.client.generate(tokenId);

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

test("a PUT by somebody else wipes both passwords: seen and mended", async () => {
  const { tokenId, resource, args } = await created();
  const { username, password } = resource.exported;
  await stage.client.arm("PUT", tokenId, {
    properties: { scopeMapId: stage.scopeMapId("_repositories_pull") },
  });
  expect(await stage.canLogIn(username, password)).toBe(false);

  await resource.refresh();

  expect(resource.slots).toEqual({
    password1: { version: 1, lost: "cleared outside of this state" },
    password2: { version: 1, lost: "cleared outside of this state" },
  });
  await mends(resource, args);
});

test("a slot lost and a rotation due at once: one write, and the survivor goes on", async () => {
  const { tokenId, resource } = await created({ generation: "one" });
  await stage.client.keepOnly(tokenId, ["password2"]);
  await resource.refresh();
  const survivor = resource.exported.password;

  await mends(resource, { tokenId, generation: "two" });

  expect(resource.exported.current).toBe("password1");
  expect(resource.value("password2")).toBe(survivor);
});

test("a token that is gone is gone from the state", async () => {
  const { tokenId, resource } = await created();
  await stage.client.arm("DELETE", tokenId);

  await resource.refresh();

  expect(resource.state).toBeUndefined();
});

test("a token made anew under the same name has none of our passwords", async () => {
  const { tokenId, resource, args } = await created();
  await stage.client.arm("DELETE", tokenId);
  await stage.newToken({ name: nameOf(tokenId) });

  await resource.refresh();

  expect(resource.slots).toEqual({
    password1: { version: 1, lost: "cleared outside of this state" },
    password2: { version: 1, lost: "cleared outside of this state" },
  });
  await mends(resource, args);
});

test("a registry that is gone takes the resource with it", async () => {
  const { resource } = await created({}, "doomedregistry");
  await stage.client.arm("DELETE", stage.registryId("doomedregistry"));

  await resource.refresh();

  expect(resource.state).toBeUndefined();
});

test("a resource group that is gone takes the resource with it", async () => {
  const { resource } = await created({}, "otherregistry");
  const id = stage.registryId("otherregistry");
  await stage.client.arm("DELETE", id.slice(0, id.indexOf("/providers/")));

  await resource.refresh();

  expect(resource.state).toBeUndefined();
});

describe("a refresh that cannot see the token fails and drops nothing", () => {
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
    stage.azure.faults.add({
      kind: "answer",
      host: "resourceManager",
      path: new RegExp(nameOf(tokenId)),
      status,
      code,
      times: Number.POSITIVE_INFINITY,
    });

    await refuses(resource, advice);
  });

  test("the subscription is not one that the identity sees", async () => {
    const { tokenId, resource } = await created();
    const elsewhere = tokenId.replace(
      stage.azure.connection.subscriptionId,
      "99999999-9999-4999-8999-999999999999",
    );
    resource.saved.inputs.tokenId = elsewhere;

    await refuses(resource, /Azure answered 404 SubscriptionNotFound/);
  });

  test("something on the way answers 404 in place of Azure", async () => {
    const { tokenId, resource } = await created();
    stage.azure.faults.add({
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
    await stage.restart();
    stage.azure.faults.add({
      kind: "answer",
      host: "authority",
      status: 404,
      code: "not_found",
      times: Number.POSITIVE_INFINITY,
    });

    await refuses(resource, /./);
  });
});
