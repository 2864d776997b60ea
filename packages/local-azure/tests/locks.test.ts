import { expect, test } from "vitest";
import {
  type Ask,
  open,
  openAsOwner,
  outcome,
  pushBlob,
  pushImage,
  pushManifest,
  sha256,
} from "./repository.js";
import { makeToken, registryOf, startAzure } from "./support.js";

const repository = "brand/new";
const metadata = `/acr/v1/${repository}`;
const disallowed = "405 REGISTRY_DISALLOWED_OPERATION";

/** A repository in which v1 and latest point to one image, and v2 to another. */
async function twoImages() {
  const azure = await startAzure();
  const ask = await open(azure, repository);
  const first = await pushImage(ask, "v1");
  const { text: firstText } = await ask(`manifests/${first}`);
  await ask("manifests/latest", { method: "PUT", body: firstText });
  const second = await pushImage(ask, "v2");
  const { text: secondText } = await ask(`manifests/${second}`);
  return { azure, ask, first, firstText, second, secondText };
}

/** Sets changeable attributes of the repository, or of a tag or manifest in it. */
async function change(ask: Ask, below: string, attributes: object) {
  const answer = await ask(`${metadata}${below}`, { method: "PATCH", body: attributes });
  expect(answer.status).toBe(200);
  return answer.body;
}

const put = (ask: Ask, reference: string, body: string) =>
  outcome(ask(`manifests/${reference}`, { method: "PUT", body }));
const remove = (ask: Ask, path: string) => outcome(ask(path, { method: "DELETE" }));

test.each(["", "/_tags/v1", "/_manifests/{first}"])(
  "PATCH %s changes the given attributes, returns the response of GET, and can be reverted",
  async (path) => {
    const { ask, first } = await twoImages();
    const below = path.replace("{first}", first);
    const before = (await ask(`${metadata}${below}`)).body;
    const attributesOf = (body: typeof before) => (body.tag ?? body.manifest ?? body).changeableAttributes;

    const locked = await change(ask, below, { writeEnabled: false, unknown: 1 });
    await change(ask, below, { readEnabled: false, listEnabled: false, deleteEnabled: false });

    expect(attributesOf(locked)).toEqual({ ...attributesOf(before), writeEnabled: false });
    expect(attributesOf((await ask(`${metadata}${below}`)).body)).toEqual({
      ...attributesOf(before),
      deleteEnabled: false,
      writeEnabled: false,
      readEnabled: false,
      listEnabled: false,
    });
    const all = { deleteEnabled: true, writeEnabled: true, readEnabled: true, listEnabled: true };
    expect(await change(ask, below, all)).toEqual(before);
  },
);

test("PATCH accepts only an object of booleans", async () => {
  const { ask } = await twoImages();

  for (const body of ['{"writeEnabled":"false"}', '{"writeEnabled":null}', "[]", "null", "nonsense", ""]) {
    expect(await outcome(ask(metadata, { method: "PATCH", body }))).toBe("400 UNSUPPORTED");
  }
  expect((await ask(metadata)).body.changeableAttributes.writeEnabled).toBe(true);
});

test("a locked tag cannot be moved or deleted, not even with its image; other tags of the image can", async () => {
  const { ask, first, firstText, secondText } = await twoImages();
  await change(ask, "/_tags/v1", { writeEnabled: false });

  expect(await put(ask, "v1", secondText)).toBe(disallowed);
  expect(await put(ask, "v1", firstText)).toBe(disallowed);
  expect(await remove(ask, `${metadata}/_tags/v1`)).toBe(disallowed);
  expect(await remove(ask, `manifests/${first}`)).toBe(disallowed);
  expect(await remove(ask, metadata)).toBe(disallowed);
  expect(await put(ask, "latest", secondText)).toBe("201");
  expect((await ask("manifests/v1")).text).toBe(firstText);
});

test("a tag that is protected from deletion can be moved", async () => {
  const { ask, second, secondText } = await twoImages();
  await change(ask, "/_tags/v1", { deleteEnabled: false });

  expect(await put(ask, "v1", secondText)).toBe("201");
  expect(await remove(ask, `${metadata}/_tags/v1`)).toBe(disallowed);
  expect(await remove(ask, `manifests/${second}`)).toBe(disallowed);
});

test("a locked manifest cannot be pushed again or deleted, not even with the manifest that it refers to", async () => {
  const { ask, first, firstText } = await twoImages();
  const { digest } = await pushManifest(ask, { subject: { digest: first } });
  await change(ask, `/_manifests/${digest}`, { writeEnabled: false });

  expect(await remove(ask, `manifests/${digest}`)).toBe(disallowed);
  expect(await remove(ask, `manifests/${first}`)).toBe(disallowed);
  await change(ask, `/_manifests/${first}`, { writeEnabled: false });
  expect(await put(ask, "v3", firstText)).toBe(disallowed);
  await change(ask, `/_manifests/${first}`, { writeEnabled: true });
  await change(ask, `/_manifests/${digest}`, { writeEnabled: true, deleteEnabled: false });
  expect(await remove(ask, `manifests/${first}`)).toBe(disallowed);
  expect(await remove(ask, metadata)).toBe(disallowed);
  await change(ask, `/_manifests/${digest}`, { deleteEnabled: true });
  expect(await remove(ask, `manifests/${first}`)).toBe("202");
});

test("a locked repository can be pulled from but not changed", async () => {
  const { ask, first, secondText } = await twoImages();
  const blob = await pushBlob(ask, "a blob");
  await change(ask, "", { writeEnabled: false });

  expect(await put(ask, "v3", secondText)).toBe(disallowed);
  expect(await outcome(ask("blobs/uploads/", { method: "POST" }))).toBe(disallowed);
  expect(await remove(ask, `blobs/${blob}`)).toBe(disallowed);
  expect(await remove(ask, `manifests/${first}`)).toBe(disallowed);
  expect(await remove(ask, `${metadata}/_tags/v1`)).toBe(disallowed);
  expect(await remove(ask, metadata)).toBe(disallowed);
  expect((await ask("manifests/v1")).status).toBe(200);
  expect((await ask(`blobs/${blob}`)).status).toBe(200);
});

test("a repository that is protected from deletion cannot be deleted, but its images can", async () => {
  const { ask, first, secondText } = await twoImages();
  await change(ask, "", { deleteEnabled: false });

  expect(await remove(ask, metadata)).toBe(disallowed);
  expect(await put(ask, "v1", secondText)).toBe("201");
  expect(await remove(ask, `manifests/${first}`)).toBe("202");
});

test("a tag that must not be read cannot be pulled by its name; a manifest that must not be read, by no name", async () => {
  const { ask, first } = await twoImages();
  const pull = (reference: string) => outcome(ask(`manifests/${reference}`));

  await change(ask, "/_tags/v1", { readEnabled: false });
  expect([await pull("v1"), await pull("latest"), await pull(first)]).toEqual([disallowed, "200", "200"]);

  await change(ask, `/_manifests/${first}`, { readEnabled: false });
  expect([await pull("latest"), await pull(first), await pull("v2")]).toEqual([
    disallowed,
    disallowed,
    "200",
  ]);
  expect((await ask("manifests/v1", { method: "HEAD" })).status).toBe(405);
});

test("a repository that must not be read cannot be pulled or mounted from", async () => {
  const { azure, ask } = await twoImages();
  const blob = sha256("v1");
  const { name, passwords } = await makeToken(azure, {
    actions: ["repositories/*/content/read", "repositories/*/content/write"],
  });
  const { accessToken, request } = registryOf(azure);
  const scopes = [`repository:${repository}:pull`, "repository:brand/other:pull,push"];
  const access = await accessToken(name, passwords[0], ...scopes);
  const path = `/v2/brand/other/blobs/uploads/?mount=${blob}&from=${repository}`;
  const mount = async () => (await request(access, path, { method: "POST" })).status;
  expect(await mount()).toBe(201);
  await change(ask, "", { readEnabled: false });

  expect(await outcome(ask("manifests/v1"))).toBe(disallowed);
  expect(await outcome(ask(`blobs/${blob}`))).toBe(disallowed);
  expect(await outcome(ask(`referrers/${blob}`))).toBe(disallowed);
  expect(await mount()).toBe(202);
  expect((await ask(metadata)).status).toBe(200);
});

test("a resource that must not be listed is in no list, and is found by its name", async () => {
  const { azure, ask, first, second } = await twoImages();
  const owner = await openAsOwner(azure, repository);
  const lists = async () => ({
    tags: (await ask("tags/list")).body.tags,
    described: (await ask(`${metadata}/_tags`)).body.tags.map(({ name }: { name: string }) => name),
    manifests: (await ask(`${metadata}/_manifests`)).body.manifests.map(
      (each: { digest: string }) => each.digest,
    ),
    listed: (await owner("/acr/v1/_catalog")).body.repositories.includes(repository),
  });

  await change(ask, "/_tags/v1", { listEnabled: false });
  await change(ask, `/_manifests/${first}`, { listEnabled: false });
  await change(ask, "", { listEnabled: false });

  expect(await lists()).toEqual({
    tags: ["latest", "v2"],
    described: ["latest", "v2"],
    manifests: [second],
    listed: false,
  });
  expect((await ask("manifests/v1")).status).toBe(200);
  expect((await ask(`${metadata}/_tags/v1`)).status).toBe(200);
});
