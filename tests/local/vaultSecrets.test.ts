import type { LocalAzure } from "local-azure";
import { beforeEach, describe, expect, test } from "vitest";
import { type Arm, arm, HandClock, http, signIn, startAzure } from "./support.js";
import { makeVault, type VaultDoor, vaultBody, vaultDoor, vaultPath } from "./vaultSupport.js";

const start = Date.parse("2030-01-01T00:00:00Z") / 1000;
let azure: LocalAzure;
let clock: HandClock;
let request: Arm;
let uri: string;
let door: VaultDoor;
let path: string;

beforeEach(async () => {
  clock = new HandClock();
  azure = await startAzure({ now: clock.now });
  request = await arm(azure);
  uri = await makeVault(azure, request);
  door = await vaultDoor(azure, uri);
  path = vaultPath(azure, "/secrets/one");
});

const body = (properties: object = {}, rest: object = {}) => ({
  properties: { value: "v1", ...properties },
  ...rest,
});
const versions = async () => (await door("GET", "secrets/one/versions")).body.value.length;

describe("a secret, by the resource manager", () => {
  test("is created: 201, and answered without its value", async () => {
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

  test("has a new version where anything is another: 200; none where all is the same", async () => {
    await request("PUT", path, body({ attributes: { exp: start + 60 } }));
    expect((await request("PUT", path, body({ attributes: { exp: start + 60 } }))).status).toBe(200);
    expect(await versions()).toBe(1);

    clock.forward(1_000);
    for (const [index, changed] of [
      body({ attributes: { exp: start + 90 } }),
      body({ value: "v2", attributes: { exp: start + 90 } }),
      body({ value: "v2", attributes: { exp: start + 90 }, contentType: "text/plain" }),
      // A PUT keeps nothing of the version before.
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

  test("is changed by a PATCH: what it names, in the current version; a value makes a new one", async () => {
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
    expect((await door("GET", "secrets/one")).body).toMatchObject({
      value: "v2",
      contentType: "text/plain",
      attributes: { exp: start + 60 },
    });
  });

  test.each<[string, string, object]>([
    ["without properties", "one", {}],
    ["without a value", "one", { properties: {} }],
    ["with a value that is no text", "one", { properties: { value: 1 } }],
    ["that expires in part of a second", "one", body({ attributes: { exp: start + 0.5 } })],
    ["that expires at a date", "one", body({ attributes: { exp: "2030-01-01T00:00:00Z" } })],
    ["that expires before it begins", "one", body({ attributes: { exp: start, nbf: start } })],
    ["that is too long", "one", body({ value: "v".repeat(25 * 1024 + 1) })],
    ["with a type that is too long", "one", body({ contentType: "v".repeat(256) })],
    ["with a name that is none", "one_two", body()],
  ])("is refused %s: 400", async (_, name, content) => {
    const answer = await request("PUT", vaultPath(azure, `/secrets/${name}`), content);

    expect(answer.status).toBe(400);
    expect(["BadParameter", "InvalidRequestContent"]).toContain(answer.body.error.code);
    expect((await request("GET", path)).body.error.code).toBe("ResourceNotFound");
  });

  test("is refused in a vault that is not there, and cannot be deleted", async () => {
    const nowhere = vaultPath(azure, "/secrets/one", "no-vault");
    expect((await request("PUT", nowhere, body())).body.error.code).toBe("ResourceNotFound");
    await request("PUT", path, body());
    expect((await request("DELETE", path)).status).toBe(404);
    expect((await request("GET", path)).status).toBe(200);
  });
});

describe("a vault's own door", () => {
  test("gives values, of the current version and of each one", async () => {
    const first = (await request("PUT", path, body())).body.properties.secretUriWithVersion;
    await request("PUT", path, body({ value: "v2", attributes: { exp: start - 60 } }));

    // That a secret has expired keeps nobody from reading it.
    expect((await door("GET", "secrets/one")).body).toMatchObject({
      value: "v2",
      id: expect.stringMatching(/secrets\/one\/[0-9a-f]{32}$/),
      attributes: { exp: start - 60, recoveryLevel: "Recoverable+Purgeable", recoverableDays: 90 },
    });
    expect((await door("GET", first.slice(uri.length))).body.value).toBe("v1");
    expect((await door("GET", "secrets/one/00000000000000000000000000000000")).body.error.code).toBe(
      "SecretNotFound",
    );
    expect((await door("GET", "secrets/two")).status).toBe(404);
    expect(JSON.stringify((await door("GET", "secrets")).body)).not.toContain("v2");
    await request("PATCH", path, { properties: { attributes: { enabled: false } } });
    expect((await door("GET", "secrets/one")).status).toBe(403);
  });

  test("deletes, and recovers or purges what is deleted; until then the name is taken", async () => {
    await request("PUT", path, body());
    expect((await door("DELETE", "secrets/one")).body).toMatchObject({
      deletedDate: start,
      scheduledPurgeDate: start + 90 * 24 * 60 * 60,
    });
    expect((await request("GET", path)).status).toBe(404);
    const again = await request("PUT", path, body());
    expect([again.status, again.body.error.code]).toEqual([409, "Conflict"]);
    expect((await door("GET", "deletedsecrets/one")).status).toBe(200);

    expect((await door("POST", "deletedsecrets/one/recover")).status).toBe(200);
    expect((await door("GET", "secrets/one")).body.value).toBe("v1");

    await door("DELETE", "secrets/one");
    expect((await door("DELETE", "deletedsecrets/one")).status).toBe(204);
    expect((await door("GET", "deletedsecrets/one")).status).toBe(404);
    expect((await request("PUT", path, body())).status).toBe(201);
  });

  test("lets in with a token for vaults alone: 401 with a challenge; and in a version of its own: 400", async () => {
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

  test("lets in whom roles or access policies do, and for what they say: else 403", async () => {
    const { clientId, other, tenantId } = azure.connection;
    await request("PUT", path, body());
    const stranger = await vaultDoor(azure, uri, other);
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

    const answers = async (each: VaultDoor) => [
      (await each("GET", "secrets/one")).status,
      (await each("GET", "secrets")).status,
      (await each("DELETE", "secrets/one")).status,
    ];
    expect(await answers(door)).toEqual([200, 403, 403]);
    expect(await answers(stranger)).toEqual([403, 200, 403]);
  });
});
