import { createRequire } from "node:module";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { afterEach, describe, expect, test } from "vitest";
import { Engine, passwords, registryId, resolved, types } from "./engine";

// The program as Pulumi runs it: compiled, with the package that it finds by name.
const load = createRequire(__filename);
const program = join(__dirname, "..", "..", "bin", "index.js");

const registry = { resourceGroupName: "group", registryName: "myregistry" };

afterEach(Engine.stop);

/** Runs the program with a configuration, and waits for its outputs. */
async function run(config: Record<string, string>) {
  const engine = await Engine.start({
    config: Object.fromEntries(
      Object.entries(config).map(([key, value]) => [`registry-token:${key}`, value]),
    ),
  });
  delete load.cache[program];
  const exported: Record<string, pulumi.Output<unknown>> = load(program);
  const outputs = await Promise.all(
    Object.entries(exported).map(async ([name, output]) => [name, await resolved(output)] as const),
  );
  return { engine, exported, outputs: Object.fromEntries(outputs) };
}

describe("the program", () => {
  test("is Azure's walk-through for IoT Edge, given a registry", async () => {
    const { engine } = await run(registry);
    expect(engine.inputs(types.scopeMap)).toEqual({
      ...registry,
      scopeMapName: "connected-registry-pull",
      description: "Connected registry repo pull scope map",
      actions: [
        "repositories/acr/connected-registry/content/read",
        "repositories/azureiotedge-agent/content/read",
        "repositories/azureiotedge-api-proxy/content/read",
        "repositories/azureiotedge-hub/content/read",
      ],
    });
    expect(engine.inputs(types.token)).toEqual({
      ...registry,
      tokenName: "crimagepulltoken",
      scopeMapId: `${registryId}/scopeMaps/connected-registry-pull`,
      status: "enabled",
    });
    expect(engine.inputs(types.credentials)).not.toHaveProperty("expirationInDays");
    expect(engine.inputs(types.credentials)).not.toHaveProperty("rotateEveryDays");
  });

  test("exports the name, the password, and both in az's and IoT Edge's shape", async () => {
    const { outputs } = await run(registry);
    expect(outputs).toEqual({
      username: "crimagepulltoken",
      password: "value-of-2",
      credentials: {
        activeDirectoryObject: null,
        certificates: [],
        passwords,
        username: "crimagepulltoken",
      },
      registryCredentials: {
        myregistry: {
          address: "myregistry-hash.azurecr.io",
          username: "crimagepulltoken",
          password: "value-of-2",
        },
      },
    });
  });

  test("exports every output with a password as a secret", async () => {
    const { exported } = await run(registry);
    const names = Object.keys(exported);
    const secret = await Promise.all(Object.values(exported).map((output) => pulumi.isSecret(output)));
    expect(names.filter((_, index) => secret[index]).sort()).toEqual([
      "credentials",
      "password",
      "registryCredentials",
    ]);
  });

  test("takes everything from its configuration", async () => {
    const { engine } = await run({
      ...registry,
      tokenName: "my-token",
      scopeMapName: "my_map",
      scopeMapDescription: "Mine",
      repositories: JSON.stringify({ "samples/*": ["content/read", "content/write"] }),
      expirationInDays: "30",
      rotateEveryDays: "7",
    });
    expect(engine.inputs(types.scopeMap)).toMatchObject({
      scopeMapName: "my_map",
      description: "Mine",
      actions: ["repositories/samples/*/content/read", "repositories/samples/*/content/write"],
    });
    expect(engine.inputs(types.token)).toMatchObject({ tokenName: "my-token" });
    expect(engine.inputs(types.credentials)).toMatchObject({ expirationInDays: 30, rotateEveryDays: 7 });
  });

  test.each(["resourceGroupName", "registryName"])(
    "without %s fails with Pulumi's own error",
    async (missing) => {
      const rest = Object.fromEntries(Object.entries(registry).filter(([name]) => name !== missing));
      await expect(run(rest)).rejects.toThrow(
        new RegExp(
          `Missing required configuration variable 'registry-token:${missing}'[^]*pulumi config set registry-token:${missing}`,
        ),
      );
    },
  );
});
