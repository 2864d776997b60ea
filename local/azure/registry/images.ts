import { createHash, randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";

const manifestType = "application/vnd.docker.distribution.manifest.v2+json";

export interface Manifest {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** A repository: its manifests by digest, and the digests of its tags. */
export interface Repository {
  readonly manifests: Map<string, Manifest>;
  readonly tags: Map<string, string>;
  /** The digests of the blobs that were pushed to it. */
  readonly blobs: Set<string>;
}

/** The content of a registry. */
export class Images {
  readonly repositories = new Map<string, Repository>();
  private readonly blobs = new Map<string, Buffer>();
  private readonly uploads = new Map<string, Buffer>();

  /** The repository of this name, new and empty where there was none. */
  repository(name: string): Repository {
    const repository = this.repositories.get(name) ?? {
      manifests: new Map(),
      tags: new Map(),
      blobs: new Set(),
    };
    this.repositories.set(name, repository);
    return repository;
  }

  /** The bytes of a blob of this repository; undefined where it has none of this digest. */
  blob(name: string, digest: string): Buffer | undefined {
    return this.repositories.get(name)?.blobs.has(digest) ? this.blobs.get(digest) : undefined;
  }

  /** Adds a blob and returns its digest. */
  addBlob(name: string, bytes: Buffer): string {
    const digest = digestOf(bytes);
    this.blobs.set(digest, bytes);
    this.repository(name).blobs.add(digest);
    return digest;
  }

  /** Adds a manifest, under a tag where one is given, and returns its digest. */
  addManifest(name: string, manifest: Manifest, tag?: string): string {
    const digest = digestOf(manifest.bytes);
    const repository = this.repository(name);
    repository.manifests.set(digest, manifest);
    if (tag !== undefined) {
      repository.tags.set(tag, digest);
    }
    return digest;
  }

  /** Starts an upload and returns its id. */
  startUpload(): string {
    const id = randomUUID();
    this.uploads.set(id, Buffer.alloc(0));
    return id;
  }

  /** What of an upload has arrived; undefined for an unknown one. */
  upload(id: string): Buffer | undefined {
    return this.uploads.get(id);
  }

  /** Adds bytes to an upload and returns all that has arrived. */
  appendToUpload(id: string, bytes: Buffer): Buffer {
    const all = Buffer.concat([this.uploads.get(id) ?? Buffer.alloc(0), bytes]);
    this.uploads.set(id, all);
    return all;
  }

  endUpload(id: string): void {
    this.uploads.delete(id);
  }
}

/** sha256:… of these bytes. */
export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** The repositories and tags that a registry has from the start: those of IoT Edge, and one that nobody is given. */
const samples: readonly (readonly [repository: string, tag: string])[] = [
  ["acr/connected-registry", "1.5"],
  ["azureiotedge-api-proxy", "1.5"],
  ["azureiotedge-agent", "1.5"],
  ["azureiotedge-hub", "1.5"],
  ["payroll", "latest"],
];

/** Content with one small image in each sample repository. */
export function sampleImages(): Images {
  const images = new Images();
  for (const [repository, tag] of samples) {
    addImage(images, repository, tag);
  }
  return images;
}

/** Adds a real image: one layer with one file, which says where it is from. */
function addImage(images: Images, repository: string, tag: string): void {
  const tar = tarOf("image.txt", Buffer.from(`${repository}:${tag}, from a local Azure\n`));
  const layer = gzipSync(tar);
  const config = Buffer.from(
    JSON.stringify({
      architecture: "amd64",
      os: "linux",
      created: "2024-01-01T00:00:00Z",
      config: { Env: ["PATH=/"], WorkingDir: "/" },
      rootfs: { type: "layers", diff_ids: [digestOf(tar)] },
      history: [{ created: "2024-01-01T00:00:00Z", created_by: "local-azure" }],
    }),
  );
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      config: {
        mediaType: "application/vnd.docker.container.image.v1+json",
        size: config.length,
        digest: images.addBlob(repository, config),
      },
      layers: [
        {
          mediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip",
          size: layer.length,
          digest: images.addBlob(repository, layer),
        },
      ],
    }),
  );
  images.addManifest(repository, { mediaType: manifestType, bytes }, tag);
}

/** A tar archive (ustar) of one file. */
function tarOf(name: string, content: Buffer): Buffer {
  const block = 512;
  const octal = (value: number, width: number) => `${value.toString(8).padStart(width - 1, "0")}\0`;
  const header = Buffer.alloc(block);
  header.write(name, 0);
  header.write(octal(0o644, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(content.length, 12), 124);
  header.write(octal(1704067200, 12), 136);
  header.write("        ", 148); // the checksum counts its own field as spaces
  header.write("0", 156);
  header.write("ustar\x0000", 257);
  const checksum = header.reduce((sum, byte) => sum + byte, 0);
  header.write(`${checksum.toString(8).padStart(6, "0")}\0 `, 148);
  const padding = Buffer.alloc((block - (content.length % block)) % block);
  return Buffer.concat([header, content, padding, Buffer.alloc(2 * block)]);
}
