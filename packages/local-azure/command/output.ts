import type { LocalAzure } from "../index.js";

/** One line of JSON: the connection. */
export function connectionAsJson({ connection }: LocalAzure): string {
  return `${JSON.stringify(connection)}\n`;
}

/** The same for a person, with what to paste into a shell. */
export function connectionAsText({ connection, environment }: LocalAzure): string {
  const { clientId, tenantId, resourceManager, metadataHost, registries } = connection;
  const exports = Object.entries(environment).map(([name, value]) => `export ${name}=${quote(value)}`);
  const logins = registries.map(({ loginServer }) => `  docker login ${loginServer} --username <token>`);
  return `A local Azure is running. Interrupt it to end it: everything in it is then gone.

  resource manager  ${resourceManager}
  sign-in           ${connection.authority}
${registries.map(({ name, resourceGroup, loginServer }) => `  registry          ${name} in ${resourceGroup}, at ${loginServer}`).join("\n")}

To point a shell's clients at it, Pulumi among them, paste this into the shell:

${exports.join("\n")}

For az, after that, in a configuration of its own:

  export AZURE_CONFIG_DIR=$(mktemp -d) AZURE_CORE_INSTANCE_DISCOVERY=false
  az cloud register --name LocalAzure --endpoint-resource-manager ${resourceManager}
  az cloud set --name LocalAzure
  az login --service-principal --username ${clientId} --password "$ARM_CLIENT_SECRET" --tenant ${tenantId}

The cloud's metadata is at https://${metadataHost}/metadata/endpoints. With a token and a password that was generated for
it, docker, crane (crane auth login) and skopeo get in:

${logins.join("\n")}
`;
}

function quote(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}
