import { describe, expect, test } from "vitest";
import { resolveSettings } from "../../../../../components/provider/azure/auth/settings";

const environment = {
  ARM_CLIENT_ID: "env-client",
  ARM_CLIENT_SECRET: "env-secret",
  ARM_TENANT_ID: "env-tenant",
  ARM_ENVIRONMENT: "china",
  ARM_METADATA_HOSTNAME: "env-host",
};

describe("the settings in force", () => {
  test("are azure-native's environment variables if a program gives none", () => {
    expect(resolveSettings(undefined, environment)).toEqual({
      clientId: "env-client",
      clientSecret: "env-secret",
      tenantId: "env-tenant",
      environment: "china",
      metadataHost: "env-host",
    });
  });

  test("are the program's, one by one, before the environment's", () => {
    expect(resolveSettings({ clientId: "client", environment: "public" }, environment)).toEqual({
      clientId: "client",
      clientSecret: "env-secret",
      tenantId: "env-tenant",
      environment: "public",
      metadataHost: "env-host",
    });
  });

  test("do not include settings that are not set, or empty", () => {
    expect(
      Object.keys(resolveSettings({ clientSecret: "" }, { ARM_CLIENT_SECRET: "", ARM_TENANT_ID: "t" })),
    ).toEqual(["tenantId"]);
  });

  test("leave an empty setting to the environment", () => {
    expect(resolveSettings({ clientId: "" }, environment).clientId).toBe("env-client");
  });

  test("prefer a given false to a true in the environment", () => {
    expect(resolveSettings({ useOidc: false }, { ARM_USE_OIDC: "true" }).useOidc).toBe(false);
    expect(resolveSettings({}, { ARM_USE_OIDC: "true" }).useOidc).toBe(true);
    expect(resolveSettings({}, { ARM_USE_OIDC: "false" }).useOidc).toBe(false);
  });

  test("come from this process's environment unless another one is given", () => {
    const before = process.env.ARM_METADATA_HOSTNAME;
    process.env.ARM_METADATA_HOSTNAME = "of-this-process";
    try {
      expect(resolveSettings({}).metadataHost).toBe("of-this-process");
    } finally {
      if (before === undefined) {
        delete process.env.ARM_METADATA_HOSTNAME;
      } else {
        process.env.ARM_METADATA_HOSTNAME = before;
      }
    }
  });
});
