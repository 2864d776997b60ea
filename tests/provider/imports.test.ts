/** What `pulumi import` finds. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestEnvironment } from "../support/testEnvironment";

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await TestEnvironment.start({
    registries: [
      { name: "myregistry", resourceGroup: "myresourcegroup" },
      { name: "other", resourceGroup: "access" },
    ],
  });
});

afterAll(() => environment?.close());

test.for([
  ["", "myregistry"],
  ["/access", "myregistry"],
  // In a resource group that is called access.
  ["", "other"],
  ["/access", "other"],
] as const)("a TokenAccess is imported by its token's id%s, in %s", async ([suffix, registry]) => {
  const tokenId = await environment.newToken({
    registry,
    status: "disabled",
    scopeMap: "_repositories_push",
  });
  const { urn } = environment.access();

  const read = await environment.plugin.read(`${tokenId}${suffix}`, urn, {});

  const found = {
    tokenId,
    scopeMapId: environment.scopeMapId("_repositories_push", registry),
    status: "disabled",
  };
  expect(read).toEqual({ id: `${tokenId}/access`, inputs: found, outputs: found });
  const { inputs } = await environment.plugin.check(urn, found, found);
  const { changes } = await environment.plugin.diff(`${tokenId}/access`, urn, found, inputs, found);
  expect(changes).toBe("none");
});

test("a TokenAccess of a missing token is not found", async () => {
  const tokenId = `${environment.registryId()}/tokens/no-such-token`;
  expect(await environment.plugin.read(tokenId, environment.access().urn, {})).toBeUndefined();
});

test("a TokenAccess is not imported by anything else", async () => {
  await expect(environment.plugin.read("some-token", environment.access().urn, {})).rejects.toThrow(
    'a TokenAccess is imported by its token\'s id: it must be the resource id of a token, /subscriptions/<id>/resourceGroups/<name>/providers/Microsoft.ContainerRegistry/registries/<name>/tokens/<name>, got "some-token"',
  );
});

test("a TokenCredentials cannot be imported, and says why", async () => {
  const tokenId = await environment.newToken();
  await expect(
    environment.plugin.read(`${tokenId}/credentials`, environment.credentials().urn, {}),
  ).rejects.toThrow(
    /cannot be imported, because Azure shows a password only once, .* Give the argument adopt/,
  );
});
