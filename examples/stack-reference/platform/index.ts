import * as pulumi from "@pulumi/pulumi";
import { RegistryToken } from "pulumi-acr-token";

const config = new pulumi.Config();

const token = new RegistryToken("application", {
  resourceGroupName: config.require("resourceGroupName"),
  registryName: config.require("registryName"),
  repositories: { "samples/nginx": ["content/read"] },
  rotateEveryDays: 30,
  // How long the application may take to fetch the new password.
  overlapDays: 7,
});

export const loginServer = token.loginServer;
export const username = token.username;
/** A secret, here and in every stack that refers to this one. */
export const password = token.password;
