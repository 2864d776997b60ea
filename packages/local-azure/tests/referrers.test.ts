import { expect, test } from "vitest";
import {
  type Ask,
  ociIndex,
  ociManifest,
  open,
  outcome,
  pushBlob,
  pushManifest,
  sha256,
} from "./repository.js";
import { startAzure } from "./support.js";

const image = sha256("an image");

/** Pushes an artifact that refers to the image, and returns its expected descriptor in the referrers API. */
async function refer(ask: Ask, manifest: { artifactType?: string; annotations?: object }, subject = image) {
  const config = {
    mediaType: "application/vnd.oci.empty.v1+json",
    digest: await pushBlob(ask, "{}"),
    size: 2,
  };
  const pushed = await pushManifest(ask, {
    mediaType: ociManifest,
    config,
    layers: [],
    subject: { mediaType: ociManifest, digest: subject, size: 8 },
    ...manifest,
  });
  return {
    subject: pushed.answer.headers["oci-subject"],
    descriptor: {
      mediaType: ociManifest,
      size: pushed.text.length,
      digest: pushed.digest,
      artifactType: config.mediaType,
      ...manifest,
    },
  };
}

const signature = { artifactType: "application/vnd.test.signature", annotations: { by: "me" } };
const sbom = { artifactType: "application/vnd.test.sbom" };

test("a push of a manifest with a subject returns OCI-Subject, even if the subject is missing", async () => {
  const ask = await open(await startAzure(), "brand/new");

  const { subject } = await refer(ask, signature);
  const { answer } = await pushManifest(ask, {});

  expect(subject).toBe(image);
  expect(answer.headers).not.toHaveProperty("oci-subject");
});

test("the referrers of a manifest are listed as an index, with their types and annotations", async () => {
  const ask = await open(await startAzure(), "brand/new");
  const referrers = [await refer(ask, signature), await refer(ask, sbom), await refer(ask, {})];
  await refer(ask, signature, sha256("another image"));

  const answer = await ask(`referrers/${image}`);

  expect(answer.status).toBe(200);
  expect(answer.headers["content-type"]).toBe(ociIndex);
  expect(answer.headers).not.toHaveProperty("oci-filters-applied");
  expect(answer.body).toEqual({
    schemaVersion: 2,
    mediaType: ociIndex,
    manifests: referrers.map(({ descriptor }) => descriptor),
  });
});

test("an index can be a referrer, with or without a type", async () => {
  const ask = await open(await startAzure(), "brand/new");
  const subject = { digest: image };
  const options = { type: ociIndex };
  await pushManifest(ask, { manifests: [], subject, artifactType: "application/vnd.test.list" }, options);
  await pushManifest(ask, { manifests: [], subject }, options);

  const { body } = await ask(`referrers/${image}`);

  expect(body.manifests).toMatchObject([
    { mediaType: ociIndex, artifactType: "application/vnd.test.list" },
    { mediaType: ociIndex },
  ]);
  expect(body.manifests[1]).not.toHaveProperty("artifactType");
});

test("?artifactType selects the referrers of one type, and OCI-Filters-Applied confirms it", async () => {
  const ask = await open(await startAzure(), "brand/new");
  await refer(ask, signature);
  const { descriptor } = await refer(ask, sbom);

  const some = await ask(`referrers/${image}?artifactType=${encodeURIComponent(sbom.artifactType)}`);
  const none = await ask(`referrers/${image}?artifactType=application/none`);

  expect(some.headers["oci-filters-applied"]).toBe("artifactType");
  expect(some.body.manifests).toEqual([descriptor]);
  expect(none.headers["oci-filters-applied"]).toBe("artifactType");
  expect(none.body.manifests).toEqual([]);
});

test("a digest without referrers has an empty index, also in a missing repository; an invalid digest is refused", async () => {
  const azure = await startAzure();
  const ask = await open(azure, "payroll");
  const nowhere = await open(azure, "brand/new");

  for (const each of [ask, nowhere]) {
    const { status, headers, body } = await each(`referrers/${image}`);
    expect([status, headers["content-type"], body.manifests]).toEqual([200, ociIndex, []]);
  }
  expect(await outcome(ask("referrers/latest"))).toBe("400 DIGEST_INVALID");
});

test("listing referrers needs content/read", async () => {
  const azure = await startAzure();
  const reader = await open(azure, "payroll", ["metadata/read"]);

  expect(await outcome(reader(`referrers/${image}`))).toBe("401 DENIED");
});

test("the referrers of a manifest are deleted with it", async () => {
  const ask = await open(await startAzure(), "brand/new");
  const { digest } = await pushManifest(ask, {}, { tag: "v1" });
  const { descriptor: direct } = await refer(ask, signature, digest);
  const { descriptor: indirect } = await refer(ask, sbom, direct.digest);
  const { descriptor: other } = await refer(ask, sbom);

  expect((await ask(`manifests/${digest}`, { method: "DELETE" })).status).toBe(202);

  for (const gone of [direct, indirect]) {
    expect(await outcome(ask(`manifests/${gone.digest}`))).toBe("404 MANIFEST_UNKNOWN");
  }
  expect((await ask(`manifests/${other.digest}`)).status).toBe(200);
  expect((await ask(`referrers/${digest}`)).body.manifests).toEqual([]);
});
