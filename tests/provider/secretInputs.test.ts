/** An input that the program marks as a secret is in no error, also not in the words of Azure. */
import { secret } from "provider-server";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { TestEnvironment } from "../support/testEnvironment.js";

let stage: TestEnvironment;

beforeAll(async () => {
  stage = await TestEnvironment.start();
});

afterAll(() => stage?.close());

afterEach(() => stage.azure.faults.clear());

const missing = () => `${stage.registryId()}/tokens/hush-hush`;

async function messageOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "no error",
    (error: Error) => error.message,
  );
}

test("a secret tokenId, and each name in it, is in no error of TokenCredentials", async () => {
  const tokenId = missing();
  const plain = await messageOf(stage.credentials().up({ tokenId }));
  expect(plain).toContain("hush-hush");

  const error = await messageOf(stage.credentials().up({ tokenId: secret(tokenId) }));

  expect(error).toMatch(/Azure answered 404/);
  for (const hidden of ["hush-hush", "myregistry", "myresourcegroup", tokenId.split("/")[2]]) {
    expect(error.toLowerCase()).not.toContain(hidden);
  }
  expect(error).toContain("[secret]");
});

test("secret inputs of TokenAccess are in no error of its create, update and delete", async () => {
  const scopeMapId = await stage.newScopeMap("quiet-map", "hello-world");
  const notThere = { tokenId: secret(missing()), scopeMapId };
  expect(await messageOf(stage.access("absent").up(notThere))).toMatch(/^there is no token \[secret\]/);

  const tokenId = await stage.newToken({ name: "quiet-token" });
  const [one, other] = [stage.access("one"), stage.access("other")];
  const args = { tokenId: secret(tokenId), scopeMapId: secret(scopeMapId) };
  await one.up(args);
  const code = "RequestDisallowedByPolicy";
  const message = "The token 'QUIET-TOKEN' is not allowed";
  stage.azure.faults.add({ kind: "answer", status: 403, code, message, method: "PATCH" });
  const gone = { ...args, scopeMapId: secret(`${stage.registryId()}/scopeMaps/hidden-map`) };
  const refused = await messageOf(one.up(gone));
  expect(refused).toMatch(/The token '\[secret\]' is not allowed/);
  expect(refused).not.toMatch(/quiet-token|hidden-map/i);

  // In one run the program has the same token under another name, and the engine deletes the first.
  await other.preview(args);
  const { id, inputs, outputs } = one.saved;
  const deleted = await messageOf(stage.plugin.delete(id, one.urn, outputs, inputs));
  expect(deleted).toMatch(/^refused to delete \[secret\]: /);
});

test("a secret period is in no error of what was changed after the check", async () => {
  const resource = stage.credentials();
  const { inputs } = await resource.preview({
    tokenId: await stage.newToken(),
    expirationInDays: secret(4567),
  });

  const error = await messageOf(stage.plugin.create(resource.urn, { ...inputs, expirationInDays: 7654 }));

  expect(error).toMatch(/expirationInDays was changed/);
  expect(error).not.toMatch(/4567|7654/);
});
