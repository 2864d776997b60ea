import { expect, test } from "vitest";
import { arm, makeToken, registryPath, startAzure } from "./support.js";

const actions = ["repositories/azureiotedge-agent/content/read"];
const disableTokens = {
  name: "disable-tokens",
  displayName: "Tokens stay disabled",
  definitionDisplayName: "Configure container registries to disable repository scoped access token.",
  resourceType: "tokens",
  requires: { status: "disabled" },
} as const;

/** A registry with one token, and the paths of the token and of its scope map. */
async function oneToken() {
  const azure = await startAzure();
  const token = await makeToken(azure);
  const request = await arm(azure);
  const statusOf = async (id = token.id) => (await request("GET", id)).body.properties.status;
  return { azure, request, statusOf, ...token };
}

test("Modify stores the required value with every write of a token, and the response shows it", async () => {
  const { azure, request, statusOf, id, scopeMapId } = await oneToken();
  azure.policies.assign({ ...disableTokens, effect: "Modify" });
  const other = registryPath(azure, "/tokens/edge-2");

  const created = await request("PUT", other, { properties: { scopeMapId, status: "enabled" } });
  const changed = await request("PATCH", id, { properties: { scopeMapId } });

  expect([created.status, created.body.properties.status]).toEqual([201, "disabled"]);
  expect([changed.status, changed.body.properties.status]).toEqual([201, "disabled"]);
  expect([await statusOf(other), await statusOf()]).toEqual(["disabled", "disabled"]);
});

test("Deny returns 403 with the names of the policy, and changes nothing", async () => {
  const { azure, request, statusOf, id } = await oneToken();
  azure.policies.assign({ ...disableTokens, effect: "Deny" });

  const { status, body } = await request("PATCH", id, { properties: { status: "enabled" } });

  expect([status, body.error.code, body.error.target]).toEqual([403, "RequestDisallowedByPolicy", "edge-1"]);
  expect(body.error.message).toMatch(
    /^Resource 'edge-1' was disallowed by policy\. Policy identifiers: '\[\{/,
  );
  expect(body.error.additionalInfo).toEqual([
    {
      type: "PolicyViolation",
      info: expect.objectContaining({
        policyAssignmentDisplayName: "Tokens stay disabled",
        policyDefinitionDisplayName: disableTokens.definitionDisplayName,
      }),
    },
  ]);
  expect(await statusOf()).toBe("enabled");
});

test("Deny accepts a write after which the token complies", async () => {
  const { azure, request, statusOf, id } = await oneToken();
  azure.policies.assign({ ...disableTokens, effect: "Deny" });

  expect((await request("PATCH", id, { properties: { status: "disabled" } })).status).toBe(201);
  expect(await statusOf()).toBe("disabled");
});

test("Audit changes nothing", async () => {
  const { azure, request, statusOf, id } = await oneToken();
  azure.policies.assign({ ...disableTokens, effect: "Audit" });

  expect((await request("PATCH", id, { properties: { status: "enabled" } })).status).toBe(201);
  expect(await statusOf()).toBe("enabled");
});

test("a policy governs scope maps by PUT and by PATCH", async () => {
  const { azure, request, scopeMapId } = await oneToken();
  azure.policies.assign({
    name: "read-only",
    resourceType: "scopeMaps",
    requires: { actions },
    effect: "Modify",
  });
  const wanted = { properties: { actions: ["repositories/payroll/content/write"] } };

  for (const method of ["PUT", "PATCH"]) {
    expect((await request(method, scopeMapId, wanted)).body.properties.actions, method).toEqual(actions);
  }
  expect((await request("GET", scopeMapId)).body.properties.actions).toEqual(actions);
});

test("generateCredentials can be made to set another expiry", async () => {
  const { azure, request, id } = await oneToken();
  const expiry = "2099-01-01T00:00:00+00:00";
  azure.policies.assign({
    name: "expiry",
    resourceType: "passwords",
    requires: { expiry },
    effect: "Modify",
  });

  const { body } = await request("POST", registryPath(azure, "/generateCredentials"), { tokenId: id });

  expect(body.passwords.map((password: { expiry?: string }) => password.expiry)).toEqual([expiry, expiry]);
  const { credentials } = (await request("GET", id)).body.properties;
  expect(credentials.passwords[0].expiry).toBe(expiry);
});

test("a policy governs only its scope", async () => {
  const { azure, request, id } = await oneToken();
  const disable = () => request("PATCH", id, { properties: { status: "disabled" } });
  const enable = async () => (await request("PATCH", id, { properties: { status: "enabled" } })).status;
  const assignTo = (scope: string) => azure.policies.assign({ ...disableTokens, scope, effect: "Deny" });
  await disable();

  assignTo(`${registryPath(azure).toUpperCase()}`);
  expect(await enable()).toBe(403);
  assignTo(registryPath(azure).slice(0, -1));
  expect(await enable()).toBe(201);
});

test("a removed policy governs no further write", async () => {
  const { azure, request, id } = await oneToken();
  azure.policies.assign({ ...disableTokens, effect: "Deny" });
  azure.policies.assign({ ...disableTokens, name: "another", effect: "Deny" });
  const enable = async () => (await request("PATCH", id, { properties: { status: "enabled" } })).status;

  azure.policies.remove(disableTokens.name);
  expect(await enable()).toBe(403);
  azure.policies.clear();
  expect(await enable()).toBe(201);
});
