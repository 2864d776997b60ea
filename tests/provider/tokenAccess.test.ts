/** A token's scope map and status: changed by PATCH, so that its passwords stay. */
import { isSecret, unknown, urn } from "provider-server";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { CheckError } from "../support/engine.js";
import { type Credentials, nameOf, TestEnvironment, writes } from "../support/testEnvironment.js";

let environment: TestEnvironment;
let agentOnly: string;
let payrollOnly: string;

beforeAll(async () => {
  environment = await TestEnvironment.start();
  agentOnly = await environment.newScopeMap("agent-only", "azureiotedge-agent");
  payrollOnly = await environment.newScopeMap("payroll-only", "payroll");
});

afterAll(() => environment?.close());

beforeEach(() => environment.azure.faults.clear());

/** A token with passwords and access, as a program creates them. */
async function created(scopeMapId = agentOnly, status?: string) {
  const tokenId = await environment.newToken({ scopeMap: nameOf(scopeMapId) });
  const access = environment.access();
  const args = { tokenId, scopeMapId, ...(status && { status }) };
  const creating = await environment.requestsOf(() => access.up(args));
  const credentials = environment.credentials();
  await credentials.up({ tokenId });
  return { tokenId, access, args, credentials, creating };
}

/** Both passwords log in, or neither does. */
async function logIn({ username, passwords }: Credentials): Promise<boolean> {
  const answers = await Promise.all(passwords.map(({ value }) => environment.canLogIn(username, value)));
  expect(new Set(answers).size).toBe(1);
  return answers[0];
}

const canPull = ({ username, password }: Credentials, repository: string, tag: string) =>
  environment.client.canPull(username, password, repository, tag);

test("creating sends no write if the token already has the scope map and the status", async () => {
  const { access, creating, args } = await created();

  expect(writes(creating)).toEqual([]);
  expect(access.saved.id).toBe(`${args.tokenId}/access`);
  expect(access.saved.outputs).toEqual({ ...args, status: "enabled" });
});

test("creating on a token with another scope map and status sends one PATCH", async () => {
  const tokenId = await environment.newToken({ scopeMap: "payroll-only", status: "disabled" });
  const credentials = environment.credentials();
  await credentials.up({ tokenId });

  const made = await environment.writesOf(() => environment.access().up({ tokenId, scopeMapId: agentOnly }));

  expect(made).toEqual([`PATCH ${nameOf(tokenId)}`]);
  expect(await logIn(credentials.exported)).toBe(true);
  expect(await canPull(credentials.exported, "azureiotedge-agent", "1.5")).toBe(true);
});

test("an up without a change sends no request", async () => {
  const { access, args } = await created();

  const requests = await environment.requestsOf(async () => {
    expect((await access.preview(args)).operation).toBe("same");
    await access.up(args);
  });

  expect(requests).toEqual([]);
});

test("disabling and enabling are one PATCH each, and the passwords survive", async () => {
  const { tokenId, access, args, credentials } = await created();

  expect((await access.preview({ ...args, status: "disabled" })).changed).toEqual(["status"]);
  expect(await environment.writesOf(() => access.up({ ...args, status: "disabled" }))).toEqual([
    `PATCH ${nameOf(tokenId)}`,
  ]);
  expect(await logIn(credentials.exported)).toBe(false);
  await credentials.refresh();
  expect((await credentials.preview({ tokenId })).operation).toBe("same");

  expect(await environment.writesOf(() => access.up(args))).toEqual([`PATCH ${nameOf(tokenId)}`]);
  expect(await logIn(credentials.exported)).toBe(true);
});

test("a token that was disabled can be rotated, and the passwords work once it is enabled", async () => {
  const { tokenId, access, args, credentials } = await created(agentOnly, "disabled");

  await credentials.up({ tokenId, generation: "one" });
  await credentials.up({ tokenId, generation: "two" });
  expect(await logIn(credentials.exported)).toBe(false);
  await access.up({ ...args, status: "enabled" });

  expect(await logIn(credentials.exported)).toBe(true);
});

test("another scope map is one PATCH: the same passwords then pull from its repositories", async () => {
  const { tokenId, access, args, credentials } = await created();
  expect(await canPull(credentials.exported, "azureiotedge-agent", "1.5")).toBe(true);
  expect(await canPull(credentials.exported, "payroll", "latest")).toBe(false);

  const changed = { ...args, scopeMapId: payrollOnly };
  expect((await access.preview(changed)).changed).toEqual(["scopeMapId"]);
  expect(await environment.writesOf(() => access.up(changed))).toEqual([`PATCH ${nameOf(tokenId)}`]);

  expect(await logIn(credentials.exported)).toBe(true);
  expect(await canPull(credentials.exported, "azureiotedge-agent", "1.5")).toBe(false);
  expect(await canPull(credentials.exported, "payroll", "latest")).toBe(true);
});

test("a change of scope map and status is one PATCH, and a disabled token stays disabled under another scope map", async () => {
  const { tokenId, access, args, credentials } = await created();

  const made = await environment.writesOf(() =>
    access.up({ ...args, scopeMapId: payrollOnly, status: "disabled" }),
  );
  expect(made).toEqual([`PATCH ${nameOf(tokenId)}`]);
  await access.up({ ...args, status: "disabled" });
  expect(await logIn(credentials.exported)).toBe(false);
});

test("a change of the status also restores the scope map after a change outside Pulumi", async () => {
  const { tokenId, access, args, credentials } = await created();
  await environment.client.arm("PATCH", tokenId, { properties: { scopeMapId: payrollOnly } });

  await access.up({ ...args, status: "disabled" });
  await access.up(args);

  expect(await canPull(credentials.exported, "azureiotedge-agent", "1.5")).toBe(true);
  expect(await canPull(credentials.exported, "payroll", "latest")).toBe(false);
});

test("refresh reports a change outside Pulumi, and up reverts it", async () => {
  const { tokenId, access, args, credentials } = await created();
  await environment.client.arm("PATCH", tokenId, {
    properties: { scopeMapId: payrollOnly, status: "disabled" },
  });

  await access.refresh();
  expect(access.saved.outputs).toMatchObject({ scopeMapId: payrollOnly, status: "disabled" });
  expect((await access.preview(args)).changed).toEqual(["scopeMapId", "status"]);
  expect(await environment.writesOf(() => access.up(args))).toEqual([`PATCH ${nameOf(tokenId)}`]);

  expect(await logIn(credentials.exported)).toBe(true);
  expect(await canPull(credentials.exported, "azureiotedge-agent", "1.5")).toBe(true);
});

test("a refresh without drift changes nothing", async () => {
  const { access, args } = await created();
  const before = access.state;

  await access.refresh();

  expect(access.state).toEqual(before);
  expect((await access.preview(args)).operation).toBe("same");
});

test("a refresh keeps the saved id if Azure returns the id in another case", async () => {
  const tokenId = await environment.newToken({ scopeMap: "agent-only" });
  const access = environment.access();
  await access.up({ tokenId, scopeMapId: agentOnly.replace("resourceGroups", "resourcegroups") });
  const before = access.state;

  await access.refresh();

  expect(access.state).toEqual(before);
});

test("a refresh with drift keeps azure secret", async () => {
  const { clientId, clientSecret, tenantId } = environment.azure.connection;
  const tokenId = await environment.newToken({ scopeMap: "agent-only" });
  const access = environment.access();
  await access.up({ tokenId, scopeMapId: agentOnly, azure: { clientId, clientSecret, tenantId } });
  await environment.client.arm("PATCH", tokenId, { properties: { status: "disabled" } });

  await access.refresh();

  expect(isSecret(access.saved.inputs.azure)).toBe(true);
  expect(isSecret(access.saved.outputs.azure)).toBe(true);
});

test("a refresh removes a deleted token from the state, and the next up reports the missing token", async () => {
  const { tokenId, access, args } = await created();
  await environment.client.arm("DELETE", tokenId);

  await access.refresh();

  expect(access.state).toBeUndefined();
  await expect(access.up(args)).rejects.toThrow(`there is no token ${tokenId}: create it first`);
});

test("a missing scope map is an error that changes nothing", async () => {
  const { access, args, credentials } = await created();
  const before = access.state;

  await expect(access.up({ ...args, scopeMapId: environment.scopeMapId("no-such-map") })).rejects.toThrow(
    /could not change the scope map of token .*Azure answered 404 ScopeMapNotFound/,
  );

  expect(access.state).toEqual(before);
  expect(await logIn(credentials.exported)).toBe(true);
});

test("the error of a failed status change names the status", async () => {
  const { access, args } = await created();
  environment.azure.faults.add({ kind: "answer", method: "PATCH", status: 400, code: "BadRequest" });

  await expect(access.up({ ...args, status: "disabled" })).rejects.toThrow(
    /^could not change the status of token /,
  );
});

test("destroying sends no request: the token keeps its scope map and status", async () => {
  const { access, credentials } = await created();

  expect(await environment.requestsOf(() => access.destroy())).toEqual([]);

  expect(await logIn(credentials.exported)).toBe(true);
});

test("a preview shows what Azure stored instead of the inputs, although no input changes", async () => {
  const { access, args } = await created();
  const { id, inputs, outputs } = access.saved;
  const stored = { ...outputs, status: "disabled" };
  expect(await environment.plugin.diff(id, access.urn, stored, inputs, inputs)).toMatchObject({
    changes: "some",
    detailedDiff: { status: "update" },
  });
  const changed = { ...args, status: "disabled" };
  const { detailedDiff } = await environment.plugin.diff(id, access.urn, outputs, changed, inputs);
  expect(detailedDiff).toBeUndefined();
});

test("--replace leaves the token as it is", async () => {
  const { access, args } = await created();
  expect(await environment.writesOf(() => access.up(args, { replace: true }))).toEqual([]);
});

test("another token replaces", async () => {
  const { access, args } = await created();
  const otherId = await environment.newToken({ scopeMap: "payroll-only" });

  expect((await access.preview({ ...args, tokenId: otherId })).operation).toBe("replace");
  expect((await access.preview({ ...args, tokenId: unknown })).operation).toBe("replace");
  expect((await access.preview({ ...args, scopeMapId: unknown })).operation).toBe("update");
  expect(await environment.writesOf(() => access.up({ ...args, tokenId: otherId }))).toEqual([
    `PATCH ${nameOf(otherId)}`,
  ]);
});

test("all errors of the inputs are reported together, each for its property", async () => {
  const error = await environment
    .access()
    .up({ tokenId: "my-token", scopeMapId: 3, status: "off" })
    .catch((thrown: unknown) => thrown);

  const { failures } = error as CheckError;
  expect(failures.map(({ property }) => property).sort()).toEqual(["scopeMapId", "status", "tokenId"]);
  const reasons = Object.fromEntries(failures.map(({ property, reason }) => [property, reason]));
  expect(reasons.tokenId).toMatch(/^tokenId must be the resource id of a token, .* got "my-token"$/);
  expect(reasons.scopeMapId).toMatch(/^scopeMapId must be .* got 3$/);
  expect(reasons.status).toBe('status must be one of enabled, disabled, got "off"');
  await expect(environment.access().up({})).rejects.toThrow("tokenId is required\nscopeMapId is required");
});

test("an import by the id reads the token's scope map and status", async () => {
  const tokenId = await environment.newToken({ status: "disabled" });

  const imported = await environment.plugin.read(
    `${tokenId}/access`,
    urn("acr-token:index:TokenAccess", "imported"),
    {},
  );

  expect(imported?.inputs).toMatchObject({ tokenId, status: "disabled" });
  expect(imported?.outputs).toEqual(imported?.inputs);
});
