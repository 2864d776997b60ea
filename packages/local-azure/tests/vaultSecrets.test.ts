import type { LocalAzure } from "local-azure";
import { beforeEach, describe, expect, test } from "vitest";
import { type Arm, arm, HandClock, http, signIn, startAzure } from "./support.js";
import { makeVault, type VaultSender, vaultBody, vaultPath, vaultSender } from "./vaultSupport.js";

const start = Date.parse("2030-01-01T00:00:00Z") / 1000;
let azure: LocalAzure;
let clock: HandClock;
let request: Arm;
let uri: string;
let send: VaultSender;
let path: string;

beforeEach(async () => {
  clock = new HandClock();
  azure = await startAzure({ now: clock.now });
  request = await arm(azure);
  uri = await makeVault(azure, request);
  send = await vaultSender(azure, uri);
  path = vaultPath(azure, "/secrets/one");
});

const body = (properties: object = {}, rest: object = {}) => ({
  properties: { value: "v1", ...properties },
  ...rest,
});
const versions = async () => (await send("GET", "secrets/one/versions")).body.value.length;

describe("a secret at the resource manager", () => {
  test("is created: 201 without its value", async () => {
    const { status, body: made } = await request(
      "PUT",
      path,
      body({ contentType: "text/plain", attributes: { exp: start + 60, nbf: start } }, { tags: { a: "b" } }),
    );

    expect(status).toBe(201);
    expect(made).toEqual({
      id: path,
      name: "one",
      type: "Microsoft.KeyVault/vaults/secrets",
      location: "westeurope",
      tags: { a: "b" },
      properties: {
        contentType: "text/plain",
        attributes: { enabled: true, nbf: start, exp: start + 60, created: start, updated: start },
        secretUri: `${uri}secrets/one`,
        secretUriWithVersion: expect.stringMatching(new RegExp(`^${uri}secrets/one/[0-9a-f]{32}$`)),
      },
    });
    expect((await request("GET", path)).body).toEqual(made);
    expect((await request("GET", vaultPath(azure, "/secrets"))).body.value).toEqual([made]);
  });

  test("gets a new version if its content changes: 200; no new version for equal content", async () => {
    await request("PUT", path, body({ attributes: { exp: start + 60 } }));
    expect((await request("PUT", path, body({ attributes: { exp: start + 60 } }))).status).toBe(200);
    expect(await versions()).toBe(1);

    clock.forward(1_000);
    for (const [index, changed] of [
      body({ attributes: { exp: start + 90 } }),
      body({ value: "v2", attributes: { exp: start + 90 } }),
      body({ value: "v2", attributes: { exp: start + 90 }, contentType: "text/plain" }),
      // A PUT keeps no property of the previous version.
      body({ value: "v2" }),
    ].entries()) {
      await request("PUT", path, changed);
      expect(await versions()).toBe(index + 2);
    }
    expect((await request("GET", path)).body.properties.attributes).toEqual({
      enabled: true,
      created: start + 1,
      updated: start + 1,
    });
  });

  test("is changed by a PATCH: the given properties of the current version; a value creates a new version", async () => {
    await request("PUT", path, body({ contentType: "text/plain" }));
    clock.forward(1_000);
    const patched = await request("PATCH", path, { properties: { attributes: { exp: start + 60 } } });
    expect(patched.status).toBe(200);
    expect(patched.body.properties).toMatchObject({
      contentType: "text/plain",
      attributes: { exp: start + 60, created: start, updated: start + 1 },
    });
    expect(await versions()).toBe(1);

    await request("PATCH", path, { properties: { value: "v2" } });
    expect(await versions()).toBe(2);
    expect((await send("GET", "secrets/one")).body).toMatchObject({
      value: "v2",
      contentType: "text/plain",
      attributes: { exp: start + 60 },
    });
  });

  test.each<[string, string, object]>([
    ["without properties", "one", {}],
    ["without a value", "one", { properties: {} }],
    ["with a value that is not a string", "one", { properties: { value: 1 } }],
    ["that expires at a fraction of a second", "one", body({ attributes: { exp: start + 0.5 } })],
    ["that expires at a date", "one", body({ attributes: { exp: "2030-01-01T00:00:00Z" } })],
    ["that expires before it begins", "one", body({ attributes: { exp: start, nbf: start } })],
    ["that is too long", "one", body({ value: "v".repeat(25 * 1024 + 1) })],
    ["with a type that is too long", "one", body({ contentType: "v".repeat(256) })],
    ["with an invalid name", "one_two", body()],
  ])("is refused %s: 400", async (_, name, content) => {
    const answer = await request("PUT", vaultPath(azure, `/secrets/${name}`), content);

    expect(answer.status).toBe(400);
    expect(["BadParameter", "InvalidRequestContent"]).toContain(answer.body.error.code);
    expect((await request("GET", path)).body.error.code).toBe("ResourceNotFound");
  });

  test("is refused in a missing vault, and cannot be deleted", async () => {
    const nowhere = vaultPath(azure, "/secrets/one", "no-vault");
    expect((await request("PUT", nowhere, body())).body.error.code).toBe("ResourceNotFound");
    await request("PUT", path, body());
    expect((await request("DELETE", path)).status).toBe(404);
    expect((await request("GET", path)).status).toBe(200);
  });
});

describe("a vault's own endpoint", () => {
  test("returns the values of the current version and of each version", async () => {
    const first = (await request("PUT", path, body())).body.properties.secretUriWithVersion;
    await request("PUT", path, body({ value: "v2", attributes: { exp: start - 60 } }));

    // An expired secret can still be read.
    expect((await send("GET", "secrets/one")).body).toMatchObject({
      value: "v2",
      id: expect.stringMatching(/secrets\/one\/[0-9a-f]{32}$/),
      attributes: { exp: start - 60, recoveryLevel: "Recoverable+Purgeable", recoverableDays: 90 },
    });
    expect((await send("GET", first.slice(uri.length))).body.value).toBe("v1");
    expect((await send("GET", "secrets/one/00000000000000000000000000000000")).body.error.code).toBe(
      "SecretNotFound",
    );
    expect((await send("GET", "secrets/two")).status).toBe(404);
    expect(JSON.stringify((await send("GET", "secrets")).body)).not.toContain("v2");
    await request("PATCH", path, { properties: { attributes: { enabled: false } } });
    expect((await send("GET", "secrets/one")).status).toBe(403);
  });

  test("deletes a secret, and recovers or purges it; until then the name stays in use", async () => {
    await request("PUT", path, body());
    expect((await send("DELETE", "secrets/one")).body).toMatchObject({
      deletedDate: start,
      scheduledPurgeDate: start + 90 * 24 * 60 * 60,
    });
    expect((await request("GET", path)).status).toBe(404);
    const again = await request("PUT", path, body());
    expect([again.status, again.body.error.code]).toEqual([409, "Conflict"]);
    expect((await send("GET", "deletedsecrets/one")).status).toBe(200);
    const { value: deleted } = (await send("GET", "deletedsecrets")).body;
    expect(deleted.map(({ recoveryId }: { recoveryId: string }) => recoveryId)).toEqual([
      expect.stringMatching(/\/deletedsecrets\/one$/),
    ]);

    expect((await send("POST", "deletedsecrets/one/recover")).status).toBe(200);
    expect((await send("GET", "secrets/one")).body.value).toBe("v1");

    await send("DELETE", "secrets/one");
    expect((await send("DELETE", "deletedsecrets/one")).status).toBe(204);
    expect((await send("GET", "deletedsecrets/one")).status).toBe(404);
    expect((await request("PUT", path, body())).status).toBe(201);
  });

  test("accepts only access tokens for vaults, else 401 with a challenge; and only its own api-versions, else 400", async () => {
    const url = `${uri}secrets/one?api-version=7.4`;
    const refused = await http(azure.connection, url);
    expect(refused.status).toBe(401);
    expect(refused.headers["www-authenticate"]).toBe(
      `Bearer authorization="${azure.connection.authority}/${azure.connection.tenantId}", resource="https://vault.azure.net"`,
    );
    const forAzure = { authorization: `Bearer ${await signIn(azure)}` };
    expect((await http(azure.connection, url, { headers: forAzure })).status).toBe(401);
    const forVaults = { authorization: `Bearer ${await signIn(azure, "https://vault.azure.net")}` };
    const without = await http(azure.connection, `${uri}secrets/one`, { headers: forVaults });
    expect([without.status, without.body.error.code]).toEqual([400, "BadParameter"]);
  });

  test("accepts requests that roles or access policies allow, else 403", async () => {
    const { clientId, other, tenantId } = azure.connection;
    await request("PUT", path, body());
    const stranger = await vaultSender(azure, uri, other);
    expect((await stranger("GET", "secrets/one")).status).toBe(403);

    const policy = (objectId: string, secrets: string[]) => ({
      tenantId,
      objectId,
      permissions: { secrets },
    });
    const accessPolicies = [policy(clientId, ["Get"]), policy(other.clientId, ["list"])];
    await request(
      "PUT",
      vaultPath(azure),
      vaultBody(azure, { enableRbacAuthorization: false, accessPolicies }),
    );

    const answers = async (each: VaultSender) => [
      (await each("GET", "secrets/one")).status,
      (await each("GET", "secrets")).status,
      (await each("DELETE", "secrets/one")).status,
    ];
    expect(await answers(send)).toEqual([200, 403, 403]);
    expect(await answers(stranger)).toEqual([403, 200, 403]);
  });
});

describe("a secret at the vault's data plane", () => {
  test("gets a new version with each PUT, also of the same value", async () => {
    const content = {
      value: "v1",
      contentType: "text/plain",
      attributes: { exp: start + 60 },
      tags: { a: "b" },
    };
    const { status, body: first } = await send("PUT", "secrets/two", content);
    expect([status, first]).toEqual([
      200,
      {
        value: "v1",
        id: expect.stringMatching(new RegExp(`^${uri}secrets/two/[0-9a-f]{32}$`)),
        contentType: "text/plain",
        attributes: {
          enabled: true,
          exp: start + 60,
          created: start,
          updated: start,
          recoveryLevel: "Recoverable+Purgeable",
          recoverableDays: 90,
        },
        tags: { a: "b" },
      },
    ]);
    const { body: second } = await send("PUT", "secrets/two", content);
    expect(second.id).not.toBe(first.id);
    expect((await send("GET", "secrets/two")).body.id).toBe(second.id);
  });

  test("is disabled by a PATCH of a version, which keeps the other properties; a disabled version cannot be read", async () => {
    const { body } = await send("PUT", "secrets/two", { value: "v1", tags: { a: "b" } });
    const version = body.id.slice(uri.length);
    clock.forward(1_000);
    const patched = await send("PATCH", version, { attributes: { enabled: false } });
    expect(patched.body).toMatchObject({
      tags: { a: "b" },
      attributes: { enabled: false, updated: start + 1 },
    });
    expect(patched.text).not.toContain("v1");
    const { status, body: refused } = await send("GET", version);
    expect([status, refused.error.innererror.code]).toEqual([403, "SecretDisabled"]);
    expect((await send("PATCH", "secrets/two/0", {})).status).toBe(404);
  });

  test("keeps its name until it is purged: 409 with the inner code", async () => {
    await send("PUT", "secrets/two", { value: "v1" });
    await send("DELETE", "secrets/two");
    const { status, body } = await send("PUT", "secrets/two", { value: "v2" });
    expect([status, body.error.innererror.code]).toEqual([409, "ObjectIsDeletedButRecoverable"]);
  });

  test.each<[string, string, object]>([
    ["without a value", "secrets/two", {}],
    ["under a bad name", "secrets/t_o", { value: "v" }],
    ["that is too long", "secrets/two", { value: "v".repeat(25 * 1024 + 1) }],
    [
      "with too many tags",
      "secrets/two",
      { value: "v", tags: Object.fromEntries([..."0123456789abcdef"].map((k) => [k, k])) },
    ],
    ["with a tag that is too long", "secrets/two", { value: "v", tags: { a: "b".repeat(257) } }],
  ])("is refused %s: 400", async (_, secret, content) => {
    expect((await send("PUT", secret, content)).status).toBe(400);
  });

  test("is refused with the inner code: no role, no access policy, no public network access, a firewall", async () => {
    const codes = async (properties: object, each = send) => {
      await request("PUT", vaultPath(azure), vaultBody(azure, properties));
      const { status, body } = await each("PUT", "secrets/two", { value: "v" });
      return [status, body.error?.innererror?.code];
    };
    const stranger = await vaultSender(azure, uri, azure.connection.other);
    expect(await codes({}, stranger)).toEqual([403, "ForbiddenByRbac"]);
    expect(await codes({ enableRbacAuthorization: false, accessPolicies: [] })).toEqual([
      403,
      "AccessDenied",
    ]);
    expect(await codes({ publicNetworkAccess: "Disabled" })).toEqual([403, "ForbiddenByConnection"]);
    expect(await codes({ networkAcls: { defaultAction: "Deny" } })).toEqual([403, "ForbiddenByFirewall"]);
    expect(await codes({ networkAcls: { defaultAction: "Allow" } })).toEqual([200, undefined]);
  });
});
