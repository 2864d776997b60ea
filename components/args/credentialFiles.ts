import { TokenPasswordName } from "./enums";

/** A password slot of a token. */
export type SlotName = TokenPasswordName;

/** The names of a token's two password slots, which are Azure's. */
export const slotNames: readonly SlotName[] = Object.values(TokenPasswordName);

/** One password of a token. */
export interface Password {
  /** The slot: `password1` or `password2`. */
  readonly name: TokenPasswordName;
  /**
   * The password.
   *
   * @secret
   */
  readonly value: string;
  /** When Azure generated the password, in RFC 3339. */
  readonly creationTime: string;
  /** When the password expires, in RFC 3339. Null if it never expires. */
  readonly expiry: string | null;
}

/** A token's credentials in the shape in which `az acr token create` prints them. */
export interface Credentials {
  /** Always null. A RegistryToken has no directory object. */
  readonly activeDirectoryObject: null;
  /** Always empty. A RegistryToken has no certificates. */
  readonly certificates: readonly never[];
  /**
   * The passwords that work: both, or the current one alone after `overlapDays`.
   *
   * @secret
   */
  readonly passwords: readonly Password[];
  /** The username, which is the token's name. */
  readonly username: string;
}

/** An entry of `registryCredentials` in the settings of an IoT Edge agent. */
export interface EdgeRegistryCredential {
  /** The registry's host. */
  readonly address: string;
  /** The username, which is the token's name. */
  readonly username: string;
  /**
   * The current password.
   *
   * @secret
   */
  readonly password: string;
}

/** The credentials in az's shape. A token that this package made has neither certificates nor a directory object. */
export function azCredentials(username: string, passwords: readonly Password[]): Credentials {
  return { activeDirectoryObject: null, certificates: [], passwords, username };
}

/**
 * The content of a Docker `config.json` that logs in to one registry: JSON text, not base64. In a Kubernetes Secret of
 * type `kubernetes.io/dockerconfigjson` it goes under `stringData[".dockerconfigjson"]`.
 *
 * @param hosts the hosts of the registry: Docker looks a login up by the host that it pulls from
 */
export function dockerConfigJson(hosts: readonly string[], username: string, password: string): string {
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  const login = { username, password, auth };
  // Docker's clients look up the host in lower case.
  return JSON.stringify({ auths: Object.fromEntries(hosts.map((host) => [host.toLowerCase(), login])) });
}

/**
 * The value of `registryCredentials` in an IoT Edge deployment manifest: the first host under the registry's name, each other
 * host under that name with a number (`myregistry-2`).
 *
 * @param hosts the hosts of the registry
 */
export function edgeRegistryCredentials(
  registryName: string,
  hosts: readonly string[],
  username: string,
  password: string,
): Record<string, EdgeRegistryCredential> {
  // The agent takes no key with a period or a dollar sign in it, so a host cannot be a key.
  const entries = [...new Set(hosts.map((host) => host.toLowerCase()))].map((address, index) => [
    index === 0 ? registryName : `${registryName}-${index + 1}`,
    { address, username, password },
  ]);
  return Object.fromEntries(entries);
}
