/** The program of one stack: a token for each of its devices. */
import * as containerregistry from "@pulumi/azure-native/containerregistry";
import * as pulumi from "@pulumi/pulumi";
import { RegistryToken } from "pulumi-acr-token";
import { devicesOf, readFleet } from "./fleet";

const config = new pulumi.Config();
const registry = {
  resourceGroupName: config.require("resourceGroupName"),
  registryName: config.require("registryName"),
};
const stack = pulumi.getStack();
const devices = devicesOf(stack, readFleet());

// All devices have the same access, so a stack has one scope map: a device then takes two writes to create, not three.
const scopeMap = new containerregistry.ScopeMap("devices", {
  ...registry,
  scopeMapName: `fleet-${stack}`,
  description: "What a device pulls",
  actions: ["azureiotedge-agent", "azureiotedge-hub"].map((name) => `repositories/${name}/content/read`),
});

for (const device of devices) {
  new RegistryToken(device, {
    ...registry,
    scopeMapId: scopeMap.id,
    rotateEveryDays: 30,
    // A device that was off for a week can still log in, and then fetches its new password.
    overlapDays: 7,
    // Without it all devices that were created on one day would rotate on one day.
    spreadRotation: true,
  });
}
