/** examples/connected-registry, from a copy outside of this workspace, on a local Azure. */
import { expect, it, vi } from "vitest";
import { arm, certificate, registryPath } from "../../packages/local-azure/tests/support";
import { RegistryClient } from "../../tools/start/registryClient";
import { describeWith, onlyAtFullSize, type TestStack } from "../engine/support";
import { exampleStack, generationOf } from "./exampleStack";

// Several runs each, which take long on a busy machine.
vi.setConfig({ testTimeout: 300_000 });

const registryName = "onpremregistry";

function start(): Promise<TestStack> {
  return exampleStack("connected-registry", {
    resourceGroupName: "myresourcegroup",
    registryName,
    // A repository that each registry of the local Azure has.
    repositories: JSON.stringify(["azureiotedge-agent"]),
  });
}

/** The parts of the connection string in the extension's protected settings. */
async function connection(test: TestStack): Promise<Record<string, string>> {
  const { protectedSettings } = await test.stack.outputs();
  expect(protectedSettings?.secret).toBe(true);
  const settings = JSON.parse(protectedSettings?.value);
  expect(Object.keys(settings)).toEqual(["connectionString"]);
  // A password may end in =.
  const parts = settings.connectionString
    .split(";")
    .map((part: string) => /^(\w+)=(.*)$/.exec(part)?.slice(1));
  return Object.fromEntries(parts);
}

/** Pulls an image from the cloud registry. */
async function pull(test: TestStack, username = "", password = ""): Promise<void> {
  const address = await test.output("loginServer");
  const client = new RegistryClient(address, username, password, certificate(test.azure.connection));
  await client.pull("azureiotedge-agent:1.5");
}

describeWith("examples/connected-registry", onlyAtFullSize, () => {
  it("hands out the settings of the Arc extension and a login at both registries", async () => {
    const test = await start();
    expect((await test.preview()).text).toMatch(/protectedSettings: \[(unknown|secret)\]/);
    await test.up();

    const request = await arm(test.azure);
    const { body: registry } = await request("GET", registryPath(test.azure, "", registryName));
    const parts = await connection(test);
    expect(parts).toEqual({
      ConnectedRegistryName: "myconnectedregistry",
      SyncTokenName: "myconnectedregistry-sync",
      SyncTokenPassword: expect.stringMatching(/^.{20,}$/),
      ParentGatewayEndpoint: registry.properties.dataEndpointHostNames[0],
      ParentEndpointProtocol: "https",
    });
    await pull(test, parts.SyncTokenName, parts.SyncTokenPassword);

    const { auths } = JSON.parse(await test.output("dockerConfigJson"));
    const loginServer = registry.properties.loginServer;
    expect(Object.keys(auths)).toEqual([loginServer, "192.100.100.1"]);
    expect(auths["192.100.100.1"]).toEqual(auths[loginServer]);
    const { username, password } = auths[loginServer];
    await pull(test, username, password);
    const path = registryPath(test.azure, "/connectedRegistries/myconnectedregistry", registryName);
    const { clientTokenIds } = (await request("GET", path)).body.properties;
    expect(clientTokenIds).toEqual([expect.stringMatching(/\/tokens\/myconnectedregistry-client$/)]);

    expect((await test.preview()).steps).toEqual([]);
    await test.stack.destroy();
    expect((await request("GET", registryPath(test.azure, "", registryName))).status).toBe(404);
  });

  it("has new settings to deploy after a rotation of the sync token, and the deployed password keeps working", async () => {
    const test = await start();
    await test.up();
    const deployed = await connection(test);

    await test.up({ replace: [await generationOf(test, "sync")] });

    const next = await connection(test);
    expect(next).toEqual({ ...deployed, SyncTokenPassword: next.SyncTokenPassword });
    expect(next.SyncTokenPassword).not.toBe(deployed.SyncTokenPassword);
    for (const { SyncTokenName, SyncTokenPassword } of [deployed, next]) {
      await pull(test, SyncTokenName, SyncTokenPassword);
    }
  });
});
