import * as pulumi from "@pulumi/pulumi";
import { RegistryToken } from "pulumi-acr-token";

const config = new pulumi.Config();

const token = new RegistryToken("cluster", {
  resourceGroupName: config.require("resourceGroupName"),
  registryName: config.require("registryName"),
  repositories: { "samples/*": ["content/read"] },
  rotateEveryDays: 30,
  // How long nodes with the old pull secret can still pull.
  overlapDays: 7,
});

const labels = { "app.kubernetes.io/managed-by": "pulumi" };

/** The host to pull from. */
export const loginServer = token.loginServer;
/** The input of `kubectl apply`: a pull secret, and a service account whose pods use it. A secret, because it has the password. */
export const manifest = pulumi.secret({
  apiVersion: "v1",
  kind: "List",
  items: [
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "registry", labels },
      type: "kubernetes.io/dockerconfigjson",
      data: {
        ".dockerconfigjson": token.dockerConfigJson.apply((json) => Buffer.from(json).toString("base64")),
      },
    },
    {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "puller", labels },
      imagePullSecrets: [{ name: "registry" }],
    },
  ],
});
