/** A component that takes a RegistryToken, in a plugin of another package. */
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import type { RegistryToken } from "../../components/index";

const { version } = JSON.parse(readFileSync("components/package.json", "utf8"));

/** The plugin, in JavaScript: it takes a RegistryToken, reads it and returns it. */
export const readerPlugin = `#!/usr/bin/env node
const pulumi = require("@pulumi/pulumi");
const { RegistryToken } = require("pulumi-acr-token");
const token = { $ref: "/acr-token/v${version}/schema.json#/resources/acr-token:index:RegistryToken" };
const text = { type: "string" };
const schema = {
  name: "reader",
  version: "1.0.0",
  resources: {
    "reader:index:Reader": {
      isComponent: true,
      inputProperties: { token },
      requiredInputs: ["token"],
      properties: { token, kind: text, username: text, password: { ...text, secret: true } },
      required: ["token", "kind", "username", "password"],
    },
  },
};
const provider = {
  version: "1.0.0",
  getSchema: async () => JSON.stringify(schema),
  construct: async (name, type, inputs, options) => {
    const component = new pulumi.ComponentResource(type, name, {}, options);
    const token = pulumi.output(inputs.token);
    const state = {
      token: inputs.token,
      kind: token.apply((one) => (one instanceof RegistryToken ? "RegistryToken" : typeof one)),
      username: token.apply((one) => one.username),
      password: token.apply((one) => one.password),
    };
    component.registerOutputs(state);
    return { urn: component.urn, state };
  },
};
pulumi.provider.main(provider, process.argv.slice(2));
`;

/** The component in a program in TypeScript. */
export class Reader extends pulumi.ComponentResource {
  declare readonly token: pulumi.Output<RegistryToken>;
  declare readonly kind: pulumi.Output<string>;
  declare readonly username: pulumi.Output<string>;
  declare readonly password: pulumi.Output<string>;

  constructor(name: string, { token }: { token: RegistryToken }) {
    const outputs = { kind: undefined, username: undefined, password: undefined };
    super("reader:index:Reader", name, { token, ...outputs }, {}, true);
  }
}
