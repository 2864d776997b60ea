import { createHttpHeaders, createPipelineRequest, type PipelinePolicy } from "@azure/core-rest-pipeline";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Cloud } from "../../../../../components/provider/azure/auth/cloud";
import {
  describeCredential,
  findCredential,
  signInAdvice,
} from "../../../../../components/provider/azure/auth/credential";

/** The credentials that were created, with their arguments: the SDK keeps them to itself. */
const { created } = vi.hoisted(() => ({ created: [] as { kind: string; args: unknown[] }[] }));

vi.mock("@azure/identity", () => {
  const kind = (name: string) =>
    class {
      constructor(...args: unknown[]) {
        created.push({ kind: name, args });
      }
    };
  return {
    AzureCliCredential: kind("az login"),
    ClientAssertionCredential: kind("OIDC"),
    ClientCertificateCredential: kind("client certificate"),
    ManagedIdentityCredential: kind("managed identity"),
    ClientSecretCredential: kind("client secret"),
    DefaultAzureCredential: kind("default"),
  };
});

const cloud: Cloud = { resourceManager: "https://m", authority: "https://login.example", isOwn: false };
const clientSecret = "hush-hush";

beforeEach(() => {
  created.length = 0;
});

describe("the identity", () => {
  test("is the service principal whose secret is set, at the cloud's own sign-in", async () => {
    await findCredential({ clientId: "client", clientSecret, tenantId: "tenant" }, cloud);
    expect(created).toEqual([
      {
        kind: "client secret",
        args: [
          "tenant",
          "client",
          clientSecret,
          expect.objectContaining({
            authorityHost: "https://login.example",
            disableInstanceDiscovery: false,
          }),
        ],
      },
    ]);
  });

  test("is Azure's default credential, in the tenant and at the sign-in host that are set", async () => {
    await findCredential({ useDefaultAzureCredential: true, tenantId: "tenant" }, cloud);
    expect(created).toEqual([
      {
        kind: "default",
        args: [
          { tenantId: "tenant", authorityHost: "https://login.example", disableInstanceDiscovery: false },
        ],
      },
    ]);
  });

  test("is not looked up in the public cloud if the program says so", async () => {
    const settings = { clientId: "client", clientSecret, tenantId: "tenant", disableInstanceDiscovery: true };
    await findCredential(settings, cloud);
    expect(created[0]?.args[3]).toMatchObject({ disableInstanceDiscovery: true });
  });

  test.each([
    [false, "https://login.example", true],
    [false, "https://login.microsoft.com", true],
    [false, "https://evil.example", false],
    [true, "https://login.example", true],
    [true, "https://login.microsoft.com", false],
  ])("in a cloud of one's own (%s) signs in at %s: %s", async (isOwn, address, goes) => {
    await findCredential({ clientId: "client", clientSecret, tenantId: "tenant" }, { ...cloud, isOwn });
    const { additionalPolicies, redirectOptions } = (created[0] as { args: unknown[] }).args[3] as {
      additionalPolicies: { policy: PipelinePolicy; position: string }[];
      redirectOptions: { maxRetries: number };
    };
    const request = createPipelineRequest({ url: `${address}/tenant/oauth2/v2.0/token` });
    const answer = { request, status: 200, headers: createHttpHeaders() };
    const sending = additionalPolicies[0]?.policy.sendRequest(request, async () => answer);
    await (goes ? expect(sending).resolves.toBe(answer) : expect(sending).rejects.toThrow("leads to"));
    expect(additionalPolicies).toEqual([expect.objectContaining({ position: "perCall" })]);
    expect(redirectOptions).toEqual({ maxRetries: 0 });
  });

  test("is not looked up in the public cloud for a private cloud", async () => {
    await findCredential({ clientId: "client", clientSecret, tenantId: "tenant" }, { ...cloud, isOwn: true });
    expect(created[0]?.args[3]).toMatchObject({ disableInstanceDiscovery: true });
  });

  test("is that of az login, in the set tenant, without a secret", async () => {
    await findCredential({ clientId: "client", tenantId: "tenant" }, cloud);
    expect(created).toEqual([{ kind: "az login", args: [{ tenantId: "tenant" }] }]);
  });

  test("is the service principal whose certificate is set, before one with a secret", async () => {
    const settings = {
      clientId: "client",
      tenantId: "tenant",
      clientSecret,
      clientCertificatePath: "/certificate.pem",
      clientCertificatePassword: "hush",
    };
    await findCredential(settings, cloud);
    expect(created).toEqual([
      {
        kind: "client certificate",
        args: [
          "tenant",
          "client",
          { certificatePath: "/certificate.pem", certificatePassword: "hush" },
          expect.objectContaining({
            authorityHost: "https://login.example",
            disableInstanceDiscovery: false,
          }),
        ],
      },
    ]);
  });

  test("trusts another identity provider with OIDC", async () => {
    await findCredential(
      { clientId: "client", tenantId: "tenant", useOidc: true, oidcToken: "token" },
      cloud,
    );
    expect(created[0]).toMatchObject({ kind: "OIDC", args: ["tenant", "client", expect.any(Function), {}] });
    const assertion = created[0]?.args[2] as (() => Promise<string>) | undefined;
    expect(await assertion?.()).toBe("token");
  });

  test("is the managed identity, system-assigned or by its client id", async () => {
    await findCredential({ useMsi: true }, cloud);
    await findCredential({ useMsi: true, clientId: "client" }, cloud);
    expect(created).toEqual([
      { kind: "managed identity", args: [{ clientId: undefined }] },
      { kind: "managed identity", args: [{ clientId: "client" }] },
    ]);
  });

  test.each([{ clientSecret }, { clientCertificatePath: "/certificate.pem" }, { useOidc: true }])(
    "is refused if a service principal lacks its client or tenant: %o",
    async (settings) => {
      await expect(findCredential({ ...settings, tenantId: "tenant" }, cloud)).rejects.toThrow(
        "is set, but not the clientId (azure.clientId, azure-native:clientId or ARM_CLIENT_ID): set both beside it",
      );
      expect(created).toEqual([]);
    },
  );

  test.each([
    [
      { clientSecret },
      "the clientId (azure.clientId, azure-native:clientId or ARM_CLIENT_ID) and the tenantId (azure.tenantId, azure-native:tenantId or ARM_TENANT_ID)",
    ],
    [
      { clientSecret, tenantId: "tenant" },
      "the clientId (azure.clientId, azure-native:clientId or ARM_CLIENT_ID)",
    ],
    [
      { clientSecret, clientId: "client" },
      "the tenantId (azure.tenantId, azure-native:tenantId or ARM_TENANT_ID)",
    ],
  ])("is refused if a service principal lacks a setting (%#)", async (settings, missing) => {
    const error = await findCredential(settings, cloud).catch((thrown: Error) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).toBe(
      `a client secret for Azure is set, but not ${missing}: set both beside it, or none to use az login`,
    );
    expect(created).toEqual([]);
  });
});

describe("the description of the credential", () => {
  test("names the method, the source of each part and the missing parts, and never shows a secret", () => {
    const text = describeCredential(
      { clientId: "the-client-4711", clientSecret },
      { ARM_TENANT_ID: "tenant", ARM_CLIENT_ID: "another" },
    );
    expect(text).toBe(
      [
        "sign-in method: a client secret",
        "set by the argument azure, or by azure-native's provider or configuration: clientId ending in 4711, clientSecret",
        "set by the environment: ARM_TENANT_ID tenant",
        "not set: useDefaultAzureCredential (azure.useDefaultAzureCredential, azure-native:useDefaultAzureCredential or ARM_USE_DEFAULT_AZURE_CREDENTIAL), clientCertificatePath (azure.clientCertificatePath, azure-native:clientCertificatePath or ARM_CLIENT_CERTIFICATE_PATH), useOidc (azure.useOidc, azure-native:useOidc or ARM_USE_OIDC), useMsi (azure.useMsi, azure-native:useMsi or ARM_USE_MSI)",
      ].join("; "),
    );
    expect(text).not.toContain(clientSecret);
  });

  test("names az login if no method is set", () => {
    expect(describeCredential(undefined, {})).toMatch(/^sign-in method: az login; not set: clientId /);
    expect(describeCredential({}, {})).toContain("ARM_CLIENT_SECRET");
  });
});

test("the advice after a failed sign-in fits the method", () => {
  expect(signInAdvice({})).toBe(
    "sign in with az login, or set the client id, secret and tenant of a service principal",
  );
  expect(signInAdvice({ clientSecret })).toBe(
    "check that the tenant, the client and its credential belong together; refresh and destroy sign in with the identity in the state: after you renew a secret, run pulumi up first, or pass them --run-program",
  );
});
