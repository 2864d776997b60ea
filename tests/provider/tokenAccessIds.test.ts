/** The ids of a TokenAccess never change by their letter case, and no deletion reaches a token that another TokenAccess has. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { pluginFunction } from "../../components/args/pluginFunction.js";
import { TestEnvironment, writes } from "../support/testEnvironment.js";

let environment: TestEnvironment;
let scopeMapId: string;

beforeAll(async () => {
  environment = await TestEnvironment.start();
  scopeMapId = await environment.newScopeMap("agent-only", "azureiotedge-agent");
});

afterAll(() => environment?.close());

const inOtherCase = (id: string) =>
  id.replace("myregistry", "MyRegistry").replace("myresourcegroup", "MyResourceGroup");

/** A RegistryToken, and its TokenAccess. */
const component = "urn:pulumi:stack::project::acr-token:index:RegistryToken::client";
const urn = component.replace("::client", "$acr-token:index:TokenAccess::client");

test("ids in another letter case stay as the state has them, and are no change", async () => {
  const tokenId = await environment.newToken({ scopeMap: "agent-only" });
  const access = environment.access();
  await access.up({ tokenId, scopeMapId });

  const other = {
    tokenId: tokenId.toUpperCase(),
    scopeMapId: scopeMapId.replace("/scopeMaps/", "/SCOPEMAPS/").toUpperCase(),
  };
  expect(await access.preview(other)).toMatchObject({ operation: "same", inputs: { tokenId, scopeMapId } });
});

test("creating with another letter case in the scope map's id makes no write", async () => {
  const tokenId = await environment.newToken({ scopeMap: "agent-only" });

  const requests = await environment.requestsOf(() =>
    environment.access().up({ tokenId, scopeMapId: inOtherCase(scopeMapId) }),
  );

  expect(writes(requests)).toEqual([]);
});

test("another scope map of the registry has the registry's id as the state has it", async () => {
  const tokenId = await environment.newToken({ scopeMap: "agent-only" });
  const another = await environment.newScopeMap("another", "payroll");
  const access = environment.access();
  await access.up({ tokenId, scopeMapId });

  const { inputs } = await access.preview({ tokenId, scopeMapId: inOtherCase(another) });
  expect(inputs.scopeMapId).toBe(another);
});

test("without a state, the ids of an adopted token are as Azure has them, in the preview too", async () => {
  const { plugin } = environment;
  const tokenId = await environment.newToken({ scopeMap: "agent-only" });
  const given = { tokenId: inOtherCase(tokenId), scopeMapId: inOtherCase(scopeMapId) };
  for (const [adopts, expected] of [
    [false, given],
    [true, { tokenId, scopeMapId }],
  ] as const) {
    await environment.newRun();
    await plugin.invoke(pluginFunction, { component, adopts });
    expect((await plugin.check(urn, {}, given)).inputs, `adopts: ${adopts}`).toMatchObject(expected);
  }
});

test("with an invalid input Azure is not asked how it writes the ids", async () => {
  const { plugin } = environment;
  const tokenId = await environment.newToken({ scopeMap: "agent-only" });
  await environment.newRun();
  await plugin.invoke(pluginFunction, { component, adopts: true });
  const requests = await environment.requestsOf(async () => {
    const { failures } = await plugin.check(urn, {}, { tokenId, scopeMapId, status: "off" });
    expect(failures.map(({ property }) => property)).toEqual(["status"]);
  });
  expect(requests).toEqual([]);
});

test("a deletion is refused while another TokenAccess of the run has the token", async () => {
  const tokenId = await environment.newToken({ scopeMap: "agent-only" });
  const [old, renamed] = [environment.access("old"), environment.access("renamed")];
  await old.up({ tokenId, scopeMapId });
  await renamed.up({ tokenId: tokenId.toUpperCase(), scopeMapId });

  const { id, inputs, outputs } = old.saved;
  await expect(environment.plugin.delete(id, old.urn, outputs, inputs)).rejects.toThrow(
    `refused to delete ${tokenId}: ${renamed.urn} of this program has the same token. Either give the new RegistryToken an alias`,
  );
  // A run without that TokenAccess, such as a destroy.
  const requests = await environment.requestsOf(() => old.destroy());
  expect(writes(requests)).toEqual([]);
});
