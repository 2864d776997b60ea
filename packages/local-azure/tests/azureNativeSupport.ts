import { type LocalAzure, startLocalAzure } from "local-azure";
import { PluginClient, standIn } from "local-azure/pulumi";
import { urn } from "provider-server";
import { afterAll, beforeAll, beforeEach } from "vitest";

export const token = urn("azure-native:containerregistry:Token", "gateway-token");
export const scopeMap = urn("azure-native:containerregistry:ScopeMap", "gateway-scope-map");
export const registry = urn("azure-native:containerregistry:Registry", "registry");
export const connectedRegistry = urn("azure-native:containerregistry:ConnectedRegistry", "edge1");
export const vault = urn("azure-native:keyvault:Vault", "vault");
export const secret = urn("azure-native:keyvault:Secret", "app-password");
export const group = urn("azure-native:resources:ResourceGroup", "group");

export const inRegistry = { resourceGroupName: "myresourcegroup", registryName: "myregistry" };

/** A local Azure and the stand-in for azure-native with minimal waits, for the tests of one file. */
export function azureNative(): { readonly azure: LocalAzure; readonly native: PluginClient } {
  let azure: LocalAzure | undefined;
  let native: PluginClient | undefined;
  beforeAll(async () => {
    azure = await startLocalAzure();
    native = await start(azure);
    await native.configure();
  });
  beforeEach(() => azure?.faults.clear());
  afterAll(async () => {
    await native?.close();
    await azure?.close();
  });
  return {
    get azure() {
      return azure as LocalAzure;
    },
    get native() {
      return native as PluginClient;
    },
  };
}

/** A stand-in that has not been configured. */
export function start(
  azure: LocalAzure,
  env: Record<string, string | undefined> = {},
): Promise<PluginClient> {
  return PluginClient.start(standIn("azure-native"), {
    env: { ...azure.environment, AZURE_NATIVE_STAND_IN_PACE: "0.001", ...env },
  });
}

/** The inputs of a token that may pull from every repository. */
export function pullToken({ connection }: LocalAzure) {
  const registryId = `/subscriptions/${connection.subscriptionId}/resourceGroups/myresourcegroup/providers/Microsoft.ContainerRegistry/registries/myregistry`;
  return { ...inRegistry, status: "enabled", scopeMapId: `${registryId}/scopeMaps/_repositories_pull` };
}
