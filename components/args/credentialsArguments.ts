import type { RegistryTokenArgs } from "./registryTokenArgs";

type Name = keyof RegistryTokenArgs;

/** The arguments that the days of rotations and expiries depend on. */
export const scheduleArguments = [
  "rotateEveryDays",
  "expirationInDays",
  "overlapDays",
  "spreadRotation",
] as const satisfies readonly Name[];

/** The arguments of a RegistryToken that its TokenCredentials takes as they are. */
export const credentialsArguments = [
  ...scheduleArguments,
  "waitUntilLive",
  "loginServer",
  "keyVault",
] as const satisfies readonly Name[];

/** A RegistryToken's arguments that its TokenCredentials takes as they are. */
export type CredentialsArguments = Pick<RegistryTokenArgs, (typeof credentialsArguments)[number]>;

/** Picks them. An argument that is not given is undefined. */
export function pickCredentialsArguments(args: CredentialsArguments): CredentialsArguments {
  return Object.fromEntries(credentialsArguments.map((name) => [name, args[name]]));
}
