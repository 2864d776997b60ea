import { expect, test } from "vitest";
import { type Ask, open, outcome, pushBlob, sha256 } from "./repository.js";
import { makeToken, registryOf, startAzure } from "./support.js";

/** The path of an upload that has received "lay". */
async function startedUpload(ask: Ask): Promise<string> {
  const { headers } = await ask("blobs/uploads/", { method: "POST" });
  const path = headers.location ?? "";
  const first = await ask(path, { method: "PATCH", body: "lay", headers: { "content-range": "0-2" } });
  expect(first.status).toBe(202);
  return path;
}

test.each([
  ["is missing", "5-6"],
  ["is repeated", "0-2"],
])(
  "a chunk before which content %s gets 416 with the received range, and is not stored",
  async (_, range) => {
    const ask = await open(await startAzure(), "brand/new");
    const path = await startedUpload(ask);

    const wrong = await ask(path, { method: "PATCH", body: "xx", headers: { "content-range": range } });

    expect(wrong.status).toBe(416);
    expect(wrong.body.errors[0].code).toBe("BLOB_UPLOAD_INVALID");
    expect(wrong.headers).toMatchObject({ range: "0-2", location: path });
    const right = await ask(path, { method: "PATCH", body: "er", headers: { "content-range": "3-4" } });
    expect(right.headers.range).toBe("0-4");
    const end = await ask(`${path}?digest=${sha256("layer")}`, { method: "PUT" });
    expect(end.status).toBe(201);
  },
);

test("a final chunk with a gap gets 416, and the upload can still be finished", async () => {
  const ask = await open(await startAzure(), "brand/new");
  const path = await startedUpload(ask);
  const finish = (range: string) =>
    ask(`${path}?digest=${sha256("layer")}`, {
      method: "PUT",
      body: "er",
      headers: { "content-range": range },
    });

  const wrong = await finish("5-6");

  expect(wrong.status).toBe(416);
  expect(wrong.headers).toMatchObject({ range: "0-2", location: path });
  expect(await outcome(ask(`blobs/${sha256("layer")}`))).toBe("404 BLOB_UNKNOWN");
  expect((await finish("3-4")).status).toBe(201);
  expect((await ask(`blobs/${sha256("layer")}`)).text).toBe("layer");
});

test("a blob is deleted once, from its repository only", async () => {
  const azure = await startAzure();
  const [one, other] = [await open(azure, "brand/one"), await open(azure, "brand/other")];
  const digest = await pushBlob(one, "layer");
  await pushBlob(other, "layer");

  const deleted = await one(`blobs/${digest}`, { method: "DELETE" });

  expect(deleted.status).toBe(202);
  expect(deleted.headers["docker-content-digest"]).toBe(digest);
  expect(await outcome(one(`blobs/${digest}`))).toBe("404 BLOB_UNKNOWN");
  expect(await outcome(one(`blobs/${digest}`, { method: "DELETE" }))).toBe("404 BLOB_UNKNOWN");
  expect((await other(`blobs/${digest}`)).text).toBe("layer");
});

test("deleting a blob needs content/delete", async () => {
  const azure = await startAzure();
  const pusher = await open(azure, "brand/new", ["content/read", "content/write"]);
  const digest = await pushBlob(pusher, "layer");

  expect(await outcome(pusher(`blobs/${digest}`, { method: "DELETE" }))).toBe("401 DENIED");
});

test("a blob is mounted from a repository with pull access; else an upload starts", async () => {
  const azure = await startAzure();
  const source = await open(azure, "brand/source");
  const digest = await pushBlob(source, "layer");
  const { name, passwords } = await makeToken(azure, {
    name: "mounter",
    actions: [
      "repositories/brand/source/content/read",
      "repositories/brand/target/content/read",
      "repositories/brand/target/content/write",
    ],
  });
  const { accessToken, request } = registryOf(azure);
  const mount = async (scopes: string[], query: string) => {
    const access = await accessToken(name, passwords[0], "repository:brand/target:pull,push", ...scopes);
    return request(access, `/v2/brand/target/blobs/uploads/?${query}`, { method: "POST" });
  };
  const pullSource = ["repository:brand/source:pull"];

  const denied = await mount([], `mount=${digest}&from=brand/source`);
  const missing = await mount(pullSource, `mount=${sha256("another")}&from=brand/source`);
  const nowhere = await mount(pullSource, `mount=${digest}`);
  const mounted = await mount(pullSource, `mount=${digest}&from=brand/source`);

  for (const { status, headers } of [denied, missing, nowhere]) {
    expect(status).toBe(202);
    expect(headers.location).toMatch(/^\/v2\/brand\/target\/blobs\/uploads\//);
  }
  expect(mounted.status).toBe(201);
  expect(mounted.headers.location).toBe(`/v2/brand/target/blobs/${digest}`);
  const access = await accessToken(name, passwords[0], "repository:brand/target:pull");
  expect((await request(access, String(mounted.headers.location))).text).toBe("layer");
});
