import type { Request, Response } from "../http.js";
import { vaultDns } from "../vault/access.js";
import { apiVersion } from "./apiVersion.js";

/**
 * GET /metadata/endpoints: what Azure's clients ask first, to learn where this cloud signs in and what its parts are
 * called. Version 2019-05-01 answers an array of clouds, later ones a single cloud.
 */
export function metadataEndpoints(request: Request, authority: string): Response {
  const cloud = describeCloud(request.url.origin, authority);
  return { status: 200, body: apiVersion(request) <= "2019-05-01" ? [cloud] : cloud };
}

function describeCloud(resourceManager: string, authority: string): object {
  // Azure's clients insist on an address for services that do not exist here.
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
      // As in every cloud of Azure. One with another tenant is an Azure Stack to Terraform, which refuses it.
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

/** The audiences of access tokens that this resource manager takes. */
export function audiences(resourceManager: string): string[] {
  return [resourceManager, "https://management.core.windows.net/", "https://management.azure.com/"];
}
