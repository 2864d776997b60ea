import * as pulumi from "@pulumi/pulumi";
import { RegistryToken } from "pulumi-acr-token";

const config = new pulumi.Config();

const token = new RegistryToken("build-agent", {
  resourceGroupName: config.require("resourceGroupName"),
  registryName: config.require("registryName"),
  repositories: { "samples/nginx": ["content/read", "content/write"] },
  // The workflow `up` runs every week, so a password is current for 30 to 36 days, ...
  rotateEveryDays: 30,
  // ... works for at least 14 more days, and expires after 60.
  overlapDays: 14,
  expirationInDays: 60,
});

export const username = token.username;
export const password = token.password;
export const rotatesOn = token.rotatesOn;
