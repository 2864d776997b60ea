import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { args, create } from "./createToken";
import { Engine, types, unwrapSecret } from "./engine";

let engine: Engine;

beforeEach(async () => {
  engine = await Engine.start();
});

afterEach(Engine.stop);

describe("the identity", () => {
  const azure = { clientId: "client", clientSecret: pulumi.secret("hush"), tenantId: "tenant" };

  test("goes to the provider's resources as a secret", async () => {
    await create({ ...args, azure });
    for (const type of [types.access, types.credentials]) {
      expect(unwrapSecret(engine.inputs(type).azure), type).toEqual({
        clientId: "client",
        clientSecret: "hush",
        tenantId: "tenant",
      });
    }
  });

  test("is a secret also if the program gives its client secret as plain text", async () => {
    await create({ ...args, azure: { ...azure, clientSecret: "hush" } });
    for (const type of [types.access, types.credentials]) {
      expect(unwrapSecret(engine.inputs(type).azure), type).toMatchObject({ clientSecret: "hush" });
    }
  });

  test("is all of azure-native's configuration if the program gives none", async () => {
    const configured = {
      clientId: "client",
      clientSecret: "hush",
      tenantId: "tenant",
      environment: "china",
      metadataHost: "host:8443",
    };
    engine = await Engine.start({
      config: Object.fromEntries(
        Object.entries({ ...configured, location: "westeurope" }).map(([key, value]) => [
          `azure-native:${key}`,
          value,
        ]),
      ),
      secretConfig: ["azure-native:clientSecret"],
    });
    await create();
    for (const type of [types.access, types.credentials]) {
      expect(unwrapSecret(engine.inputs(type).azure), type).toEqual(configured);
    }
  });

  test("is the given one and not that of azure-native's configuration", async () => {
    engine = await Engine.start({
      config: { "azure-native:clientId": "other", "azure-native:environment": "china" },
    });
    await create({ ...args, azure });
    expect(unwrapSecret(engine.inputs(types.credentials).azure)).toMatchObject({ clientId: "client" });
    expect(unwrapSecret(engine.inputs(types.credentials).azure)).not.toHaveProperty("environment");
  });

  test("is left to the provider if the program sets none", async () => {
    await create();
    expect(engine.inputs(types.access)).not.toHaveProperty("azure");
    expect(engine.inputs(types.credentials)).not.toHaveProperty("azure");
  });
});
