import type { LocalAzure } from "local-azure";
import { expect, test } from "vitest";
import {
  type Ask,
  dockerManifest,
  ociIndex,
  open,
  openAsOwner,
  outcome,
  pushBlob,
  pushImage,
  pushManifest,
  sha256,
} from "./repository.js";
import { HandClock, http, makeToken, registryOf, startAzure } from "./support.js";

const repository = "brand/new";
const metadata = `/acr/v1/${repository}`;
const allEnabled = { deleteEnabled: true, writeEnabled: true, readEnabled: true, listEnabled: true };

/** A repository with the tags v1, v2 and v10, ten minutes after one another, from 2030-01-01T00:00 on. */
async function threeImages(): Promise<{ azure: LocalAzure; ask: Ask; digests: string[] }> {
  const clock = new HandClock();
  const azure = await startAzure({ now: clock.now });
  const ask = await open(azure, repository);
  const digests: string[] = [];
  for (const tag of ["v1", "v2", "v10"]) {
    digests.push(await pushImage(ask, tag));
    clock.forward(10 * 60_000);
  }
  return { azure, ask, digests };
}

/** Follows the links from page to page and returns the content of each page. */
async function pages<Item>(ask: Ask, path: string, read: (body: never) => Item): Promise<Item[]> {
  const { body, headers } = await ask(path);
  const next = /^<(.+)>; rel="next"$/.exec(String(headers.link))?.[1];
  return [read(body as never), ...(next === undefined ? [] : await pages(ask, next, read))];
}

test.each(["/v2/_catalog", "/acr/v1/_catalog"])(
  "%s lists the repositories that hold an image, in pages",
  async (path) => {
    const azure = await startAzure();
    await pushBlob(await open(azure, repository), "only a blob");
    const ask = await openAsOwner(azure, repository);
    const names = ({ repositories }: { repositories: string[] }) => repositories;

    const all = await pages(ask, path, names);
    const some = await pages(ask, `${path}?n=3`, names);

    const expected = [
      "acr/connected-registry",
      "azureiotedge-agent",
      "azureiotedge-api-proxy",
      "azureiotedge-hub",
      "payroll",
    ];
    expect(all).toEqual([expected]);
    expect(some).toEqual([expected.slice(0, 3), expected.slice(3)]);
    expect((await ask(`${path}?n=3`)).headers.link).toBe(
      `<${path}?n=3&last=azureiotedge-api-proxy&orderby=>; rel="next"`,
    );
    expect(await outcome(ask(`${path}?n=some`))).toBe("400 PAGINATION_NUMBER_INVALID");
  },
);

test("a repository has metadata", async () => {
  const { azure, ask } = await threeImages();

  const { status, body } = await ask(metadata);

  expect(status).toBe(200);
  expect(body).toEqual({
    registry: azure.connection.registries[0].loginServer,
    imageName: repository,
    createdTime: expect.stringMatching(/^2030-01-01T00:00:00(\.\d+)?Z$/),
    lastUpdateTime: expect.stringMatching(/^2030-01-01T00:20:00(\.\d+)?Z$/),
    manifestCount: 3,
    tagCount: 3,
    changeableAttributes: { ...allEnabled, teleportEnabled: false },
  });
});

test("tags are listed with their metadata, and each tag can be requested", async () => {
  const { azure, ask, digests } = await threeImages();

  const list = await ask(`${metadata}/_tags`);
  const one = await ask(`${metadata}/_tags/v2`);

  const common = { registry: azure.connection.registries[0].loginServer, imageName: repository };
  expect(list.body).toMatchObject(common);
  expect(list.body.tags.map(({ name }: { name: string }) => name)).toEqual(["v1", "v10", "v2"]);
  expect(one.body).toEqual({ ...common, tag: list.body.tags[2] });
  expect(one.body.tag).toEqual({
    name: "v2",
    digest: digests[1],
    createdTime: expect.stringMatching(/^2030-01-01T00:10.*Z$/),
    lastUpdateTime: expect.stringMatching(/^2030-01-01T00:10.*Z$/),
    signed: false,
    changeableAttributes: allEnabled,
  });
});

test("a moved tag keeps its creation time", async () => {
  const { ask, digests } = await threeImages();
  const { text } = await ask(`manifests/${digests[0]}`);

  await ask("manifests/v2", { method: "PUT", body: text });

  const { tag } = (await ask(`${metadata}/_tags/v2`)).body;
  expect(tag.digest).toBe(digests[0]);
  expect(tag.createdTime).toMatch(/^2030-01-01T00:10/);
  expect(tag.lastUpdateTime).toMatch(/^2030-01-01T00:30/);
});

test("tags are listed by name or by time, in pages, and by manifest", async () => {
  const { ask, digests } = await threeImages();
  const names = ({ tags }: { tags: { name: string }[] }) => tags.map(({ name }) => name);
  const list = (query: string) => pages(ask, `${metadata}/_tags?${query}`, names);

  expect(await list("n=2")).toEqual([["v1", "v10"], ["v2"]]);
  expect(await list("n=2&orderby=timeasc")).toEqual([["v1", "v2"], ["v10"]]);
  expect(await list("n=2&orderby=timedesc")).toEqual([["v10", "v2"], ["v1"]]);
  expect(await list("orderby=none&last=v10")).toEqual([["v2"]]);
  expect(await list(`digest=${digests[2]}`)).toEqual([["v10"]]);
  expect(await list("n=0")).toEqual([[]]);
  expect(await outcome(ask(`${metadata}/_tags?orderby=size`))).toBe("400 UNSUPPORTED");
});

test("a page has at most 100 entries if the request sets no size", async () => {
  const ask = await open(await startAzure(), "payroll");
  const { text } = await ask("manifests/latest");
  for (let number = 0; number < 100; number++) {
    await ask(`manifests/tag-${number}`, { method: "PUT", body: text });
  }

  const sizes = await pages(ask, "/acr/v1/payroll/_tags", ({ tags }: { tags: unknown[] }) => tags.length);

  expect(sizes).toEqual([100, 1]);
});

test("manifests are listed with their metadata, and each manifest can be requested by its digest", async () => {
  const { azure, ask, digests } = await threeImages();

  const list = await ask(`${metadata}/_manifests`);
  const one = await ask(`${metadata}/_manifests/${digests[0]}`);

  const common = { registry: azure.connection.registries[0].loginServer, imageName: repository };
  expect(list.body).toMatchObject(common);
  const listed = list.body.manifests.map(({ digest }: { digest: string }) => digest);
  expect(listed).toEqual([...digests].sort());
  expect(one.body).toEqual({ ...common, manifest: list.body.manifests[listed.indexOf(digests[0])] });
  const config = JSON.stringify({ architecture: "arm64", os: "linux" });
  expect(one.body.manifest).toEqual({
    digest: digests[0],
    imageSize: config.length + "v1".length,
    createdTime: expect.stringMatching(/^2030-01-01T00:00.*Z$/),
    lastUpdateTime: expect.stringMatching(/^2030-01-01T00:00.*Z$/),
    architecture: "arm64",
    os: "linux",
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    configMediaType: "application/x-config",
    tags: ["v1"],
    changeableAttributes: allEnabled,
  });
  const byTime = await ask(`${metadata}/_manifests?orderby=timedesc&n=1`);
  expect(byTime.body.manifests).toMatchObject([{ digest: digests[2] }]);
});

test("an index shows its images, and its size is the sum of its images", async () => {
  const ask = await open(await startAzure(), repository);
  const images = [await pushImage(ask, "arm", "123"), await pushImage(ask, "amd", "12345")];
  const platform = { architecture: "arm64", os: "linux" };
  const index = { manifests: [{ digest: images[0], platform }, { digest: images[1] }] };
  const { digest } = await pushManifest(ask, index, { type: ociIndex });

  const { manifest } = (await ask(`${metadata}/_manifests/${digest}`)).body;

  const config = JSON.stringify(platform).length;
  expect(manifest.imageSize).toBe(2 * config + 8);
  expect(manifest.references).toEqual([{ digest: images[0], ...platform }, { digest: images[1] }]);
  expect(manifest).not.toHaveProperty("tags");
  expect(manifest).not.toHaveProperty("os");
});

test("the samples are listed, too, with a platform", async () => {
  const ask = await open(await startAzure(), "payroll");
  const { headers } = await ask("manifests/latest");

  const { manifests } = (await ask("/acr/v1/payroll/_manifests")).body;

  expect(manifests).toMatchObject([
    { digest: headers["docker-content-digest"], mediaType: dockerManifest, os: "linux", tags: ["latest"] },
  ]);
});

test("missing resources have Azure's errors", async () => {
  const azure = await startAzure();
  const ask = await open(azure, "payroll");
  const nowhere = await open(azure, repository);
  await pushBlob(nowhere, "only a blob");

  expect(await outcome(ask("/acr/v1/payroll/_tags/v9"))).toBe("404 TAG_UNKNOWN");
  expect(await outcome(ask(`/acr/v1/payroll/_manifests/${sha256("")}`))).toBe("404 MANIFEST_UNKNOWN");
  for (const path of ["", "/_tags", "/_manifests"]) {
    expect(await outcome(nowhere(`${metadata}${path}`))).toBe("404 NAME_UNKNOWN");
  }
  expect(await outcome(nowhere(`${metadata}/_tags/v1`, { method: "DELETE" }))).toBe("404 TAG_UNKNOWN");
  expect(await outcome(nowhere(metadata, { method: "DELETE" }))).toBe("404 NAME_UNKNOWN");
  expect(await outcome(ask("/acr/v1/payroll/_tags", { method: "DELETE" }))).toBe("405 UNSUPPORTED");
  expect(await outcome(ask("/acr/v1/_deleted/_catalog"))).toBe("404 UNSUPPORTED");
});

test("a tag is deleted, and its manifest stays", async () => {
  const { ask, digests } = await threeImages();

  expect((await ask(`${metadata}/_tags/v1`, { method: "DELETE" })).status).toBe(202);

  expect(await outcome(ask("manifests/v1"))).toBe("404 MANIFEST_UNKNOWN");
  expect((await ask(`manifests/${digests[0]}`)).status).toBe(200);
});

test("a repository is deleted with its content", async () => {
  const { azure, ask, digests } = await threeImages();
  const other = await open(azure, "brand/other");
  const shared = await pushBlob(other, "v1");

  const deleted = await ask(metadata, { method: "DELETE" });

  expect(deleted.status).toBe(202);
  expect(deleted.body).toEqual({
    manifestsDeleted: [...digests].sort(),
    tagsDeleted: ["v1", "v10", "v2"],
  });
  expect(await outcome(ask(metadata))).toBe("404 NAME_UNKNOWN");
  expect(await outcome(ask("manifests/v1"))).toBe("404 NAME_UNKNOWN");
  expect(await outcome(ask(`blobs/${shared}`))).toBe("404 BLOB_UNKNOWN");
  expect((await other(`blobs/${shared}`)).text).toBe("v1");
});

test("an anonymous request gets the needed scope, also in the body", async () => {
  const { connection } = await startAzure();
  const url = `https://${connection.registries[0].loginServer}/acr/v1/payroll/_tags/latest`;

  const answer = await http(connection, url, { method: "PATCH", body: { writeEnabled: false } });

  expect(answer.status).toBe(401);
  expect(answer.headers["www-authenticate"]).toMatch(/,scope="repository:payroll:metadata_write"$/);
  expect(answer.body.errors).toMatchObject([
    { code: "UNAUTHORIZED", detail: [{ Type: "repository", Name: "payroll", Action: "metadata_write" }] },
  ]);
});

/** The statuses of a token's requests for the metadata of a repository by the token's actions. */
async function rights(action: string) {
  const azure = await startAzure();
  const { digest } = (await (await openAsOwner(azure, "payroll"))("/acr/v1/payroll/_tags/latest")).body.tag;
  const { name, passwords } = await makeToken(azure, { actions: [`repositories/payroll/${action}`] });
  const { accessToken, request } = registryOf(azure);
  const access = await accessToken(name, passwords[0], "repository:payroll:*", "registry:catalog:*");
  const statuses = async (method: string, ...paths: string[]) => {
    const body = method === "PATCH" ? { listEnabled: true } : undefined;
    const answers = paths.map((path) => request(access, `/acr/v1/${path}`, { method, body }));
    return (await Promise.all(answers)).map(({ status }) => status);
  };
  const things = ["payroll", "payroll/_tags/latest", `payroll/_manifests/${digest}`];
  return {
    read: await statuses("GET", ...things, "payroll/_tags", "payroll/_manifests"),
    write: await statuses("PATCH", ...things),
    untag: await statuses("DELETE", "payroll/_tags/latest"),
    delete: await statuses("DELETE", "payroll"),
    catalog: await statuses("GET", "_catalog"),
  };
}

test.each([
  ["metadata/read", { read: [200, 200, 200, 200, 200] }],
  ["metadata/write", { write: [200, 200, 200] }],
  ["content/delete", { untag: [202], delete: [202] }],
  ["content/read", {}],
])(
  "a token with only %s has the metadata access of this action, and cannot list the catalog",
  async (action, allowed) => {
    expect(await rights(action)).toEqual({
      read: [401, 401, 401, 401, 401],
      write: [401, 401, 401],
      untag: [401],
      delete: [401],
      catalog: [401],
      ...allowed,
    });
  },
);
