import { randomBytes } from "node:crypto";
import { Refusal, RegistryClient } from "./registryClient";

/** Something that has to be so, and how to find out. It throws where it is not so. */
export interface Proof {
  readonly claim: string;
  /** @returns what was seen */
  readonly prove: () => Promise<string>;
}

/** What is there to try it on. */
export interface Access {
  readonly loginServer: string;
  /** The certificate to trust, PEM. */
  readonly ca: string;
  readonly username: string;
  readonly password: string;
  /** The images that the token may pull: `azureiotedge-hub:1.5`. */
  readonly allowed: readonly string[];
  /** One that it may not. */
  readonly forbidden: string;
}

/** That the password opens what it should and nothing else, tried as a container client does. */
export function accessProofs({ loginServer, ca, username, password, allowed, forbidden }: Access): Proof[] {
  const client = new RegistryClient(loginServer, username, password, ca);
  const [first = ""] = allowed;
  const random = randomBytes(39).toString("base64");
  const stranger = new RegistryClient(loginServer, username, random, ca);
  return [
    ...allowed.map((image) => ({
      claim: `pulls ${image}`,
      prove: async () => {
        const { layers } = await client.pull(image);
        return `manifest, config and ${layers} ${layers === 1 ? "layer" : "layers"}, digests right`;
      },
    })),
    { claim: `is refused a push to ${first}`, prove: () => refusal(client.push(first)) },
    { claim: `is refused a pull of ${forbidden}`, prove: () => refusal(client.pull(forbidden)) },
    { claim: "a random password is refused", prove: () => refusal(stranger.pull(first)) },
  ];
}

/** What the registry said when it refused something. */
async function refusal(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof Refusal) {
      return error.message;
    }
    throw error;
  }
  throw new Error("the registry allowed it");
}
