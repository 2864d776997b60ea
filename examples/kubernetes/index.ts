import * as pulumi from "@pulumi/pulumi";
import { RegistryToken } from "pulumi-acr-token";

const config = new pulumi.Config();

const token = new RegistryToken("cluster", {
  resourceGroupName: config.require("resourceGroupName"),
  registryName: config.require("registryName"),
  repositories: { "samples/*": ["content/read"] },
  rotateEveryDays: 30,
  // For so long nodes that have the old pull secret still get in.
  overlapDays: 7,
});

const labels = { "app.kubernetes.io/managed-by": "pulumi" };

/** What `kubectl apply` takes: a pull secret, and a service account whose pods pull with it. It holds the password: a secret. */
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
