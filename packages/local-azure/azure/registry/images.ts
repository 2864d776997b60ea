import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.js";
import { type Lockable, unlocked } from "./changeable.js";
import { digestOf, type ManifestContent, readManifest } from "./content.js";

/** A resource with times in the registry API's format, such as 2030-01-31T00:00:00.123456Z. */
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
  /** The digest of the manifest that it points to. */
  digest: string;
}

/** A repository: its manifests by digest, its tags by name. */
export interface Repository extends Lockable, Dated {
  readonly name: string;
  readonly manifests: Map<string, Manifest>;
  readonly tags: Map<string, Tag>;
  /** The digests of its blobs. */
  readonly blobs: Set<string>;
}

/** The content of a registry. */
export class Images {
  readonly repositories = new Map<string, Repository>();
  private readonly blobs = new Map<string, Buffer>();
  private readonly uploads = new Map<string, Buffer>();

  constructor(private readonly clock: Clock) {}

  /** The repository of this name, created if needed. */
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

  /** Deletes a repository and its content. */
  deleteRepository(repository: Repository): void {
    for (const digest of repository.blobs) {
      this.deleteBlob(repository, digest);
    }
    this.repositories.delete(repository.name);
  }

  /** The bytes of a blob of this repository; undefined if the repository does not have the blob. */
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

  /** Deletes a blob from one repository. Other repositories keep it. */
  deleteBlob(repository: Repository, digest: string): void {
    repository.blobs.delete(digest);
    if (![...this.repositories.values()].some(({ blobs }) => blobs.has(digest))) {
      this.blobs.delete(digest);
    }
  }

  /** Adds a manifest, and adds the given tag or moves it to the manifest. */
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

  /** The received bytes of an upload; undefined for an unknown upload. */
  upload(id: string): Buffer | undefined {
    return this.uploads.get(id);
  }

  /** Adds bytes to an upload and returns all received bytes. */
  appendToUpload(id: string, bytes: Buffer): Buffer {
    const all = Buffer.concat([this.uploads.get(id) ?? Buffer.alloc(0), bytes]);
    this.uploads.set(id, all);
    return all;
  }

  endUpload(id: string): void {
    this.uploads.delete(id);
  }

  /** The initial times and attributes of a resource. */
  private begin(): Dated & Lockable {
    const now = this.clock.stamp().replace("+00:00", "Z");
    return { createdTime: now, lastUpdateTime: now, changeable: unlocked() };
  }
}

/** The manifests of a repository whose subject is this digest, which may be missing. */
export function referrersOf({ manifests }: Repository, digest: string): Manifest[] {
  return [...manifests.values()].filter(({ content }) => content.subject?.digest === digest);
}

/** The tags of a repository that point to this manifest. */
export function tagsOf({ tags }: Repository, { digest }: Manifest): Tag[] {
  return [...tags.values()].filter((tag) => tag.digest === digest);
}
