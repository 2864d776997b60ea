import type { Registry } from "../state.js";
import type { Descriptor } from "./content.js";
import { type Images, type Manifest, type Repository, type Tag, tagsOf } from "./images.js";

/** A repository in the metadata API. */
export function describeRepository({ loginServer }: Registry, repository: Repository): object {
  return {
    registry: loginServer,
    imageName: repository.name,
    createdTime: repository.createdTime,
    lastUpdateTime: repository.lastUpdateTime,
    manifestCount: repository.manifests.size,
    tagCount: repository.tags.size,
    changeableAttributes: repository.changeable,
  };
}

/** A tag in the metadata API. */
export function describeTag({ name, digest, createdTime, lastUpdateTime, changeable }: Tag): object {
  // Docker's content trust, which "signed" reports in Azure, is not supported.
  return { name, digest, createdTime, lastUpdateTime, signed: false, changeableAttributes: changeable };
}

/** A manifest in the metadata API, without unknown properties such as the platform of an index. */
export function describeManifest(images: Images, repository: Repository, manifest: Manifest): object {
  const { digest, createdTime, lastUpdateTime, mediaType, content, changeable } = manifest;
  const tags = tagsOf(repository, manifest).map(({ name }) => name);
  return {
    digest,
    imageSize: sizeOf(repository, manifest),
    createdTime,
    lastUpdateTime,
    ...platformOf(images, repository, content.config),
    mediaType,
    configMediaType: content.config?.mediaType,
    tags: tags.length > 0 ? tags.sort() : undefined,
    changeableAttributes: changeable,
  };
}

/** The images in an index with their platforms; undefined for a manifest that is no index. */
export function describeReferences({ content }: Manifest): object[] | undefined {
  return content.manifests?.map(({ digest, platform }) => ({
    digest,
    architecture: platform?.architecture,
    os: platform?.os,
  }));
}

/** The size of a manifest's content in bytes. The size of an index is the sum of its images. */
function sizeOf(repository: Repository, { content }: Manifest): number {
  const blobs = [content.config, ...(content.layers ?? [])].map((blob) => blob?.size ?? 0);
  const images = (content.manifests ?? []).map((image) => {
    const manifest = repository.manifests.get(image.digest);
    return manifest === undefined ? 0 : sizeOf(repository, manifest);
  });
  return [...blobs, ...images].reduce((sum, size) => sum + size, 0);
}

/** The platform in an image's config; empty if the config has none or is not an image's config. */
function platformOf(
  images: Images,
  repository: Repository,
  config: Descriptor | undefined,
): { architecture?: string; os?: string } {
  try {
    const bytes = config && images.blob(repository.name, config.digest);
    const { architecture, os } = JSON.parse(bytes?.toString("utf8") ?? "{}");
    return { architecture, os };
  } catch {
    return {};
  }
}
