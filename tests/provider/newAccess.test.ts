/** A new TokenCredentials beside a new TokenAccess: the token may have passwords that the state has lost, as after a refused destroy. */
import { unknown } from "provider-server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TestEnvironment } from "../support/testEnvironment.js";
import { madeByAz } from "./adoption.js";

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await TestEnvironment.start();
});

afterAll(() => environment?.close());

/** As the engine does in one run: checks the TokenAccess of a new component, creates it in an `up`, and checks its TokenCredentials. */
async function checked(tokenId: string, { creates, azure }: { creates: boolean; azure?: unknown }) {
  await environment.newRun();
  const access = environment.access();
  const args = { tokenId, scopeMapId: environment.scopeMapId("_repositories_pull") };
  const { inputs } = await environment.plugin.check(access.urn, {}, args);
  if (creates) {
    await environment.plugin.create(access.urn, inputs);
  }
  let result: Awaited<ReturnType<typeof environment.plugin.check>> | undefined;
  const requests = await environment.requestsOf(async () => {
    result = await environment.plugin.check(environment.credentials().urn, {}, { tokenId, azure } as never);
  });
  return { ...result, requests: requests.length };
}

describe.for([true, false])("passwords that the state does not have (in an up: %s)", (creates) => {
  test("are not regenerated, and the error says how to keep them", async () => {
    const { tokenId } = await madeByAz(environment);
    const { failures, requests } = await checked(tokenId, { creates });
    expect(failures).toEqual([
      {
        property: "tokenId",
        reason: expect.stringMatching(/^tokenId names a token that has passwords that are not in this state/),
      },
    ]);
    // The create of the TokenAccess has read the token already.
    expect(requests).toBe(creates ? 0 : 1);
  });

  test("are not there, so both are generated", async () => {
    const tokenId = await environment.newToken();
    const { failures, inputs, requests } = await checked(tokenId, { creates });
    expect(failures).toEqual([]);
    const slot = { version: 1, madeOn: environment.clock.day() };
    expect(inputs).toMatchObject({ current: "password1", slots: { password1: slot, password2: slot } });
    expect(requests).toBe(creates ? 0 : 1);
  });
});

test("a token that is not there yet has no passwords", async () => {
  const tokenId = `${environment.registryId()}/tokens/not-there`;
  const { failures, inputs } = await checked(tokenId, { creates: false });
  expect(failures).toEqual([]);
  expect(inputs).toMatchObject({ current: "password1", slots: { password1: { version: 1 } } });
});

test("a TokenAccess in the state reports no lost passwords", async () => {
  const { tokenId } = await madeByAz(environment);
  const access = environment.access();
  const args = { tokenId, scopeMapId: environment.scopeMapId("_repositories_pull") };
  await access.up(args);
  await environment.newRun();
  await environment.plugin.check(access.urn, access.saved.inputs, args);
  const requests = await environment.requestsOf(async () => {
    const { failures } = await environment.plugin.check(environment.credentials().urn, {}, { tokenId });
    expect(failures).toEqual([]);
  });
  expect(requests).toEqual([]);
});

test("a new TokenAccess of another token does not affect this token", async () => {
  const { tokenId } = await madeByAz(environment);
  const other = await madeByAz(environment);
  await environment.newRun();
  const args = { tokenId: other.tokenId, scopeMapId: environment.scopeMapId("_repositories_pull") };
  await environment.plugin.check(environment.access().urn, {}, args);
  const { failures } = await environment.plugin.check(environment.credentials().urn, {}, { tokenId });
  expect(failures).toEqual([]);
});

test("a TokenAccess that another process of the plugin checked does not count for this run", async () => {
  const { tokenId } = await madeByAz(environment);
  const access = environment.access();
  const args = { tokenId, scopeMapId: environment.scopeMapId("_repositories_pull") };
  const { inputs } = await environment.plugin.check(access.urn, {}, args);
  await environment.restart();
  await environment.plugin.create(access.urn, inputs);
  const { failures } = await environment.plugin.check(environment.credentials().urn, {}, { tokenId });
  expect(failures).toEqual([]);
});

test("with an identity that a preview does not know yet, no request is sent", async () => {
  const { tokenId } = await madeByAz(environment);
  const { failures, inputs, requests } = await checked(tokenId, { creates: false, azure: unknown });
  expect({ failures, requests }).toEqual({ failures: [], requests: 0 });
  expect(inputs).toMatchObject({ current: "password1" });
});
