import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.js";
import { type Lockable, unlocked } from "./changeable.js";
import { digestOf, type ManifestContent, readManifest } from "./content.js";

/** Something of a registry that has times, as Azure writes them there, such as 2030-01-31T00:00:00.123456Z. */
interface Dated {
  readonly createdTime: string;
  lastUpdateTime: string;
}

export interface Manifest extends Lockable, Dated {
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
  readonly content: ManifestContent;
}

export interface Tag extends Lockable, Dated {
  readonly name: string;
  /** Of the manifest that it points to. */
  digest: string;
}

/** A repository: its manifests by digest, its tags by name. */
export interface Repository extends Lockable, Dated {
  readonly name: string;
  readonly manifests: Map<string, Manifest>;
  readonly tags: Map<string, Tag>;
  /** The digests of the blobs that were pushed to it. */
  readonly blobs: Set<string>;
}

/** The content of a registry. */
export class Images {
  readonly repositories = new Map<string, Repository>();
  private readonly blobs = new Map<string, Buffer>();
  private readonly uploads = new Map<string, Buffer>();

  constructor(private readonly clock: Clock) {}

  /** The repository of this name, new and empty where there was none. */
  repository(name: string): Repository {
    const existing = this.repositories.get(name);
    if (existing !== undefined) {
      return existing;
    }
    const repository = {
      name,
      manifests: new Map(),
      tags: new Map(),
      blobs: new Set<string>(),
      ...this.begin(),
    };
    repository.changeable.teleportEnabled = false;
    this.repositories.set(name, repository);
    return repository;
  }

  /** Deletes a repository with all that is in it. */
  deleteRepository(repository: Repository): void {
    for (const digest of repository.blobs) {
      this.deleteBlob(repository, digest);
    }
    this.repositories.delete(repository.name);
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

  /** Deletes a blob from a repository; what other repositories have of it stays. */
  deleteBlob(repository: Repository, digest: string): void {
    repository.blobs.delete(digest);
    if (![...this.repositories.values()].some(({ blobs }) => blobs.has(digest))) {
      this.blobs.delete(digest);
    }
  }

  /** Adds a manifest, under a tag where one is given, or moves the tag to it. */
  addManifest(name: string, mediaType: string, bytes: Buffer, tagName?: string): Manifest {
    const repository = this.repository(name);
    const digest = digestOf(bytes);
    const begun = this.begin();
    const manifest = repository.manifests.get(digest) ?? {
      digest,
      mediaType,
      bytes,
      content: readManifest(bytes),
      ...begun,
    };
    repository.manifests.set(digest, manifest);
    repository.lastUpdateTime = begun.lastUpdateTime;
    if (tagName !== undefined) {
      const tag = repository.tags.get(tagName) ?? { name: tagName, digest, ...begun, changeable: unlocked() };
      tag.digest = digest;
      tag.lastUpdateTime = begun.lastUpdateTime;
      repository.tags.set(tagName, tag);
    }
    return manifest;
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

  /** What anything new begins with. */
  private begin(): Dated & Lockable {
    const now = this.clock.stamp().replace("+00:00", "Z");
    return { createdTime: now, lastUpdateTime: now, changeable: unlocked() };
  }
}

/** The manifests of a repository whose subject is this one, whether or not it is there itself. */
export function referrersOf({ manifests }: Repository, digest: string): Manifest[] {
  return [...manifests.values()].filter(({ content }) => content.subject?.digest === digest);
}

/** The tags of a repository that point to this manifest. */
export function tagsOf({ tags }: Repository, { digest }: Manifest): Tag[] {
  return [...tags.values()].filter((tag) => tag.digest === digest);
}
