import type { LocalAzure } from "../index.js";

/** One line of JSON: the connection. */
export function connectionAsJson({ connection }: LocalAzure): string {
  return `${JSON.stringify(connection)}\n`;
}

/** The connection as text, with lines to paste into a shell. */
export function connectionAsText({ connection, environment }: LocalAzure): string {
  const { clientId, tenantId, resourceManager, metadataHost, registries } = connection;
  const exports = Object.entries(environment).map(([name, value]) => `export ${name}=${quote(value)}`);
  const logins = registries.map(({ loginServer }) => `  docker login ${loginServer} --username <token>`);
  return `A local Azure is running. Press Ctrl+C to stop it, which deletes everything in it.

  resource manager  ${resourceManager}
  sign-in           ${connection.authority}
${registries.map(({ name, resourceGroup, loginServer }) => `  registry          ${name} in ${resourceGroup}, at ${loginServer}`).join("\n")}

To point Pulumi and other clients at it, paste this into the shell:

${exports.join("\n")}

Then for az, with a separate configuration:

  export AZURE_CONFIG_DIR=$(mktemp -d) AZURE_CORE_INSTANCE_DISCOVERY=false
  az cloud register --name LocalAzure --endpoint-resource-manager ${resourceManager}
  az cloud set --name LocalAzure
  az login --service-principal --username ${clientId} --password "$ARM_CLIENT_SECRET" --tenant ${tenantId}

The cloud's metadata is at https://${metadataHost}/metadata/endpoints. docker, crane (crane auth login) and skopeo log in
with a token and a password generated for it:

${logins.join("\n")}
`;
}

function quote(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}
