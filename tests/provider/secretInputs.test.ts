/** An input that the program marks as a secret is in no error, also not in Azure's messages. */
import { secret } from "provider-server";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { TestEnvironment } from "../support/testEnvironment.js";

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await TestEnvironment.start();
});

afterAll(() => environment?.close());

afterEach(() => environment.azure.faults.clear());

const missing = () => `${environment.registryId()}/tokens/hush-hush`;

async function messageOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "no error",
    (error: Error) => error.message,
  );
}

test("a secret tokenId, and each name in it, is in no error of TokenCredentials", async () => {
  const tokenId = missing();
  const plain = await messageOf(environment.credentials().up({ tokenId }));
  expect(plain).toContain("hush-hush");

  const error = await messageOf(environment.credentials().up({ tokenId: secret(tokenId) }));

  expect(error).toMatch(/Azure answered 404/);
  for (const hidden of ["hush-hush", "myregistry", "myresourcegroup", tokenId.split("/")[2]]) {
    expect(error.toLowerCase()).not.toContain(hidden);
  }
  expect(error).toContain("[secret]");
});

test("secret inputs of TokenAccess are in no error of its create, update and delete", async () => {
  const scopeMapId = await environment.newScopeMap("quiet-map", "hello-world");
  const notThere = { tokenId: secret(missing()), scopeMapId };
  expect(await messageOf(environment.access("absent").up(notThere))).toMatch(/^there is no token \[secret\]/);

  const tokenId = await environment.newToken({ name: "quiet-token" });
  const [one, other] = [environment.access("one"), environment.access("other")];
  const args = { tokenId: secret(tokenId), scopeMapId: secret(scopeMapId) };
  await one.up(args);
  const code = "RequestDisallowedByPolicy";
  const message = "The token 'QUIET-TOKEN' is not allowed";
  environment.azure.faults.add({ kind: "answer", status: 403, code, message, method: "PATCH" });
  const gone = { ...args, scopeMapId: secret(`${environment.registryId()}/scopeMaps/hidden-map`) };
  const refused = await messageOf(one.up(gone));
  expect(refused).toMatch(/The token '\[secret\]' is not allowed/);
  expect(refused).not.toMatch(/quiet-token|hidden-map/i);

  // In one run the program has the same token under another name, and the engine deletes the first.
  await other.preview(args);
  const { id, inputs, outputs } = one.saved;
  const deleted = await messageOf(environment.plugin.delete(id, one.urn, outputs, inputs));
  expect(deleted).toMatch(/^refused to delete \[secret\]: /);
});

test("a secret period is in no error of an input that changed after the check", async () => {
  const resource = environment.credentials();
  const { inputs } = await resource.preview({
    tokenId: await environment.newToken(),
    expirationInDays: secret(4567),
  });

  const error = await messageOf(
    environment.plugin.create(resource.urn, { ...inputs, expirationInDays: 7654 }),
  );

  expect(error).toMatch(/expirationInDays was changed/);
  expect(error).not.toMatch(/4567|7654/);
});

test("a secret that is not valid in an edited state is in no error of any operation", async () => {
  const resource = environment.credentials();
  const args = { tokenId: await environment.newToken() };
  await resource.up(args);
  const { plugin } = environment;
  const { urn } = resource;
  const { id, outputs, ...saved } = resource.saved;
  const inputs = { ...saved.inputs, tokenId: secret("hush-hush") };
  for (const operation of [
    () => plugin.check(urn, inputs, args),
    () => plugin.diff(id, urn, outputs, saved.inputs, inputs),
    () => plugin.update(id, urn, outputs, saved.inputs, inputs, { preview: true }),
    () => plugin.update(id, urn, outputs, saved.inputs, inputs),
    () => plugin.read(id, urn, outputs, inputs),
    () => plugin.delete(id, urn, outputs, inputs),
  ]) {
    const error = await messageOf(operation());
    expect(error).toContain("tokenId must be the resource id of a token");
    expect(error).toContain('got "[secret]"');
  }
});

test("a secret token that cannot be adopted is in no failure of the check", async () => {
  const { urn } = environment.credentials();
  const args = { tokenId: secret(missing()), adopt: { password1: "wrong" } };
  const { failures } = await environment.plugin.check(urn, {}, args);
  expect(failures.map(({ reason }) => reason)).toEqual([
    expect.stringContaining("there is no token [secret]"),
  ]);
});
