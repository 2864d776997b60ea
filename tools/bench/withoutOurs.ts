/**
 * Loaded by a program before the package: takes TokenAccess and TokenCredentials out of it. What the component hands on of them
 * are texts, so that all else is as it is.
 */
import * as pulumi from "@pulumi/pulumi";

class Nothing {
  readonly username = pulumi.output("client");
  readonly password = pulumi.output("password");
  readonly passwords = pulumi.output([{ name: "password1", value: "password" }]);
  readonly loginServer = pulumi.output("myregistry.azurecr.io");
  readonly current = pulumi.output("password1");
  readonly expiry = pulumi.output(null);
  readonly rotatesOn = pulumi.output(null);
}

const folder = require.resolve("pulumi-acr-token").replace(/index\.js$/, "");
require(`${folder}tokenAccess.js`).TokenAccess = Nothing;
require(`${folder}tokenCredentials.js`).TokenCredentials = Nothing;
