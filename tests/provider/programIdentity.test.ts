/**
 * A refresh or a destroy that runs the program signs in with the program's identity: the engine gives the plugin only what is in the
 * state, where the client secret can be outdated.
 */
import { secret } from "provider-server";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { pluginFunction } from "../../components/args/pluginFunction";
import { TestEnvironment } from "../support/testEnvironment";

const component = "urn:pulumi:stack::project::acr-token:index:RegistryToken::client";

let environment: TestEnvironment;
let azure: Record<string, string>;
let saved: Awaited<ReturnType<typeof created>>[];

beforeAll(async () => {
  environment = await TestEnvironment.start();
  const { clientId, clientSecret, tenantId, metadataHost } = environment.azure.connection;
  azure = { clientId, clientSecret, tenantId, metadataHost };
});

afterAll(() => environment?.close());

beforeEach(async () => {
  const tokenId = await environment.newToken();
  const scopeMapId = environment.scopeMapId("_repositories_pull");
  saved = [
    await created("TokenAccess", { tokenId, scopeMapId, azure }),
    await created("TokenCredentials", { tokenId, azure }),
  ];
  await environment.newRun();
});

/** A child of the component. */
async function created(type: string, args: Record<string, unknown>) {
  const { plugin } = environment;
  const urn = component.replace("::client", `$acr-token:index:${type}::client`);
  const { inputs } = await plugin.check(urn, {}, args);
  return { urn, inputs, ...(await plugin.create(urn, inputs)) };
}

type Saved = Awaited<ReturnType<typeof created>>;

/** As it is in a state of before the secret was renewed. */
function outdated({ urn, id, inputs, outputs }: Saved): Saved {
  const old = { azure: secret({ ...azure, clientSecret: "outdated" }) };
  return { urn, id, inputs: { ...inputs, ...old }, outputs: { ...outputs, ...old } };
}

function read({ id, urn, outputs, inputs }: Saved) {
  return environment.plugin.read(id, urn, outputs, inputs);
}

test("a refresh uses the identity of the program and puts it into the state, in that run alone", async () => {
  await environment.plugin.invoke(pluginFunction, { component, azure });
  for (const resource of saved) {
    const { id, inputs, outputs } = resource;
    expect(await read(outdated(resource)), resource.urn).toEqual({ id, inputs, outputs });
  }
  await environment.newRun();
  for (const resource of saved) {
    await expect(read(outdated(resource)), resource.urn).rejects.toThrow("no sign-in to Azure");
  }
});

test("a refresh uses the identity of the environment if the program has none", async () => {
  await environment.plugin.invoke(pluginFunction, { component });
  for (const resource of saved) {
    const found = await read(outdated(resource));
    expect(found?.inputs, resource.urn).not.toHaveProperty("azure");
    expect(found?.outputs, resource.urn).not.toHaveProperty("azure");
  }
});

test("a refresh uses the identity in the state if the program has another RegistryToken", async () => {
  await environment.plugin.invoke(pluginFunction, { component: `${component}-2`, azure: {} });
  for (const resource of saved) {
    await expect(read(outdated(resource)), resource.urn).rejects.toThrow("no sign-in to Azure");
  }
});

test("a delete uses the identity of the program", async () => {
  const [, credentials] = saved as [Saved, Saved];
  const { id, urn, outputs, inputs } = outdated(credentials);
  // A plugin keeps using the identity with which it last wrote to a token.
  await environment.restart();
  await expect(environment.plugin.delete(id, urn, outputs, inputs)).rejects.toThrow("no sign-in to Azure");
  await environment.restart();
  await environment.plugin.invoke(pluginFunction, { component, azure });
  await environment.plugin.delete(id, urn, outputs, inputs);
  expect(await environment.client.slots(String(inputs.tokenId))).toEqual([]);
});
