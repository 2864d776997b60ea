/** A metadata service that leads the plugin to another host, or away from TLS, gets no token and no secret of it. */
import type { Fault } from "local-azure";
import { describe, expect, test } from "vitest";
import type { HostileHost } from "../support/hostileHost.js";
import type { TestEnvironment } from "../support/testEnvironment.js";
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

describe("the metadata service", () => {
  const metadata = (resourceManager: unknown, loginEndpoint: unknown): Fault => ({
    kind: "alter",
    path: /metadata\/endpoints/,
    times: always,
    body: (body) => {
      const { resourceManager: own, authentication, ...rest } = JSON.parse(body);
      return JSON.stringify({
        ...rest,
        resourceManager: resourceManager ?? own,
        authentication: { ...authentication, loginEndpoint: loginEndpoint ?? authentication.loginEndpoint },
      });
    },
  });

  test.each<[string, () => Fault, () => RegExp]>([
    [
      "names a resource manager of another domain",
      () => metadata(`https://${evil.host}`, undefined),
      () => new RegExp(`names ${evil.host} as the resource manager, which is neither in its own domain nor`),
    ],
    [
      "names a sign-in host of another domain",
      () => metadata(undefined, `https://${evil.host}/adfs`),
      () => new RegExp(`names ${evil.host} as the sign-in host, which is neither in its own domain nor`),
    ],
    [
      "names a resource manager without TLS",
      () => metadata(`http://${evil.plainHost}`, undefined),
      () =>
        new RegExp(
          `names "http://${evil.plainHost}" as the resource manager, which is no address that begins with https://`,
        ),
    ],
    [
      "names a sign-in host without TLS",
      () => metadata(undefined, `http://${evil.plainHost}`),
      () => new RegExp(`names "http://${evil.plainHost}" as the sign-in host, which is no address`),
    ],
    [
      "names a sign-in host behind a user name",
      () => metadata(undefined, `https://login.microsoftonline.com@${evil.host}`),
      () => /as the sign-in host, which is no address/,
    ],
    [
      "names no text",
      () => metadata({ host: "x" }, undefined),
      () => /names {"host":"x"} as the resource manager/,
    ],
    [
      "redirects to another host",
      () => ({
        kind: "alter",
        path: /metadata\/endpoints/,
        times: always,
        status: 302,
        headers: { location: `https://${evil.host}/metadata/endpoints` },
      }),
      () => new RegExp(`it redirects to ${evil.host}, and redirects are not followed`),
    ],
  ])("that %s is not followed", async (_what, fault, said) => {
    environment.azure.faults.add(fault());
    const before = environment.azure.requests.length;
    const error = await hostile.refusal(hostile.credentials(), { tokenId });
    expect(error).toMatch(said());
    expect(error).toContain("check azure-native:metadataHost or ARM_METADATA_HOSTNAME");
    expect(evil.asked).toEqual([]);
    expect(
      environment.azure.requests.slice(before).every(({ url }) => url.includes("metadata/endpoints")),
    ).toBe(true);
  });

  test("of another domain is followed if disableInstanceDiscovery is set", async () => {
    environment.azure.faults.add(metadata(`https://${evil.host}`, undefined));
    const error = await hostile
      .credentials()
      .up({ tokenId, azure: { disableInstanceDiscovery: true } })
      .catch((thrown: Error) => thrown.message);
    expect(error).toContain("could not find the login server");
    expect(evil.asked.length).toBeGreaterThan(0);
  });

  test("that is one only with a path or a user name is refused, also from the environment", async () => {
    await hostile.restart({
      ARM_METADATA_HOSTNAME: `${environment.azure.connection.metadataHost}@${evil.host}`,
    });
    expect(await hostile.refusal(hostile.credentials(), { tokenId })).toContain(
      'metadataHost (azure.metadataHost, azure-native:metadataHost or ARM_METADATA_HOSTNAME) must be a host such as "management.azure.com"',
    );
    expect(evil.asked).toEqual([]);
  });
});
