import type { Request, Response } from "../http.js";
import type { Parameters, Router } from "../router.js";
import type { Secret, SecretContent, Vault } from "../state.js";
import {
  contentOf,
  currentVersion,
  describeVersion,
  maxValueBytes,
  putSecret,
  seconds,
} from "../vault/secrets.js";
import { flagMember, integerMember, objectMember, readBody, textMember, textsMember } from "./body.js";
import { type Context, findGroup, resourceNotFound } from "./context.js";
import { AzureError, badRequest } from "./errors.js";
import { findVault, vaultsPath } from "./vaults.js";

/** The routes of vaults/{vault}/secrets. Only the vault's data plane returns values and deletes secrets. */
export function routeVaultSecrets(router: Router, context: Context): void {
  const collection = `${vaultsPath}/{vault}/secrets`;
  router
    .on("GET", collection, (_, parameters) => {
      const vault = findVault(context, parameters);
      return { status: 200, body: { value: [...vault.secrets].map((each) => describe(vault, each)) } };
    })
    .on("GET", `${collection}/{secret}`, (_, parameters) => {
      const vault = findVault(context, parameters);
      return { status: 200, body: describe(vault, findSecret(context, vault, parameters)) };
    })
    .on("PUT", `${collection}/{secret}`, (request, parameters) => put(context, request, parameters))
    .on("PATCH", `${collection}/{secret}`, (request, parameters) => patch(context, request, parameters));
}

function put(context: Context, request: Request, parameters: Parameters): Response {
  const vault = findVault(context, parameters);
  const name = parameters.secret;
  if (!/^[a-zA-Z0-9-]{1,127}$/.test(name)) {
    throw invalid(`The secret name '${name}' is invalid: it must have 1 to 127 letters, digits and -.`);
  }
  if (vault.deletedSecrets.get(name) !== undefined) {
    throw new AzureError(
      409,
      "Conflict",
      `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.`,
    );
  }
  const { value, ...content } = readContent(request);
  if (value === undefined) {
    throw invalid(`The secret '${name}' is invalid: 'properties.value' is missing.`);
  }
  const status = vault.secrets.get(name) === undefined ? 201 : 200;
  const defaults = {
    contentType: undefined,
    enabled: true,
    notBefore: undefined,
    expires: undefined,
    tags: {},
  };
  const secret = putSecret(vault, context.clock, name, checked({ ...defaults, ...defined(content), value }));
  return { status, body: describe(vault, secret) };
}

/** Changes the properties in the body and keeps the others. Another value creates a new version. */
function patch(context: Context, request: Request, parameters: Parameters): Response {
  const vault = findVault(context, parameters);
  const secret = findSecret(context, vault, parameters);
  const current = currentVersion(secret);
  const content = checked({ ...contentOf(current), ...defined(readContent(request)) });
  if (content.value === current.value) {
    Object.assign(current, content, { updated: seconds(context.clock.now()) });
  } else {
    putSecret(vault, context.clock, secret.name, content);
  }
  return { status: 200, body: describe(vault, secret) };
}

function findSecret(context: Context, vault: Vault, parameters: Parameters): Secret {
  const found = vault.secrets.get(parameters.secret);
  if (found === undefined) {
    const resource = `Microsoft.KeyVault/vaults/${vault.name}/secrets/${parameters.secret}`;
    throw resourceNotFound(resource, findGroup(context, parameters));
  }
  return found;
}

function readContent(request: Request): Partial<SecretContent> {
  const body = readBody(request);
  const properties = objectMember(body, "properties");
  if (properties === undefined) {
    throw invalid("The secret is invalid: 'properties' is missing.");
  }
  const attributes = objectMember(properties, "attributes") ?? {};
  return {
    value: textMember(properties, "value"),
    contentType: textMember(properties, "contentType"),
    enabled: flagMember(attributes, "enabled"),
    notBefore: integerMember(attributes, "nbf"),
    expires: integerMember(attributes, "exp"),
    tags: textsMember(body, "tags"),
  };
}

function checked(content: SecretContent): SecretContent {
  const { value, contentType = "", notBefore, expires } = content;
  if (Buffer.byteLength(value) > maxValueBytes) {
    throw invalid(`The secret is invalid: its value has more than ${maxValueBytes} bytes.`);
  }
  if (contentType.length > 255) {
    throw invalid("The secret is invalid: its contentType has more than 255 characters.");
  }
  if (notBefore !== undefined && expires !== undefined && notBefore >= expires) {
    throw invalid("The secret is invalid: it expires before it can be used.");
  }
  return content;
}

function defined<Type extends object>(object: Type): Type {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Type;
}

function invalid(message: string): AzureError {
  return badRequest("BadParameter", message);
}

function describe(vault: Vault, secret: Secret): object {
  const current = currentVersion(secret);
  const { tags, ...properties } = describeVersion(current);
  const uri = `${vault.uri}secrets/${secret.name}`;
  return {
    id: `${vault.id}/secrets/${secret.name}`,
    name: secret.name,
    type: "Microsoft.KeyVault/vaults/secrets",
    location: vault.location,
    tags,
    properties: {
      ...properties,
      secretUri: uri,
      secretUriWithVersion: `${uri}/${current.version}`,
    },
  };
}
