import * as pulumi from "@pulumi/pulumi";
import { RegistryToken } from "pulumi-acr-token";

const config = new pulumi.Config();

const token = new RegistryToken("tsx-client", {
  resourceGroupName: config.require("resourceGroupName"),
  registryName: config.require("registryName"),
  repositories: { "azureiotedge-agent": ["content/read"] },
  rotateEveryDays: 90,
});

export const username = token.username;
export const password = token.password; // a secret
export const loginServer = token.loginServer;
