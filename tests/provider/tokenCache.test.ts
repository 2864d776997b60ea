/** A refresh reads each token once, for both of its resources. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CredentialsResource, TestEnvironment } from "../support/testEnvironment.js";

let environment: TestEnvironment;
let scopeMapId: string;

beforeAll(async () => {
  environment = await TestEnvironment.start({ access: { first: ["first"], second: ["first"] } });
  scopeMapId = environment.scopeMapId("_repositories_pull");
});

afterAll(() => environment?.close());

async function created() {
  const tokenId = await environment.newToken();
  const access = environment.access();
  const credentials: CredentialsResource = environment.credentials();
  await access.up({ tokenId, scopeMapId });
  await credentials.up({ tokenId, generation: "one" });
  return { tokenId, access, credentials };
}

/** The requests for tokens, as `GET`. */
async function asked(work: () => Promise<unknown>): Promise<string[]> {
  const requests = await environment.requestsOf(work);
  return requests.filter(({ url }) => /\/tokens\/|generateCredentials/.test(url)).map(({ method }) => method);
}

test("TokenAccess and TokenCredentials share one read, which is used once", async () => {
  const { tokenId, access, credentials } = await created();
  const refresh = async () => {
    await access.refresh();
    await credentials.refresh();
  };
  expect(await asked(refresh)).toEqual(["GET"]);
  await environment.client.generate(tokenId, "password2");

  expect(await asked(refresh)).toEqual(["GET"]);

  expect(credentials.slots.password2.lost).toMatch(/^regenerated outside of this state/);
});

test("both share the read in parallel", async () => {
  const { access, credentials } = await created();
  expect(await asked(() => Promise.all([access.refresh(), credentials.refresh()]))).toEqual(["GET"]);
});

test("either may be read first, and a resource never reuses its own read", async () => {
  const { access, credentials } = await created();
  expect(await asked(() => credentials.refresh())).toEqual(["GET"]);
  expect(await asked(() => access.refresh())).toEqual([]);
  expect(await asked(() => credentials.refresh())).toEqual(["GET"]);
  expect(await asked(() => credentials.refresh())).toEqual(["GET"]);
});

test("a read of an earlier run is not used", async () => {
  const { access, credentials } = await created();
  expect(await asked(() => credentials.refresh())).toEqual(["GET"]);
  await environment.newRun();
  expect(await asked(() => access.refresh())).toEqual(["GET"]);
});

test("a read is not used after a write of the provider", async () => {
  const { tokenId, access, credentials } = await created();
  await access.refresh();
  await credentials.up({ tokenId, generation: "two" });
  expect(await asked(() => credentials.refresh())).toEqual(["GET"]);
  expect(await environment.canLogIn(credentials.exported.username, credentials.exported.password)).toBe(true);
});

test("one read removes a deleted token from both states", async () => {
  const { tokenId, access, credentials } = await created();
  await environment.client.arm("DELETE", tokenId);
  const requests = await asked(async () => {
    await access.refresh();
    await credentials.refresh();
  });
  expect(requests).toEqual(["GET"]);
  expect([access.state, credentials.state]).toEqual([undefined, undefined]);
});

test("a failed read is not shared", async () => {
  const { access, credentials } = await created();
  environment.azure.faults.add({
    kind: "answer",
    status: 403,
    code: "AuthorizationFailed",
    path: /\/tokens\//,
  });
  await expect(access.refresh()).rejects.toThrow("AuthorizationFailed");
  expect(await asked(() => credentials.refresh())).toEqual(["GET"]);
});

test("a read is not shared with another identity", async () => {
  const { tokenId, access, credentials } = await created();
  const { clientId, clientSecret } = environment.azure.connection.other;
  const azure = { clientId, clientSecret, tenantId: environment.azure.connection.tenantId };
  await access.up({ tokenId, scopeMapId, azure });
  const requests = await environment.requestsOf(async () => {
    await access.refresh();
    await credentials.refresh();
  });
  const clients = requests.filter(({ url }) => url.includes("/tokens/")).map((request) => request.clientId);
  expect(clients).toEqual([clientId, environment.azure.connection.clientId]);
});
