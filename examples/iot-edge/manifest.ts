/** Tags by repository. */
export type Images = Record<
  "acr/connected-registry" | "azureiotedge-api-proxy" | "azureiotedge-agent" | "azureiotedge-hub",
  string
>;

/** Where the connected registry keeps its images on the device. */
const dataFolder = "/home/azureuser/connected-registry";

/**
 * The deployment manifest of Azure's quickstart "Deploy a connected registry to an IoT Edge device": the runtime, a
 * connected registry, and the API proxy through which other devices reach it.
 *
 * @param images the tags to run
 * @param loginServer the host of the cloud registry, which has the images
 * @param registryCredentials the agent's credentials for that registry
 * @param connectionString the connected registry's credentials for that registry
 */
export function deploymentManifest(
  images: Images,
  loginServer: string,
  registryCredentials: object,
  connectionString: string,
): object {
  const image = (repository: keyof Images) => `${loginServer}/${repository}:${images[repository]}`;
  return {
    modulesContent: {
      $edgeAgent: {
        "properties.desired": {
          schemaVersion: "1.1",
          runtime: {
            type: "docker",
            settings: { minDockerVersion: "v1.25", registryCredentials },
          },
          systemModules: {
            edgeAgent: {
              type: "docker",
              settings: { image: image("azureiotedge-agent"), createOptions: "{}" },
              env: { SendRuntimeQualityTelemetry: { value: "false" } },
            },
            edgeHub: {
              type: "docker",
              status: "running",
              restartPolicy: "always",
              settings: {
                image: image("azureiotedge-hub"),
                createOptions: containerOptions([443, 5671, 8883]),
              },
            },
          },
          modules: {
            "connected-registry": {
              ...alwaysRunning,
              settings: {
                image: image("acr/connected-registry"),
                createOptions: containerOptions([8080], [`${dataFolder}:/var/acr/data`]),
              },
              env: { ACR_REGISTRY_CONNECTION_STRING: { value: connectionString } },
            },
            IoTEdgeAPIProxy: {
              ...alwaysRunning,
              settings: { image: image("azureiotedge-api-proxy"), createOptions: containerOptions([8000]) },
              env: {
                NGINX_DEFAULT_PORT: { value: "8000" },
                CONNECTED_ACR_ROUTE_ADDRESS: { value: "connected-registry:8080" },
                BLOB_UPLOAD_ROUTE_ADDRESS: { value: "AzureBlobStorageonIoTEdge:11002" },
              },
            },
          },
        },
      },
      $edgeHub: {
        "properties.desired": {
          schemaVersion: "1.1",
          routes: { route: { route: "FROM /messages/* INTO $upstream" } },
          storeAndForwardConfiguration: { timeToLiveSecs: 7200 },
        },
      },
    },
  };
}

const alwaysRunning = { type: "docker", version: "1.0", status: "running", restartPolicy: "always" };

/**
 * Docker's options for a container, as the text that a manifest wants.
 *
 * @param ports which of its ports are the host's of the same number
 * @param binds folders of the host's: `/on/host:/in/container`
 */
function containerOptions(ports: number[], binds?: string[]): string {
  const PortBindings = Object.fromEntries(ports.map((port) => [`${port}/tcp`, [{ HostPort: String(port) }]]));
  return JSON.stringify({ HostConfig: { ...(binds && { Binds: binds }), PortBindings } });
}
