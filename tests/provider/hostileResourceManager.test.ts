/** A resource manager that leads the plugin to another host, or away from TLS, gets no token and no secret of it. */
import type { Fault } from "local-azure";
import { describe, expect, test } from "vitest";
import type { HostileHost } from "../support/hostileHost.js";
import { nameOf, type TestEnvironment } from "../support/testEnvironment.js";
import { type HostileEnvironment, onHostileEnvironment } from "./hostileEnvironment.js";

const always = Number.POSITIVE_INFINITY;

let hostile: HostileEnvironment;
let environment: TestEnvironment;
let evil: HostileHost;
let tokenId: string;

onHostileEnvironment((on, id) => {
  hostile = on;
  ({ environment, evil } = on);
  tokenId = id;
});

describe("the resource manager", () => {
  const generate = (fault: Partial<Fault>): Fault =>
    ({ path: /generateCredentials/, times: always, kind: "alter", ...fault }) as Fault;

  const poll = (header: string, url: string) =>
    generate({ status: 202, headers: { [header]: url }, body: () => "" } as Partial<Fault>);

  test.each<[string, () => Fault, () => string]>([
    [
      "redirects to another host (302)",
      () => generate({ status: 302, headers: { location: `https://${evil.host}/x` } } as Partial<Fault>),
      () => evil.host,
    ],
    [
      "redirects to another host, with the body (307)",
      () => generate({ status: 307, headers: { location: `https://${evil.host}/x` } } as Partial<Fault>),
      () => evil.host,
    ],
    [
      "redirects away from TLS (308)",
      () => generate({ status: 308, headers: { location: `http://${evil.plainHost}/x` } } as Partial<Fault>),
      () => evil.plainHost,
    ],
    [
      "has its result at another host (Location)",
      () => poll("location", `https://${evil.host}/x`),
      () => evil.host,
    ],
    [
      "has its result at an address without TLS",
      () => poll("location", `http://${evil.plainHost}/x`),
      () => `http://${evil.plainHost}`,
    ],
    [
      "has its status at another host (Azure-AsyncOperation)",
      () => poll("azure-asyncoperation", `https://${evil.host}/x`),
      () => evil.host,
    ],
    [
      "has its status at its own host under another port",
      () => poll("azure-asyncoperation", `https://127.0.0.1:${evil.host.split(":")[1]}/x`),
      () => `127.0.0.1:${evil.host.split(":")[1]}`,
    ],
    [
      "has its status at a host with its own as a user name",
      () =>
        poll("azure-asyncoperation", `https://${environment.azure.connection.metadataHost}@${evil.host}/x`),
      () => evil.host,
    ],
    [
      "has its operation at another host (Operation-Location)",
      () => poll("operation-location", `https://${evil.host}/x`),
      () => evil.host,
    ],
  ])("that %s is not followed", async (_what, fault, host) => {
    evil.answer = () => ({
      body: { status: "Succeeded", passwords: [{ name: "password1", value: "evil" }] },
    });
    environment.azure.faults.add(fault());
    const error = await hostile.refusal(hostile.credentials(), { tokenId });
    expect(error).toContain(`could not generate password1 and password2 of token ${nameOf(tokenId)}`);
    expect(error).toContain(`Azure at ${environment.azure.connection.metadataHost} leads to ${host()}`);
    expect(evil.asked).toEqual([]);
  });

  test("whose list of tokens has its next page at another host is not followed", async () => {
    const all = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const credentials = hostile.credentials();
        await credentials.up({ tokenId: await environment.newToken() });
        return credentials;
      }),
    );
    environment.azure.faults.add({
      kind: "alter",
      path: /\/tokens\?/,
      body: (body) =>
        JSON.stringify({ ...JSON.parse(body), value: [], nextLink: `https://${evil.host}/tokens` }),
    });
    const requests = await environment.requestsOf(() => Promise.all(all.map((one) => one.refresh())));
    expect(requests.filter(({ url }) => url.includes("/tokens?"))).toHaveLength(1);
    expect(evil.asked).toEqual([]);
  });

  test("that changes a token and has the operation elsewhere is not followed", async () => {
    const access = { tokenId, scopeMapId: environment.scopeMapId("_repositories_pull"), status: "disabled" };
    environment.azure.faults.add({
      kind: "alter",
      method: "PATCH",
      headers: { "azure-asyncoperation": `https://${evil.host}/x` },
      body: (body) => body.replace('"Succeeded"', '"Updating"'),
    });
    const { Resource: AnyResource } = await import("../support/engine.js");
    const resource = new AnyResource("acr-token:index:TokenAccess", "access", () => hostile.plugin);
    expect(await hostile.refusal(resource, access)).toContain(`leads to ${evil.host}`);
    expect(evil.asked).toEqual([]);
  });

  test("whose challenge names another sign-in host is not followed", async () => {
    const challenge = `Bearer authorization_uri="https://${evil.host}/common", error="insufficient_claims", claims="eyJ4IjoxfQ==", realm="https://${evil.host}", resource_id="https://${evil.host}"`;
    environment.azure.faults.add({
      kind: "answer",
      path: /generateCredentials/,
      status: 401,
      code: "InvalidAuthenticationToken",
      headers: { "www-authenticate": challenge },
      times: always,
    });
    expect(await hostile.refusal(hostile.credentials(), { tokenId })).toContain(
      "Azure answered 401 InvalidAuthenticationToken",
    );
    expect(evil.asked).toEqual([]);
  });
});
