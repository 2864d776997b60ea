import type { RegistryTokenArgs } from "./registryTokenArgs";

const known: Record<keyof RegistryTokenArgs, true> = {
  resourceGroupName: true,
  registryName: true,
  repositories: true,
  gateways: true,
  scopeMapId: true,
  tokenName: true,
  scopeMapName: true,
  scopeMapDescription: true,
  status: true,
  rotateEveryDays: true,
  expirationInDays: true,
  overlapDays: true,
  spreadRotation: true,
  rotationTriggers: true,
  waitUntilLive: true,
  adopt: true,
  loginServer: true,
  additionalHosts: true,
  azure: true,
};

/** The names of all arguments; the compiler holds them to the type. */
export const argumentNames: readonly string[] = Object.keys(known);
