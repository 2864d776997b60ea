/**
 * The schemas of the tools that read a secret of Key Vault, as far as docs/key-vault.md uses them. Any other field is refused, as a server with
 * strict validation does. Each schema was compared with the tool's own, at the commit or page that it names.
 */
import type { SchemaObject } from "ajv";

const text = { type: "string", minLength: 1 };
const dnsName = { type: "string", pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", maxLength: 253 };
const guid = { type: "string", pattern: "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$" };

/** An object that has the first properties, may have the others, and has no more. */
function object(required: Record<string, unknown>, optional: Record<string, unknown> = {}): SchemaObject {
  return {
    type: "object",
    properties: { ...required, ...optional },
    required: Object.keys(required),
    additionalProperties: false,
  };
}

const mapOf = (values: unknown): SchemaObject => ({ type: "object", additionalProperties: values });

const kubernetes = (apiVersion: string, kind: string, spec: SchemaObject) =>
  object({
    apiVersion: { const: apiVersion },
    kind: { const: kind },
    metadata: object({ name: dnsName }, { namespace: dnsName }),
    spec,
  });

// https://github.com/external-secrets/external-secrets/tree/cc5bfbc2234ace9cb0caff4ea89c435cf517b27b/config/crds/bases
const secretStore = kubernetes(
  "external-secrets.io/v1",
  "SecretStore",
  object({
    provider: object({
      azurekv: object(
        { vaultUrl: { type: "string", format: "vault" } },
        {
          authType: { enum: ["ServicePrincipal", "ManagedIdentity", "WorkloadIdentity"] },
          serviceAccountRef: object({ name: dnsName }),
          tenantId: guid,
        },
      ),
    }),
  }),
);

const externalSecret = kubernetes(
  "external-secrets.io/v1",
  "ExternalSecret",
  object({
    refreshInterval: { type: "string", pattern: "^\\d+[smh]$" },
    secretStoreRef: object({ kind: { enum: ["SecretStore", "ClusterSecretStore"] }, name: dnsName }),
    target: object({ name: dnsName, template: object({ type: text, data: mapOf(text) }) }),
    data: {
      type: "array",
      items: object({
        secretKey: { type: "string", pattern: "^[-._a-zA-Z0-9]+$" },
        remoteRef: object({ key: text }, { version: text }),
      }),
    },
  }),
);

// https://github.com/kubernetes-sigs/secrets-store-csi-driver/tree/0aad886f70e94a6037325f4eaba4660338dde448/config/crd/bases
const secretProviderClass = kubernetes(
  "secrets-store.csi.x-k8s.io/v1",
  "SecretProviderClass",
  object({
    provider: { const: "azure" },
    // https://github.com/Azure/secrets-store-csi-driver-provider-azure/blob/d5f7cf5b598c2eede99ad3683de0ba10f7a8736b/pkg/provider/types
    parameters: object(
      { keyvaultName: text, tenantID: guid, objects: text },
      { clientID: guid, cloudName: text },
    ),
  }),
);

/** The text in `objects` of a SecretProviderClass, and each text in its `array`. */
export const secretObjects = object({ array: { type: "array", items: text } });
export const secretObject = object(
  { objectName: text, objectType: { enum: ["secret", "key", "cert"] } },
  { objectAlias: text, objectVersion: { type: "string" } },
);

// https://www.pulumi.com/docs/esc/providers/login/azure-login/ and https://www.pulumi.com/docs/esc/providers/secrets/azure-secrets/
export const escEnvironment = object({
  values: object({
    azure: object({
      login: object({
        "fn::open::azure-login": object(
          { clientId: guid, tenantId: guid, subscriptionId: guid },
          { oidc: { type: "boolean" }, clientSecret: text },
        ),
      }),
    }),
    registry: object({
      "fn::open::azure-secrets": object({
        login: text,
        vault: text,
        get: mapOf(object({ name: text }, { version: text })),
      }),
    }),
    environmentVariables: mapOf(text),
  }),
});

// https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax
export const workflow = object({
  on: { const: "workflow_dispatch" },
  permissions: object({ "id-token": { const: "write" } }),
  jobs: mapOf(
    object({
      "runs-on": text,
      steps: {
        type: "array",
        items: {
          anyOf: [
            // https://github.com/Azure/login#input-parameters
            object({
              uses: { const: "azure/login@v3" },
              with: object({ "client-id": text, "tenant-id": text, "subscription-id": text }),
            }),
            object({ run: text }, { shell: { enum: ["bash", "sh", "pwsh"] } }),
          ],
        },
      },
    }),
  ),
});

/** The schemas of Kubernetes manifests, by their kind. */
export const manifests: Record<string, SchemaObject> = {
  SecretStore: secretStore,
  ExternalSecret: externalSecret,
  SecretProviderClass: secretProviderClass,
};
