import type { LocalAzure } from "local-azure";
import { expect, test } from "vitest";
import {
  type Arm,
  arm,
  group,
  makeToken,
  quick,
  registry,
  registryPath,
  sdk,
  startAzure,
} from "./support.js";

const locks = "/providers/Microsoft.Authorization/locks";
const actions = ["repositories/azureiotedge-agent/content/read"];

function groupPath({ connection }: LocalAzure): string {
  return `/subscriptions/${connection.subscriptionId}/resourceGroups/${group}`;
}

function scopeLocked(scope: string, what: "write" | "delete", locked: string) {
  return [
    409,
    {
      error: {
        code: "ScopeLocked",
        message: `The scope '${scope}' cannot perform ${what} operation because following scope(s) are locked: '${locked}'. Please remove the lock and try again.`,
      },
    },
  ];
}

async function lock(request: Arm, scope: string, level: string, name = "mine"): Promise<void> {
  expect((await request("PUT", `${scope}${locks}/${name}`, { properties: { level } })).status).toBe(201);
}

test.each(["registry", "resource group"])(
  "a ReadOnly lock on the %s refuses every write: 409 ScopeLocked; reads still work",
  async (what) => {
    const azure = await startAzure();
    const { id } = await makeToken(azure);
    const request = await arm(azure);
    const locked = what === "registry" ? registryPath(azure) : groupPath(azure);
    await lock(request, locked, "ReadOnly");
    const scopeMap = registryPath(azure, "/scopeMaps/edge-map");
    const writes: [method: string, path: string, body: object, scope: string][] = [
      ["PUT", registryPath(azure), { location: "westeurope" }, registryPath(azure)],
      ["PATCH", registryPath(azure), { tags: {} }, registryPath(azure)],
      ["PUT", scopeMap, { properties: { actions } }, scopeMap],
      ["PATCH", id, { properties: { status: "disabled" } }, id],
      ["POST", registryPath(azure, "/generateCredentials"), { tokenId: id }, registryPath(azure)],
    ];

    for (const [method, path, body, scope] of writes) {
      const answer = await request(method, path, body);
      expect([answer.status, answer.body]).toEqual(scopeLocked(scope, "write", locked));
    }
    const deletion = await request("DELETE", id);
    expect([deletion.status, deletion.body]).toEqual(scopeLocked(id, "delete", locked));
    expect((await request("GET", id)).body.properties.status).toBe("enabled");
    expect((await request("GET", registryPath(azure, "/tokens"))).status).toBe(200);
    expect((await request("HEAD", groupPath(azure))).status).toBe(204);
  },
);

test("a CanNotDelete lock refuses deletions, also of its parents, and allows writes", async () => {
  const azure = await startAzure();
  const { id } = await makeToken(azure);
  const request = await arm(azure);
  await lock(request, registryPath(azure), "CanNotDelete");

  for (const path of [id, registryPath(azure), groupPath(azure)]) {
    const deletion = await request("DELETE", path);
    expect([deletion.status, deletion.body]).toEqual(scopeLocked(path, "delete", registryPath(azure)));
  }
  expect((await request("PATCH", id, { properties: { status: "disabled" } })).status).toBe(201);
  expect((await request("POST", registryPath(azure, "/generateCredentials"), { tokenId: id })).status).toBe(
    200,
  );
});

test("a lock applies to its scope only, case-insensitively, until it is deleted", async () => {
  const azure = await startAzure({
    registries: [
      { name: registry, resourceGroup: group },
      { name: `${registry}2`, resourceGroup: group },
    ],
  });
  const request = await arm(azure);
  const scopeMap = (name: string) => registryPath(azure, "/scopeMaps/edge-map", name);
  const put = async (path: string) => (await request("PUT", path, { properties: { actions } })).status;
  await lock(request, registryPath(azure).toUpperCase(), "ReadOnly");

  expect(await put(scopeMap(`${registry}2`))).toBe(200);
  expect(await put(scopeMap(registry))).toBe(409);
  expect(await put(scopeMap(registry).toLowerCase())).toBe(409);
  expect((await request("DELETE", `${registryPath(azure)}${locks}/mine`)).status).toBe(200);
  expect((await request("DELETE", `${registryPath(azure)}${locks}/mine`)).status).toBe(204);
  expect(await put(scopeMap(registry))).toBe(200);
});

test("a lock is created, read, changed and listed with the locks below its scope", async () => {
  const azure = await startAzure();
  const request = await arm(azure);
  const path = `${registryPath(azure)}${locks}/mine`;
  const described = {
    properties: { level: "CanNotDelete", notes: "Keep it." },
    id: path,
    type: "Microsoft.Authorization/locks",
    name: "mine",
  };

  const made = await request("PUT", path, { properties: { level: "CanNotDelete", notes: "Keep it." } });
  expect([made.status, made.body]).toEqual([201, described]);
  expect((await request("GET", path)).body).toEqual(described);
  await lock(request, groupPath(azure), "CanNotDelete", "theirs");

  const names = async (scope: string) =>
    (await request("GET", `${scope}${locks}`)).body.value.map(({ name }: { name: string }) => name).sort();
  expect(await names(groupPath(azure))).toEqual(["mine", "theirs"]);
  expect(await names(registryPath(azure))).toEqual(["mine"]);
  expect(await names(`/subscriptions/${azure.connection.subscriptionId}`)).toEqual(["mine", "theirs"]);
  const changed = await request("PUT", path, { properties: { level: "ReadOnly" } });
  expect([changed.status, changed.body.properties]).toEqual([200, { level: "ReadOnly" }]);
});

test("a lock's path may have several slashes in a row, as az sends it", async () => {
  const azure = await startAzure();
  const request = await arm(azure);
  const path = `${registryPath(azure)}${locks}/mine`;

  const put = await request("PUT", path.replace("/registries/", "//registries/"), {
    properties: { level: "ReadOnly" },
  });

  expect([put.status, put.body.id]).toEqual([201, path]);
});

test("an invalid lock is refused, and a lock on a missing resource, too", async () => {
  const azure = await startAzure();
  const request = await arm(azure);
  const code = async (method: string, path: string, body?: object) => {
    const answer = await request(method, path, body);
    return [answer.status, answer.body.error.code];
  };
  const there = `${registryPath(azure)}${locks}/mine`;
  const body = { properties: { level: "ReadOnly" } };

  expect(await code("PUT", there, { properties: { level: "Loose" } })).toEqual([400, "InvalidLockLevel"]);
  expect(await code("GET", there)).toEqual([404, "LockNotFound"]);
  expect(await code("PUT", there.replace(registry, "nothere1"), body)).toEqual([404, "ResourceNotFound"]);
  expect(await code("PUT", `${there}?api-version=2025-11-01`, body)).toEqual([
    400,
    "NoRegisteredProviderFound",
  ]);
  expect((await request("PUT", `${there}?api-version=2016-09-01`, body)).status).toBe(201);
});

test("Azure's client gets ScopeLocked", async () => {
  const azure = await startAzure();
  const { name } = await makeToken(azure);
  await lock(await arm(azure), registryPath(azure), "ReadOnly");

  await expect(
    sdk(azure).tokens.update(group, registry, name, { status: "disabled" }, quick),
  ).rejects.toMatchObject({ statusCode: 409, code: "ScopeLocked" });
});
