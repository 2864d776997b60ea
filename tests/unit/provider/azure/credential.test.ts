import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Cloud } from "../../../../components/provider/azure/cloud";
import { findCredential, lookedFor } from "../../../../components/provider/azure/credential";

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
    ClientSecretCredential: kind("client secret"),
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
          { authorityHost: "https://login.example", disableInstanceDiscovery: false },
        ],
      },
    ]);
  });

  test("is not looked up in the public cloud where the cloud is one's own", async () => {
    await findCredential({ clientId: "client", clientSecret, tenantId: "tenant" }, { ...cloud, isOwn: true });
    expect(created[0]?.args[3]).toMatchObject({ disableInstanceDiscovery: true });
  });

  test("is that of az login, in the tenant that is set, where no secret is", async () => {
    await findCredential({ clientId: "client", tenantId: "tenant" }, cloud);
    expect(created).toEqual([{ kind: "az login", args: [{ tenantId: "tenant" }] }]);
  });

  test.each([
    [
      { clientSecret },
      "the clientId (azure-native:clientId or ARM_CLIENT_ID) and the tenantId (azure-native:tenantId or ARM_TENANT_ID)",
    ],
    [{ clientSecret, tenantId: "tenant" }, "the clientId (azure-native:clientId or ARM_CLIENT_ID)"],
    [{ clientSecret, clientId: "client" }, "the tenantId (azure-native:tenantId or ARM_TENANT_ID)"],
  ])("is refused where of a service principal something is missing (%#)", async (settings, missing) => {
    const error = await findCredential(settings, cloud).catch((thrown: Error) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).toBe(
      `a client secret for Azure is set, but not ${missing}: set both beside it, or none to use az login`,
    );
    expect(created).toEqual([]);
  });
});

describe("what was looked for", () => {
  test("names each setting and where it can be set, and never shows a secret", () => {
    const text = lookedFor({ clientId: "client", clientSecret, tenantId: "tenant" });
    expect(text).toBe(
      "clientId (azure-native:clientId or ARM_CLIENT_ID) is set, clientSecret (azure-native:clientSecret or ARM_CLIENT_SECRET) is set, tenantId (azure-native:tenantId or ARM_TENANT_ID) is set",
    );
    expect(text).not.toContain(clientSecret);
  });

  test("says that it was left to az login where no secret is set", () => {
    expect(lookedFor({})).toBe(
      "clientId (azure-native:clientId or ARM_CLIENT_ID) is not set, clientSecret (azure-native:clientSecret or ARM_CLIENT_SECRET) is not set, tenantId (azure-native:tenantId or ARM_TENANT_ID) is not set; so it was left to az login",
    );
  });
});
