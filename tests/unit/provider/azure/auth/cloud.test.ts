import { afterEach, describe, expect, test, vi } from "vitest";
import { findCloud } from "../../../../../components/provider/azure/auth/cloud";
import * as http from "../../../../../components/provider/azure/http/get";

const signal = new AbortController().signal;
const host = "management.mycloud.example:8443";
const url = `https://${host}/metadata/endpoints?api-version=2022-09-01`;
const advice =
  "check azure-native:metadataHost or ARM_METADATA_HOSTNAME, a host such as management.azure.com";

afterEach(() => vi.restoreAllMocks());

/** Has every request answered. */
function answering(answer: () => Promise<http.HttpResponse> | http.HttpResponse) {
  return vi.spyOn(http, "httpGet").mockImplementation(async () => answer());
}

const json = (value: unknown) => ({ status: 200, body: JSON.stringify(value) });

describe("a cloud by name", () => {
  test.each([
    [undefined, "https://management.azure.com", "https://login.microsoftonline.com", "vault.azure.net"],
    ["public", "https://management.azure.com", "https://login.microsoftonline.com", "vault.azure.net"],
    [
      "usgovernment",
      "https://management.usgovcloudapi.net",
      "https://login.microsoftonline.us",
      "vault.usgovcloudapi.net",
    ],
    [
      "USGovernment",
      "https://management.usgovcloudapi.net",
      "https://login.microsoftonline.us",
      "vault.usgovcloudapi.net",
    ],
    ["china", "https://management.chinacloudapi.cn", "https://login.chinacloudapi.cn", "vault.azure.cn"],
  ])("of %s is at %s, without a call", async (environment, resourceManager, authority, keyVaultDomain) => {
    const fetched = answering(() => Promise.reject(new Error("not to be called")));
    expect(await findCloud({ environment }, signal)).toEqual({
      resourceManager,
      authority,
      keyVaultDomain,
      isOwn: false,
    });
    expect(fetched).not.toHaveBeenCalled();
  });

  test("that does not exist fails with the value, the allowed values and where to set it", async () => {
    await expect(findCloud({ environment: "mars" }, signal)).rejects.toThrow(
      'no Azure cloud has the name "mars": set azure-native:environment or ARM_ENVIRONMENT to one of public, usgovernment, china',
    );
  });
});

describe("a cloud of its own", () => {
  test("has the endpoints of its metadata service, without slashes at the end, regardless of the name of the cloud", async () => {
    const fetched = answering(() =>
      json({
        resourceManager: "https://management.mycloud.example:8443/",
        authentication: { loginEndpoint: "https://login.mycloud.example//" },
      }),
    );
    expect(await findCloud({ metadataHost: host, environment: "mars" }, signal)).toEqual({
      resourceManager: "https://management.mycloud.example:8443",
      authority: "https://login.mycloud.example",
      isOwn: true,
    });
    expect(fetched.mock.calls.map(([address]) => address)).toEqual([url]);
  });

  test("that answers with an error fails with its address, the status and where to set it", async () => {
    answering(() => ({ status: 503, body: "no" }));
    await expect(findCloud({ metadataHost: host }, signal)).rejects.toThrow(
      `the cloud's metadata service at ${url} answered 503: ${advice}`,
    );
  });

  test("that cannot be reached fails with the reason", async () => {
    answering(() => Promise.reject(new Error("getaddrinfo ENOTFOUND")));
    await expect(findCloud({ metadataHost: host }, signal)).rejects.toThrow(
      new RegExp(`^the cloud's metadata service at .* \\(getaddrinfo ENOTFOUND\\): ${advice}$`),
    );
  });

  test.each([
    ["no JSON", "<html>"],
    ["null", "null"],
    ["a list", "[]"],
    ["no resource manager", '{"authentication":{"loginEndpoint":"https://l"}}'],
    ["no sign-in", '{"resourceManager":"https://m","authentication":{}}'],
    ["no authentication", '{"resourceManager":"https://m"}'],
  ])("that answers with %s fails with the missing property", async (_what, body) => {
    answering(() => ({ status: 200, body }));
    await expect(findCloud({ metadataHost: host }, signal)).rejects.toThrow(
      `the cloud's metadata service at ${url} does not name resourceManager and authentication.loginEndpoint: ${advice}`,
    );
  });

  const naming = (resourceManager: unknown, loginEndpoint: unknown, disableInstanceDiscovery?: boolean) => {
    answering(() => json({ resourceManager, authentication: { loginEndpoint } }));
    return findCloud({ metadataHost: host, disableInstanceDiscovery }, signal);
  };
  const [manager, login] = ["https://management.mycloud.example:8443", "https://login.mycloud.example"];

  test("may name Microsoft's hosts", async () => {
    const [resourceManager, authority] = [
      "https://management.azure.com",
      "https://login.microsoftonline.com",
    ];
    expect(await naming(resourceManager, authority)).toEqual({ resourceManager, authority, isOwn: true });
    expect(await naming("https://management.chinacloudapi.cn", login)).toMatchObject({ authority: login });
  });

  test.each([
    ["resource manager", "https://management.evil.example", login],
    ["resource manager", "https://login.microsoftonline.com", login],
    ["sign-in host", manager, "https://login.evil.example"],
    ["sign-in host", manager, "https://management.azure.com"],
  ])("names no other host as the %s, unless it is trusted to: %s, %s", async (what, one, other) => {
    await expect(naming(one, other)).rejects.toThrow(
      new RegExp(`names \\S+ as the ${what}, which is neither in its own domain nor known to be Microsoft's`),
    );
    expect(await naming(one, other, true)).toMatchObject({ resourceManager: one, authority: other });
  });

  test.each([
    ["http://management.mycloud.example"],
    ["https://user@management.mycloud.example"],
    ["https://:password@management.mycloud.example"],
    ["https://management.mycloud.example?x"],
    ["https://management.mycloud.example#x"],
    ["management.mycloud.example"],
    [["https://management.mycloud.example"]],
    [7],
  ])("must not name an invalid or misleading address as its resource manager: %j", async (address) => {
    await expect(naming(address, login, true)).rejects.toThrow(
      "as the resource manager, which is no address that begins with https://",
    );
  });

  test.each([
    [".vault.mycloud.example", undefined, "vault.mycloud.example"],
    ["Vault.mycloud.example", undefined, "vault.mycloud.example"],
    ["vault.azure.net", undefined, "vault.azure.net"],
    ["vault.evil.example", undefined, undefined],
    ["vault.evil.example", true, "vault.evil.example"],
    ["https://vault.mycloud.example", true, undefined],
    ["vault.mycloud.example:8443", true, undefined],
    ["", true, undefined],
    [7, true, undefined],
    [undefined, true, undefined],
  ])(
    "that names %j as the domain of key vaults, trusted %j, has %j",
    async (keyVaultDns, trusted, domain) => {
      answering(() =>
        json({
          resourceManager: manager,
          authentication: { loginEndpoint: login },
          suffixes: { keyVaultDns },
        }),
      );
      const cloud = await findCloud({ metadataHost: host, disableInstanceDiscovery: trusted }, signal);
      expect(cloud.keyVaultDomain).toBe(domain);
    },
  );

  test("is not blamed when the user cancels", async () => {
    const cancellation = new AbortController();
    answering(() => {
      cancellation.abort();
      return Promise.reject(new Error("aborted"));
    });
    await expect(findCloud({ metadataHost: host }, cancellation.signal)).rejects.toBe(
      cancellation.signal.reason,
    );
  });
});
