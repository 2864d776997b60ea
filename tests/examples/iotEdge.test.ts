/** examples/iot-edge, from a copy outside of this workspace, on a local Azure. */
import { expect, it, vi } from "vitest";
import { type Arm, arm, certificate, registryPath } from "../../packages/local-azure/tests/support";
import { RegistryClient } from "../../tools/start/registryClient";
import { describeWith, onlyAtFullSize, type TestStack } from "../engine/support";
import { faultsOf } from "./deploymentSchema";
import { exampleStack, generationOf } from "./exampleStack";

const tags = {
  "acr/connected-registry": "1.5",
  "azureiotedge-api-proxy": "1.5",
  "azureiotedge-agent": "1.5",
  "azureiotedge-hub": "1.5",
};
const images = Object.entries(tags).map((image) => image.join(":"));

/** A stack of the example whose images are those that a registry of the local Azure has. */
function start(config: Record<string, string> = {}): Promise<TestStack> {
  return exampleStack("iot-edge", {
    resourceGroupName: "myresourcegroup",
    registryName: "edgeregistry",
    images: JSON.stringify(tags),
    ...config,
  });
}

/** What of the manifest signs in somewhere. */
interface Deployed {
  readonly credential: { address: string; username: string; password: string };
  readonly connection: Record<string, string>;
}

/** The manifest as it would be deployed. */
async function deployed(test: TestStack): Promise<Deployed> {
  const { manifest } = await test.stack.outputs();
  expect(manifest?.secret).toBe(true);
  expect(manifest?.value).not.toMatch(/undefined|null|\[object|Output</);
  const content = JSON.parse(manifest?.value);
  expect(faultsOf(content)).toEqual([]);
  const { runtime, modules } = content.modulesContent.$edgeAgent["properties.desired"];
  const text: string = modules["connected-registry"].env.ACR_REGISTRY_CONNECTION_STRING.value;
  // A password ends in = at times.
  const parts = text.split(";").map((part) => /^(\w+)=(.*)$/.exec(part)?.slice(1) ?? []);
  return {
    credential: runtime.settings.registryCredentials.edgeregistry,
    connection: Object.fromEntries(parts),
  };
}

/** A container client in the registry that the example has created. */
function client({ azure: { connection } }: TestStack, { credential }: Deployed, token = credential) {
  return new RegistryClient(credential.address, token.username, token.password, certificate(connection));
}

function syncToken({ connection, credential }: Deployed): Deployed["credential"] {
  return {
    address: credential.address,
    username: connection.SyncTokenName ?? "",
    password: connection.SyncTokenPassword ?? "",
  };
}

async function scopeMapActions(test: TestStack, request: Arm, name: string): Promise<string[]> {
  const path = registryPath(test.azure, `/scopeMaps/${name}`, "edgeregistry");
  return (await request("GET", path)).body.properties.actions;
}

const each = (...actions: string[]) =>
  Object.keys(tags).flatMap((name) => actions.map((action) => `repositories/${name}/${action}`));
const gateway = ["config/read", "config/write", "message/read", "message/write"].map(
  (action) => `gateway/myconnectedregistry/${action}`,
);

// A few runs each, which take longer on a busy machine.
vi.setConfig({ testTimeout: 300_000 });

describeWith("examples/iot-edge", onlyAtFullSize, () => {
  it("takes the walk-through to a manifest with which a device signs in, and no further", async () => {
    const test = await start();
    expect((await test.preview()).text).toMatch(/manifest\s*: \[unknown\]/);
    const { steps } = await test.up();
    expect(steps).toContain("ConnectedRegistry create");

    const made = await deployed(test);
    for (const image of images) {
      await client(test, made).pull(image);
    }
    const request = await arm(test.azure);
    const registry = (await request("GET", registryPath(test.azure, "", "edgeregistry"))).body;
    expect(registry).toMatchObject({ sku: { name: "Premium" }, properties: { dataEndpointEnabled: true } });
    expect(made.connection).toEqual({
      ConnectedRegistryName: "myconnectedregistry",
      SyncTokenName: "myconnectedregistry-sync",
      SyncTokenPassword: expect.stringMatching(/^.{20,}$/),
      ParentGatewayEndpoint: registry.properties.dataEndpointHostNames[0],
      ParentEndpointProtocol: "https",
    });
    expect(await test.output("loginServer")).toBe(registry.properties.loginServer);

    // The scope maps hold exactly these actions, and the registry enforces them.
    expect(await scopeMapActions(test, request, "myconnectedregistry-sync-scope-map")).toEqual(
      [...gateway, ...each("content/read", "metadata/read")].sort(),
    );
    expect(await scopeMapActions(test, request, "connected-registry-pull")).toEqual(
      each("content/read").sort(),
    );
    const sync = client(test, made, syncToken(made));
    await sync.pull("acr/connected-registry:1.5");
    for (const device of [sync, client(test, made)]) {
      await expect(device.push("acr/connected-registry:1.5")).rejects.toThrow(/DENIED/);
      await expect(device.pull("payroll:latest")).rejects.toThrow(/DENIED/);
    }
    const { body: connected } = await request(
      "GET",
      registryPath(test.azure, "/connectedRegistries/myconnectedregistry", "edgeregistry"),
    );
    expect(connected.properties).toMatchObject({ mode: "ReadOnly", provisioningState: "Succeeded" });
    expect(connected.properties.parent.syncProperties.tokenId).toMatch(/tokens\/myconnectedregistry-sync$/);

    expect((await test.preview()).steps).toEqual([]);
    expect((await test.preview({ refresh: true })).steps).toEqual([]);
    await test.stack.destroy();
    expect((await request("GET", registryPath(test.azure, "", "edgeregistry"))).status).toBe(404);
  });

  it("has rotated passwords in the manifest, and leaves those of the one before valid", async () => {
    const test = await start();
    await test.up();
    const before = await deployed(test);

    const generations = [await generationOf(test, "sync"), await generationOf(test, "client")];
    await test.up({ replace: generations });

    const after = await deployed(test);
    expect(after.credential.password).not.toBe(before.credential.password);
    expect(after.connection.SyncTokenPassword).not.toBe(before.connection.SyncTokenPassword);
    expect(after.connection).toEqual({
      ...before.connection,
      SyncTokenPassword: after.connection.SyncTokenPassword,
    });
    for (const manifest of [before, after]) {
      await client(test, manifest).pull("azureiotedge-agent:1.5");
      await client(test, manifest, syncToken(manifest)).pull("azureiotedge-agent:1.5");
    }
    expect((await test.preview()).steps).toEqual([]);
  });

  it("lets a connected registry write, once it is to, without a new password", async () => {
    const test = await start();
    await test.up();
    const before = await deployed(test);

    await test.stack.setConfig("mode", { value: "ReadWrite" });
    expect((await test.up()).steps.sort()).toEqual(["ConnectedRegistry update", "ScopeMap update"]);

    expect(await deployed(test)).toEqual(before);
    await client(test, before, syncToken(before)).push("azureiotedge-agent:1.5");
    const actions = await scopeMapActions(test, await arm(test.azure), "myconnectedregistry-sync-scope-map");
    expect(actions).toEqual(
      [
        ...gateway,
        ...each("content/read", "content/write", "content/delete", "metadata/read", "metadata/write"),
      ].sort(),
    );
  });
});
