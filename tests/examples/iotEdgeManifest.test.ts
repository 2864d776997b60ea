/** The deployment manifest of examples/iot-edge, without Pulumi, and the schema that it is held to. */
import { describe, expect, it } from "vitest";
import { deploymentManifest } from "../../examples/iot-edge/manifest";
import { faultsOf } from "./deploymentSchema";

const images = {
  "acr/connected-registry": "0.8.0",
  "azureiotedge-api-proxy": "1.1",
  "azureiotedge-agent": "1.5",
  "azureiotedge-hub": "1.4",
};
const credentials = {
  myregistry: { address: "myregistry.azurecr.io", username: "crimagepulltoken", password: "p" },
};

// Tests look into it and break it.
// biome-ignore lint/suspicious/noExplicitAny: see above
function manifest(registryCredentials: object = credentials): any {
  return deploymentManifest(images, "myregistry.azurecr.io", registryCredentials, "ConnectedRegistryName=a");
}

const agentOf = (made: ReturnType<typeof manifest>) => made.modulesContent.$edgeAgent["properties.desired"];

describe("the manifest", () => {
  it("is a deployment as Azure's schema has it", () => {
    expect(faultsOf(manifest())).toEqual([]);
  });

  it("runs each image with its own tag, from the cloud registry", () => {
    const { systemModules, modules } = agentOf(manifest());
    const all = Object.entries<{ settings: { image: string } }>({ ...systemModules, ...modules });
    expect(Object.fromEntries(all.map(([name, { settings }]) => [name, settings.image]))).toEqual({
      edgeAgent: "myregistry.azurecr.io/azureiotedge-agent:1.5",
      edgeHub: "myregistry.azurecr.io/azureiotedge-hub:1.4",
      "connected-registry": "myregistry.azurecr.io/acr/connected-registry:0.8.0",
      IoTEdgeAPIProxy: "myregistry.azurecr.io/azureiotedge-api-proxy:1.1",
    });
  });

  it("has Docker's options of Azure's quickstart", () => {
    const { systemModules, modules } = agentOf(manifest());
    const optionsOf = (module: { settings: { createOptions: string } }) =>
      JSON.parse(module.settings.createOptions);
    const ports = (...numbers: number[]) =>
      Object.fromEntries(numbers.map((port) => [`${port}/tcp`, [{ HostPort: `${port}` }]]));
    expect(optionsOf(modules["connected-registry"])).toEqual({
      HostConfig: {
        Binds: ["/home/azureuser/connected-registry:/var/acr/data"],
        PortBindings: ports(8080),
      },
    });
    expect(optionsOf(modules.IoTEdgeAPIProxy)).toEqual({ HostConfig: { PortBindings: ports(8000) } });
    expect(optionsOf(systemModules.edgeHub)).toEqual({
      HostConfig: { PortBindings: ports(443, 5671, 8883) },
    });
    expect(optionsOf(systemModules.edgeAgent)).toEqual({});
  });
});

describe("the schema refuses", () => {
  it.each<[string, (made: ReturnType<typeof manifest>) => void, string]>([
    ["a missing module", (made) => delete made.modulesContent.$edgeHub, "'$edgeHub'"],
    ["what it does not know", (made) => Object.assign(made, { priority: 1 }), "additional properties"],
    ["another schemaVersion", (made) => Object.assign(agentOf(made), { schemaVersion: "1.0" }), "constant"],
    [
      "credentials without a password",
      (made) => delete agentOf(made).runtime.settings.registryCredentials.myregistry.password,
      "'password'",
    ],
    [
      "a status that is none",
      (made) => Object.assign(agentOf(made).modules.IoTEdgeAPIProxy, { status: "started" }),
      "allowed values",
    ],
    [
      "Docker's options as an object",
      (made) => Object.assign(agentOf(made).systemModules.edgeAgent.settings, { createOptions: {} }),
      "must be string",
    ],
    [
      "a variable without a value",
      (made) => Object.assign(agentOf(made).modules.IoTEdgeAPIProxy.env, { A: { value: null } }),
      "must be number,string,boolean",
    ],
  ])("%s", (_, spoil, fault) => {
    const made = structuredClone(manifest());
    spoil(made);
    expect(faultsOf(made).join("\n")).toContain(fault);
  });

  it("credentials under a name with a dot, as a login server's would be", () => {
    const made = manifest({ "myregistry.azurecr.io": credentials.myregistry });
    expect(faultsOf(made)).not.toEqual([]);
  });
});
