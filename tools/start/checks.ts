import { randomBytes } from "node:crypto";
import { AccessDeniedError, RegistryClient } from "./registryClient";

/** A check of what the password allows. */
export interface Check {
  readonly claim: string;
  /**
   * @returns what was observed
   * @throws Error if the claim is false
   */
  readonly run: () => Promise<string>;
}

/** The token to check, and its registry. */
export interface Access {
  readonly loginServer: string;
  /** The certificate to trust, PEM. */
  readonly ca: string;
  readonly username: string;
  readonly password: string;
  /** The images that the token may pull: `azureiotedge-hub:1.5`. */
  readonly allowed: readonly string[];
  /** An image that the token may not pull. */
  readonly forbidden: string;
}

/** Checks that the password allows what it should and nothing else, as a container client does. */
export function accessChecks({ loginServer, ca, username, password, allowed, forbidden }: Access): Check[] {
  const client = new RegistryClient(loginServer, username, password, ca);
  const [first = ""] = allowed;
  const random = randomBytes(39).toString("base64");
  const stranger = new RegistryClient(loginServer, username, random, ca);
  return [
    ...allowed.map((image) => ({
      claim: `pulls ${image}`,
      run: async () => {
        const { layers } = await client.pull(image);
        return `manifest, config and ${layers} ${layers === 1 ? "layer" : "layers"}, digests right`;
      },
    })),
    { claim: `is refused a push to ${first}`, run: () => denialOf(client.push(first)) },
    { claim: `is refused a pull of ${forbidden}`, run: () => denialOf(client.pull(forbidden)) },
    { claim: "a random password is refused", run: () => denialOf(stranger.pull(first)) },
  ];
}

/** The registry's message if it denies a request. */
async function denialOf(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof AccessDeniedError) {
      return error.message;
    }
    throw error;
  }
  throw new Error("the registry allowed it");
}
