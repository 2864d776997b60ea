/** Property values in the messages between Pulumi's engine and a plugin. */

/** A property's value: JSON, with secrets in envelopes and unknowns as the sentinel {@link unknown}. */
export type PropertyValue =
  | null
  | boolean
  | number
  | string
  | PropertyValue[]
  | { [property: string]: PropertyValue };

/** A resource's inputs or outputs, by property name. */
export type Properties = { [property: string]: PropertyValue };

/** The key of an envelope around a value that JSON has no type for, and its value in a secret's envelope. */
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** The sentinel for a value that is known only after the update. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A secret in a message: the value in an envelope. */
export type Secret<T = PropertyValue> = {
  [signatureKey]: typeof secretSignature;
  value: T;
};

/** Puts a value into the envelope that marks it secret. */
export function secret<T>(value: T): Secret<T> {
  return { [signatureKey]: secretSignature, value };
}

/** Whether a value is a secret's envelope. It does not look inside arrays and objects. */
export function isSecret(value: unknown): value is Secret {
  return isObject(value) && value[signatureKey] === secretSignature;
}

/** A copy without the envelopes of secrets, at any depth. */
export function unwrapSecrets<T extends PropertyValue = PropertyValue>(value: unknown): T {
  return unwrap(value) as T;
}

function unwrap(value: unknown): unknown {
  if (isSecret(value)) {
    return unwrap(value.value);
  }
  if (Array.isArray(value)) {
    return value.map(unwrap);
  }
  if (isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, unwrap(inner)]));
  }
  return value;
}

/**
 * A copy in which everything is secret that is secret in a source of the same shape. An array is secret as a whole, because its
 * elements may have moved.
 */
export function withSecretsOf(source: unknown, value: unknown): unknown {
  if (isSecret(value)) {
    return value;
  }
  if (isObject(value) && isObject(source) && !isSecret(source)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, withSecretsOf(source[name], inner)]),
    );
  }
  return containsSecret(source) && value !== undefined ? secret(value) : value;
}

/** Whether a value is a secret's envelope, or holds one at any depth. */
export function containsSecret(value: unknown): boolean {
  const inside = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  return isSecret(value) || inside.some(containsSecret);
}

/** Whether a value holds the unknown sentinel at any depth, inside secrets too. */
export function containsUnknown(value: unknown): boolean {
  if (Array.isArray(value)) {
    return value.some(containsUnknown);
  }
  return isObject(value) ? Object.values(value).some(containsUnknown) : value === unknown;
}

/** Whether a value is a plain object: neither null nor an array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The URN of a resource without a parent.
 *
 * @param type the resource's type token, for example `azure-native:containerregistry:Token`
 * @param name the resource's logical name
 */
export function urn(type: string, name: string): string {
  return `urn:pulumi:local::local::${type}::${name}`;
}

/** The type and the logical name in a URN. */
export function parseUrn(urn: string): { type: string; name: string } {
  const [, , qualifiedType, ...name] = urn.split("::");
  if (!qualifiedType || name.length === 0) {
    throw new Error(`Not a URN: '${urn}'. A URN looks like urn:pulumi:<stack>::<project>::<type>::<name>.`);
  }
  return { type: qualifiedType.slice(qualifiedType.lastIndexOf("$") + 1), name: name.join("::") };
}
