/** The names of a token's two password slots, which are Azure's. */
export const slotNames = ["password1", "password2"] as const;

/** One of a token's two password slots. */
export type SlotName = (typeof slotNames)[number];

/** One password of a token. */
export interface Password {
  readonly name: SlotName;
  /** The password itself: a secret. */
  readonly value: string;
  /** When Azure made it, RFC 3339. */
  readonly creationTime: string;
  /** When it stops working, RFC 3339; null: never. */
  readonly expiry: string | null;
}

/** A token's credentials in the shape in which `az acr token create` prints them. */
export interface Credentials {
  readonly activeDirectoryObject: null;
  readonly certificates: readonly never[];
  readonly passwords: readonly Password[];
  readonly username: string;
}

/** An entry of `registryCredentials` in the settings of an IoT Edge agent. */
export interface EdgeRegistryCredential {
  readonly address: string;
  readonly username: string;
  readonly password: string;
}

/** The credentials in az's shape. A token that this package made has neither certificates nor a directory object. */
export function azCredentials(username: string, passwords: readonly Password[]): Credentials {
  return { activeDirectoryObject: null, certificates: [], passwords, username };
}

/**
 * The content of a Docker `config.json` that logs in to one registry: JSON text, not base64. In a Kubernetes Secret of
 * type `kubernetes.io/dockerconfigjson` it goes under `stringData[".dockerconfigjson"]`.
 */
export function dockerConfigJson(loginServer: string, username: string, password: string): string {
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  return JSON.stringify({ auths: { [loginServer]: { username, password, auth } } });
}

/** The value of `registryCredentials` in an IoT Edge deployment manifest, under the registry's name. */
export function edgeRegistryCredentials(
  registryName: string,
  address: string,
  username: string,
  password: string,
): Record<string, EdgeRegistryCredential> {
  return { [registryName]: { address, username, password } };
}
