/** The ids of a TokenAccess never change by their letter case, and no deletion reaches a token that another TokenAccess has. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestEnvironment, writes } from "../support/testEnvironment.js";

let stage: TestEnvironment;
let scopeMapId: string;

beforeAll(async () => {
  stage = await TestEnvironment.start();
  scopeMapId = await stage.newScopeMap("agent-only", "azureiotedge-agent");
});

afterAll(() => stage?.close());

const inOtherCase = (id: string) =>
  id.replace("myregistry", "MyRegistry").replace("myresourcegroup", "MyResourceGroup");

test("ids in another letter case stay as the state has them, and are no change", async () => {
  const tokenId = await stage.newToken({ scopeMap: "agent-only" });
  const access = stage.access();
  await access.up({ tokenId, scopeMapId });

  const other = {
    tokenId: tokenId.toUpperCase(),
    scopeMapId: scopeMapId.replace("/scopeMaps/", "/SCOPEMAPS/").toUpperCase(),
  };
  expect(await access.preview(other)).toMatchObject({ operation: "same", inputs: { tokenId, scopeMapId } });
});

test("another scope map of the registry has the registry's id as the state has it", async () => {
  const tokenId = await stage.newToken({ scopeMap: "agent-only" });
  const another = await stage.newScopeMap("another", "payroll");
  const access = stage.access();
  await access.up({ tokenId, scopeMapId });

  const { inputs } = await access.preview({ tokenId, scopeMapId: inOtherCase(another) });
  expect(inputs.scopeMapId).toBe(another);
});

test("a deletion is refused while another TokenAccess of the run has the token", async () => {
  const tokenId = await stage.newToken({ scopeMap: "agent-only" });
  const [old, renamed] = [stage.access("old"), stage.access("renamed")];
  await old.up({ tokenId, scopeMapId });
  await renamed.up({ tokenId: tokenId.toUpperCase(), scopeMapId });

  const { id, inputs, outputs } = old.saved;
  await expect(stage.plugin.delete(id, old.urn, outputs, inputs)).rejects.toThrow(
    `refused to delete ${tokenId}: ${renamed.urn} of this program has the same token. Either give the new RegistryToken an alias`,
  );
  // A run without that TokenAccess, such as a destroy.
  const requests = await stage.requestsOf(() => old.destroy());
  expect(writes(requests)).toEqual([]);
});
