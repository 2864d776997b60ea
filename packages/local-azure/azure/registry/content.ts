import { createHash } from "node:crypto";
import { RegistryError } from "./errors.js";

/** A descriptor: a manifest's reference to other content. */
export interface Descriptor {
  readonly digest: string;
  readonly mediaType?: string;
  /** In bytes. */
  readonly size?: number;
  /** In an index: the image's platform. */
  readonly platform?: { readonly architecture?: string; readonly os?: string };
}

/** The properties that this registry reads in a manifest of an image or an artifact, or in an index of manifests. */
export interface ManifestContent {
  readonly mediaType?: string;
  readonly artifactType?: string;
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
  readonly manifests?: readonly Descriptor[];
  /** The manifest that this manifest refers to, such as the image of a signature. */
  readonly subject?: Descriptor;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The digest of these bytes: sha256:…. */
export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Parses a manifest.
 *
 * @throws RegistryError if it is invalid
 */
export function readManifest(bytes: Buffer): ManifestContent {
  try {
    const content = JSON.parse(bytes.toString("utf8"));
    if (content?.schemaVersion === 2) {
      return content;
    }
  } catch {
    // Not JSON: refused below.
  }
  throw new RegistryError(400, "MANIFEST_INVALID", "manifest invalid: it must be JSON of schemaVersion 2");
}

/** The error for content that does not match its digest. */
export function digestInvalid(expected: string, bytes: Buffer): RegistryError {
  return new RegistryError(
    400,
    "DIGEST_INVALID",
    `provided digest '${expected}' did not match uploaded content, ${digestOf(bytes)}`,
  );
}
