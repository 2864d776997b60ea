import * as pulumi from "@pulumi/pulumi";

/**
 * Values as the engine sends them: plain JSON in which a secret is an envelope around its value, and what a preview does
 * not know yet is a fixed string.
 */
export type Wire = Record<string, unknown>;

const { specialSigKey, specialSecretSig, unknownValue } = pulumi.runtime;

/** Whether a preview does not know this value yet, or does not know a part of it. */
export function isUnknown(value: unknown): boolean {
  if (value === unknownValue) {
    return true;
  }
  return typeof value === "object" && value !== null && Object.values(value).some(isUnknown);
}

/** What stands for a value that is not known yet. */
export const unknown: unknown = unknownValue;

/** The same value without the envelopes of secrets, at any depth. Unknown parts stay as they are. */
export function unwrap(value: unknown): unknown {
  if (pulumi.runtime.isRpcSecret(value)) {
    return unwrap(pulumi.runtime.unwrapRpcSecret(value));
  }
  if (Array.isArray(value)) {
    return value.map(unwrap);
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, unwrap(part)]));
  }
  return value;
}

/** The envelope that makes a value a secret in the state. */
export function secret(value: unknown): unknown {
  return value === undefined ? undefined : { [specialSigKey]: specialSecretSig, value };
}

/** Inputs as they go into the state: without what is not given, and with the identity a secret, whatever the program says. */
export function forState({ azure, ...others }: Wire): Wire {
  return defined({ ...others, azure: azure && secret(unwrap(azure)) });
}

/** A copy without what is undefined, which the wire cannot carry. */
export function defined<T extends object>(properties: T): T {
  return Object.fromEntries(
    Object.entries(properties).filter(([, value]) => value !== undefined && value !== null),
  ) as T;
}
