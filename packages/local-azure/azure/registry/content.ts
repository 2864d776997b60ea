import { createHash } from "node:crypto";
import { RegistryError } from "./errors.js";

/** What a manifest says of other content. */
export interface Descriptor {
  readonly digest: string;
  readonly mediaType?: string;
  /** Bytes. */
  readonly size?: number;
  /** In an index: what the image runs on. */
  readonly platform?: { readonly architecture?: string; readonly os?: string };
}

/** What this registry reads in a manifest: an image's or an artifact's, or an index, which lists manifests. */
export interface ManifestContent {
  readonly mediaType?: string;
  readonly artifactType?: string;
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
  readonly manifests?: readonly Descriptor[];
  /** The manifest that this one refers to, such as the image that it is a signature of. */
  readonly subject?: Descriptor;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** sha256:… of these bytes. */
export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Reads a manifest, refused where it is none. */
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

/** Content is not what its digest says. */
export function digestInvalid(expected: string, bytes: Buffer): RegistryError {
  return new RegistryError(
    400,
    "DIGEST_INVALID",
    `provided digest '${expected}' did not match uploaded content, ${digestOf(bytes)}`,
  );
}
