import type { Request, Response } from "../http.js";
import { vaultDns } from "../vault/access.js";
import { apiVersion } from "./apiVersion.js";

/**
 * GET /metadata/endpoints: the first request of Azure's clients, for the cloud's sign-in host and the names of its
 * services. Version 2019-05-01 returns an array of clouds, later versions a single cloud.
 */
export function metadataEndpoints(request: Request, authority: string): Response {
  const cloud = describeCloud(request.url.origin, authority);
  return { status: 200, body: apiVersion(request) <= "2019-05-01" ? [cloud] : cloud };
}

function describeCloud(resourceManager: string, authority: string): object {
  // Azure's clients require an address even for services that do not exist here.
  const nowhere = (service: string) => `https://${service}.invalid/`;
  return {
    name: "LocalAzure",
    resourceManager: `${resourceManager}/`,
    portal: nowhere("portal"),
    gallery: nowhere("gallery"),
    graph: nowhere("graph"),
    graphAudience: nowhere("graph"),
    batch: nowhere("batch"),
    media: nowhere("media"),
    sqlManagement: nowhere("sqlmanagement"),
    vmImageAliasDoc: nowhere("vmimagealias"),
    activeDirectoryDataLake: nowhere("datalake"),
    appInsightsResourceId: nowhere("appinsights"),
    appInsightsTelemetryChannelResourceId: nowhere("appinsightstelemetry"),
    attestationResourceId: nowhere("attestation"),
    logAnalyticsResourceId: nowhere("loganalytics"),
    microsoftGraphResourceId: nowhere("microsoftgraph"),
    ossrDbmsResourceId: nowhere("ossrdbms"),
    synapseAnalyticsResourceId: nowhere("synapse"),
    authentication: {
      loginEndpoint: `${authority}/`,
      audiences: audiences(resourceManager),
      // As in every cloud of Azure. Terraform takes a cloud with another tenant for an Azure Stack and refuses it.
      tenant: "common",
      identityProvider: "AAD",
    },
    suffixes: {
      acrLoginServer: "azurecr.invalid",
      attestationEndpoint: "attest.invalid",
      azureDataLakeAnalyticsCatalogAndJob: "datalakeanalytics.invalid",
      azureDataLakeStoreFileSystem: "datalakestore.invalid",
      azureFrontDoorEndpointSuffix: "frontdoor.invalid",
      hdInsight: "hdinsight.invalid",
      keyVaultDns: vaultDns,
      mariadbServerEndpoint: "mariadb.invalid",
      mhsmDns: "managedhsm.invalid",
      mysqlServerEndpoint: "mysql.invalid",
      postgresqlServerEndpoint: "postgres.invalid",
      sqlServerHostname: "database.invalid",
      storage: "storage.invalid",
      storageSyncEndpointSuffix: "afs.invalid",
      synapseAnalytics: "synapse.invalid",
    },
  };
}

/** The audiences of access tokens that this resource manager accepts. */
export function audiences(resourceManager: string): string[] {
  return [resourceManager, "https://management.core.windows.net/", "https://management.azure.com/"];
}
