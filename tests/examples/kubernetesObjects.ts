/** What Kubernetes takes for an object, as far as the examples have such: its API's description, and its rules. */

type Check = (value: unknown, path: string) => string[];

const text: Check = (value, path) => (typeof value === "string" ? [] : [`${path} must be a text`]);
const flag: Check = (value, path) => (typeof value === "boolean" ? [] : [`${path} must be true or false`]);
const base64: Check = (value, path) =>
  typeof value === "string" && Buffer.from(value, "base64").toString("base64") === value
    ? []
    : [`${path} must be base64`];

const mapOf =
  (check: Check): Check =>
  (value, path) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.entries(value).flatMap(([key, entry]) => check(entry, `${path}[${key}]`))
      : [`${path} must be a map`];

const listOf =
  (check: Check): Check =>
  (value, path) =>
    Array.isArray(value)
      ? value.flatMap((entry, index) => check(entry, `${path}[${index}]`))
      : [`${path} must be a list`];

/** An object with no other properties than these, as the server's strict validation has it. */
const object =
  (properties: Record<string, Check>): Check =>
  (value, path) =>
    mapOf(() => [])(value, path).concat(
      Object.entries(value ?? {}).flatMap(
        ([key, entry]) =>
          properties[key]?.(entry, `${path}.${key}`) ?? [`${path} has an unknown property ${key}`],
      ),
    );

/** Of ObjectMeta what a user writes. */
const metadata = object({
  annotations: mapOf(text),
  finalizers: listOf(text),
  generateName: text,
  labels: mapOf(text),
  name: (value, path) =>
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(String(value)) ? [] : [`${path} must be a DNS label`],
  namespace: text,
});

// https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/secret-v1/
const secret = object({
  apiVersion: text,
  kind: text,
  metadata,
  data: mapOf(base64),
  stringData: mapOf(text),
  immutable: flag,
  type: text,
});

// https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/service-account-v1/
const serviceAccount = object({
  apiVersion: text,
  kind: text,
  metadata,
  automountServiceAccountToken: flag,
  imagePullSecrets: listOf(object({ name: text })),
  secrets: listOf(object({ name: text })),
});

/** Of a Secret or ServiceAccount everything that Kubernetes would refuse. */
export function problemsWith(manifest: Record<string, unknown>): string[] {
  const { apiVersion, kind } = manifest;
  if (apiVersion !== "v1" || (kind !== "Secret" && kind !== "ServiceAccount")) {
    return [`${apiVersion} ${kind} is neither a Secret nor a ServiceAccount`];
  }
  return kind === "Secret"
    ? [...secret(manifest, kind), ...problemsWithPullSecret(manifest)]
    : serviceAccount(manifest, kind);
}

/**
 * A pull secret's content is JSON under one key; and, which no server looks at and every kubelet needs, it has `auths`.
 * https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets
 */
function problemsWithPullSecret({ type, data }: Record<string, unknown>): string[] {
  if (type !== "kubernetes.io/dockerconfigjson") {
    return [];
  }
  const content = (data as Record<string, string> | undefined)?.[".dockerconfigjson"];
  if (typeof content !== "string") {
    return ["Secret.data[.dockerconfigjson] is required"];
  }
  try {
    const { auths } = JSON.parse(Buffer.from(content, "base64").toString());
    return typeof auths === "object" ? [] : ["Secret.data[.dockerconfigjson] has no auths"];
  } catch {
    return ["Secret.data[.dockerconfigjson] must be JSON"];
  }
}
