import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import {
  type Ask,
  dockerManifest as docker,
  open,
  outcome,
  pushBlob,
  pushManifest,
  sha256,
} from "./repository.js";
import { http, makeToken, registryOf, startAzure } from "./support.js";

test.each([
  ["acr/connected-registry", "1.5"],
  ["azureiotedge-api-proxy", "1.5"],
  ["azureiotedge-agent", "1.5"],
  ["azureiotedge-hub", "1.5"],
  ["payroll", "latest"],
])("%s:%s exists from the start: manifest, config and layer match their digests", async (repository, tag) => {
  const azure = await startAzure();
  const ask = await open(azure, repository);

  const manifest = await ask(`manifests/${tag}`);

  expect(manifest.headers["content-type"]).toBe(docker);
  expect(manifest.headers["docker-content-digest"]).toBe(sha256(manifest.text));
  const config = await ask(`blobs/${manifest.body.config.digest}`);
  expect(sha256(config.text)).toBe(manifest.body.config.digest);
  expect(Buffer.byteLength(config.text)).toBe(manifest.body.config.size);
  const [layer] = manifest.body.layers;
  const head = await ask(`blobs/${layer.digest}`, { method: "HEAD" });
  expect(head.headers["content-length"]).toBe(String(layer.size));
});

test("the layer is a gzipped tar whose digest is the config's diff_id", async () => {
  const azure = await startAzure();
  const { connection } = azure;
  const { name, passwords } = await makeToken(azure);
  const { accessToken, request } = registryOf(azure);
  const access = await accessToken(name, passwords[0], "repository:azureiotedge-agent:pull");
  const manifest = await request(access, "/v2/azureiotedge-agent/manifests/1.5");
  const config = await request(access, `/v2/azureiotedge-agent/blobs/${manifest.body.config.digest}`);
  const url = `https://${connection.registries[0].loginServer}/v2/azureiotedge-agent/blobs/${manifest.body.layers[0].digest}`;

  const layer = await http(connection, url, { headers: { authorization: `Bearer ${access}` } });

  expect(sha256(layer.bytes)).toBe(manifest.body.layers[0].digest);
  const tar = gunzipSync(layer.bytes);
  expect([sha256(tar)]).toEqual(config.body.rootfs.diff_ids);
  expect(tar.toString("utf8", 0, 9)).toBe("image.txt");
});

test("a manifest is found by its digest, too, and HEAD has the headers of GET", async () => {
  const ask = await open(await startAzure(), "payroll");
  const byTag = await ask("manifests/latest");

  const byDigest = await ask(`manifests/${byTag.headers["docker-content-digest"]}`);
  const head = await ask("manifests/latest", { method: "HEAD" });

  expect(byDigest.text).toBe(byTag.text);
  expect(head.text).toBe("");
  expect(head.headers["content-length"]).toBe(byTag.headers["content-length"]);
  expect(head.headers["docker-content-digest"]).toBe(byTag.headers["docker-content-digest"]);
});

test("missing content has the distribution specification's errors", async () => {
  const ask = await open(await startAzure(), "payroll");
  const other = await open(await startAzure(), "brand/new");

  expect(await outcome(ask("manifests/nothere"))).toBe("404 MANIFEST_UNKNOWN");
  expect(await outcome(ask(`blobs/${sha256("nothing")}`))).toBe("404 BLOB_UNKNOWN");
  expect(await outcome(other("manifests/latest"))).toBe("404 NAME_UNKNOWN");
  expect(await outcome(ask("blobs/uploads/nothere", { method: "PUT" }))).toBe("404 BLOB_UPLOAD_UNKNOWN");
  expect(await outcome(ask("tags/list", { method: "DELETE" }))).toBe("405 UNSUPPORTED");
  expect(await outcome(ask("/v2/payroll/nothing"))).toBe("404 UNSUPPORTED");
});

async function upload(ask: Ask, content: string): Promise<string> {
  const digest = sha256(content);
  const start = await ask("blobs/uploads/", { method: "POST" });
  await ask(start.headers.location ?? "", { method: "PATCH", body: content });
  const end = await ask(`${start.headers.location}?digest=${digest}`, { method: "PUT" });
  expect(end.status).toBe(201);
  return digest;
}

function imageOf(config: string, layer: string): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: docker,
    config: { digest: config },
    layers: [{ digest: layer }],
  });
}

test("an image is pushed in chunks and can be pulled", async () => {
  const ask = await open(await startAzure(), "brand/new");
  const start = await ask("blobs/uploads/", { method: "POST" });
  const location = start.headers.location ?? "";

  const first = await ask(location, { method: "PATCH", body: "lay", headers: { "content-range": "0-2" } });
  const wrong = await ask(location, { method: "PATCH", body: "er", headers: { "content-range": "7-8" } });
  const status = await ask(location);
  const end = await ask(`${location}?digest=${sha256("layer")}`, { method: "PUT", body: "er" });

  expect([start.status, first.status, wrong.status, status.status, end.status]).toEqual([
    202, 202, 416, 204, 201,
  ]);
  expect(first.headers.range).toBe("0-2");
  expect(status.headers.range).toBe("0-2");
  const manifest = imageOf(await upload(ask, "{}"), sha256("layer"));
  const put = await ask("manifests/v1", {
    method: "PUT",
    body: manifest,
    headers: { "content-type": docker },
  });
  expect(put.status).toBe(201);
  expect(put.headers["docker-content-digest"]).toBe(sha256(manifest));
  expect((await ask("manifests/v1")).text).toBe(manifest);
  expect((await ask(`blobs/${sha256("layer")}`)).text).toBe("layer");
});

test("a range of a blob can be pulled: 206, and 416 after its end", async () => {
  const ask = await open(await startAzure(), "brand/new");
  const path = `blobs/${await pushBlob(ask, "0123456789")}`;
  const pull = async (range: string, method = "GET") => {
    const { status, text, headers } = await ask(path, { method, headers: { range } });
    return [status, text, headers["content-range"]];
  };

  expect(await pull("bytes=0-3")).toEqual([206, "0123", "bytes 0-3/10"]);
  expect(await pull("bytes=8-20")).toEqual([206, "89", "bytes 8-9/10"]);
  expect(await pull("bytes=8-")).toEqual([206, "89", "bytes 8-9/10"]);
  expect((await pull("bytes=10-12"))[0]).toBe(416);
  expect((await pull("bytes=10-12"))[2]).toBe("bytes */10");
  expect((await ask(path)).headers["accept-ranges"]).toBe("bytes");
  for (const whole of [await pull("lines=0-3"), await pull("bytes=0-3", "HEAD")]) {
    expect(whole[0]).toBe(200);
  }
});

test("a blob can be uploaded in one request, and an upload cancelled", async () => {
  const ask = await open(await startAzure(), "brand/new");

  const whole = await ask(`blobs/uploads/?digest=${sha256("whole")}`, { method: "POST", body: "whole" });
  const start = await ask("blobs/uploads/", { method: "POST" });
  const cancelled = await ask(start.headers.location ?? "", { method: "DELETE" });
  const late = await ask(start.headers.location ?? "", { method: "PATCH", body: "x" });

  expect([whole.status, start.status, cancelled.status, late.status]).toEqual([201, 202, 204, 404]);
  expect((await ask(`blobs/${sha256("whole")}`)).text).toBe("whole");
});

test("content that does not match its digest is refused", async () => {
  const ask = await open(await startAzure(), "brand/new");

  const blob = await ask(`blobs/uploads/?digest=${sha256("this")}`, { method: "POST", body: "that" });
  const manifest = await ask(`manifests/${sha256("this")}`, { method: "PUT", body: "that" });

  expect([blob.status, blob.body.errors[0].code]).toEqual([400, "DIGEST_INVALID"]);
  expect([manifest.status, manifest.body.errors[0].code]).toEqual([400, "DIGEST_INVALID"]);
});

test("a manifest is refused if it is invalid or refers to blobs that the repository does not have", async () => {
  const ask = await open(await startAzure(), "brand/new");
  const put = async (body: string) => {
    const answer = await ask("manifests/v1", { method: "PUT", body });
    return [answer.status, answer.body.errors[0].code];
  };

  expect(await put("nonsense")).toEqual([400, "MANIFEST_INVALID"]);
  expect(await put(JSON.stringify({ schemaVersion: 1 }))).toEqual([400, "MANIFEST_INVALID"]);
  expect(await put(imageOf(await upload(ask, "{}"), sha256("missing")))).toEqual([
    400,
    "MANIFEST_BLOB_UNKNOWN",
  ]);
  expect(await put(JSON.stringify({ schemaVersion: 2, manifests: [{ digest: sha256("missing") }] }))).toEqual(
    [400, "MANIFEST_BLOB_UNKNOWN"],
  );
});

test("layers that must not be distributed may be missing", async () => {
  const ask = await open(await startAzure(), "brand/new");
  const types = [
    "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
    "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
  ];
  const layers = types.map((mediaType) => ({ mediaType, digest: sha256(mediaType), size: 1 }));

  const { digest } = await pushManifest(ask, { layers });

  expect((await ask(`manifests/${digest}`)).body.layers).toEqual(layers);
});

test("an invalid tag is refused, and parameters of a manifest's type are ignored", async () => {
  const ask = await open(await startAzure(), "payroll");
  const { text } = await ask("manifests/latest");
  const put = (tag: string) =>
    ask(`manifests/${tag}`, {
      method: "PUT",
      body: text,
      headers: { "content-type": `${docker}; charset=utf-8` },
    });

  for (const tag of ["", ".hidden", "a".repeat(129), "a+b"]) {
    expect(await outcome(put(tag))).toBe("400 TAG_INVALID");
  }
  expect((await put("a".repeat(128))).status).toBe(201);
  expect((await ask(`manifests/${"a".repeat(128)}`)).headers["content-type"]).toBe(docker);
});

test("a manifest is deleted by its digest, with its tags, and not by a tag", async () => {
  const ask = await open(await startAzure(), "payroll");
  const { headers } = await ask("manifests/latest");

  expect((await ask("manifests/latest", { method: "DELETE" })).status).toBe(405);
  expect((await ask(`manifests/${headers["docker-content-digest"]}`, { method: "DELETE" })).status).toBe(202);

  expect((await ask("manifests/latest")).status).toBe(404);
  expect((await ask("tags/list")).body).toEqual({ name: "payroll", tags: [] });
});

test("tags are listed in order, and in pages of n after last", async () => {
  const ask = await open(await startAzure(), "payroll");
  const { text } = await ask("manifests/latest");
  for (const tag of ["b", "a", "c"]) {
    await ask(`manifests/${tag}`, { method: "PUT", body: text, headers: { "content-type": docker } });
  }

  const all = await ask("tags/list");
  const first = await ask("tags/list?n=3");
  const next = /^<(.+)>; rel="next"$/.exec(String(first.headers.link))?.[1] ?? "";
  const second = await ask(next);

  expect(all.body.tags).toEqual(["a", "b", "c", "latest"]);
  expect(all.headers.link).toBeUndefined();
  expect(first.body.tags).toEqual(["a", "b", "c"]);
  expect(second.body.tags).toEqual(["latest"]);
  expect(second.headers.link).toBeUndefined();
  expect((await ask("tags/list?n=some")).status).toBe(400);
});
