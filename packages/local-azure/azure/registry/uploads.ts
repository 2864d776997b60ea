import type { Request, Response } from "../http.js";
import { digestInvalid, digestOf } from "./content.js";
import { RegistryError } from "./errors.js";
import type { Images } from "./images.js";

/**
 * POST of an upload: with ?digest the body is the whole blob, with ?mount&from another repository has the blob. If that
 * repository does not have it, or the client must not pull from there, an upload starts instead.
 *
 * @param mayPull whether the client may pull from a repository
 */
export function startUpload(
  images: Images,
  name: string,
  request: Request,
  mayPull: (name: string) => boolean,
): Response {
  const { searchParams } = request.url;
  if (searchParams.has("digest")) {
    return storeBlob(images, name, request, request.body);
  }
  const from = images.repositories.get(searchParams.get("from") ?? "");
  if (from?.changeable.readEnabled && mayPull(from.name)) {
    const bytes = images.blob(from.name, searchParams.get("mount") ?? "");
    if (bytes !== undefined) {
      return describeBlob(name, images.addBlob(name, bytes));
    }
  }
  return describeUpload(202, name, images.startUpload(), 0);
}

/** GET of an upload: the number of received bytes. */
export function uploadStatus(images: Images, name: string, id: string): Response {
  return describeUpload(204, name, id, findUpload(images, id).length);
}

/** PATCH of an upload: another chunk. */
export function continueUpload(images: Images, name: string, id: string, request: Request): Response {
  checkOrder(images, name, id, request);
  return describeUpload(202, name, id, images.appendToUpload(id, request.body).length);
}

/** PUT of an upload: the last chunk, which may be empty, and the digest of the blob. */
export function finishUpload(images: Images, name: string, id: string, request: Request): Response {
  const arrived = checkOrder(images, name, id, request);
  const response = storeBlob(images, name, request, Buffer.concat([arrived, request.body]));
  images.endUpload(id);
  return response;
}

/** DELETE of an upload. */
export function cancelUpload(images: Images, id: string): Response {
  findUpload(images, id);
  images.endUpload(id);
  return { status: 204 };
}

/** Refuses a chunk that does not begin at the end of the received bytes, and returns the received bytes. */
function checkOrder(images: Images, name: string, id: string, request: Request): Buffer {
  const arrived = findUpload(images, id);
  const from = /^(\d+)-\d+$/.exec(String(request.headers["content-range"]))?.[1];
  if (from !== undefined && Number(from) !== arrived.length) {
    throw new RegistryError(
      416,
      "BLOB_UPLOAD_INVALID",
      `the chunk begins at ${from}, but ${arrived.length} bytes have arrived`,
      uploadHeaders(name, id, arrived.length),
    );
  }
  return arrived;
}

function storeBlob(images: Images, name: string, request: Request, bytes: Buffer): Response {
  const expected = request.url.searchParams.get("digest") ?? "";
  if (expected !== digestOf(bytes)) {
    throw digestInvalid(expected, bytes);
  }
  return describeBlob(name, images.addBlob(name, bytes));
}

function describeBlob(name: string, digest: string): Response {
  return {
    status: 201,
    headers: { location: `/v2/${name}/blobs/${digest}`, "docker-content-digest": digest },
  };
}

function describeUpload(status: number, name: string, id: string, arrived: number): Response {
  return { status, headers: uploadHeaders(name, id, arrived) };
}

function uploadHeaders(name: string, id: string, arrived: number): Record<string, string> {
  return {
    location: `/v2/${name}/blobs/uploads/${id}`,
    "docker-upload-uuid": id,
    range: `0-${Math.max(0, arrived - 1)}`,
  };
}

function findUpload(images: Images, id: string): Buffer {
  const bytes = images.upload(id);
  if (bytes === undefined) {
    throw new RegistryError(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry");
  }
  return bytes;
}
