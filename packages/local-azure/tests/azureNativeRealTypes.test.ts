/** Connected registries, vaults and secrets beside the real azure-native: their objects have read-only properties. */
import type { Properties } from "provider-server";
import { expect, test } from "vitest";
import { describeBesideReal, realPluginHas, runOnBoth, type Target } from "./azureNativeComparison";
import { connectedRegistry, inRegistry, secret, vault } from "./azureNativeSupport";
import { arm, makeToken, registryPath } from "./support";
import { vaultPath } from "./vaultSupport";

/** Creates a resource, changes it, and changes it outside of Pulumi. */
async function life(
  { plugin, azure }: Target,
  urn: string,
  program: Properties,
  changed: Properties,
  elsewhere: object,
): Promise<unknown[]> {
  const { inputs } = await plugin.check(urn, {}, program);
  const preview = (await plugin.create(urn, inputs, { preview: true })).outputs;
  const { id, outputs } = await plugin.create(urn, inputs);
  const results: unknown[] = [inputs, preview.parent ?? preview.location, id, outputs];
  results.push(await plugin.read(id, urn, outputs, inputs), await plugin.read(id, urn, {}));
  const { inputs: news } = await plugin.check(urn, inputs, changed);
  const diff = await plugin.diff(id, urn, outputs, news, inputs);
  const after = await plugin.update(id, urn, outputs, news, inputs);
  await (await arm(azure))("PATCH", id, elsewhere);
  const refreshed = await plugin.read(id, urn, after, news);
  return [...results, diff.changes, diff.replaces, [...new Set(diff.diffs)], after, refreshed];
}

const scripts: [string, string, (target: Target) => Promise<unknown[]>][] = [
  [
    "a connected registry",
    connectedRegistry,
    async (target) => {
      const { azure, plugin } = target;
      await (await arm(azure))("PATCH", registryPath(azure), { properties: { dataEndpointEnabled: true } });
      const gateway = ["config/read", "config/write", "message/read", "message/write"];
      const actions = gateway.map((action) => `gateway/edge1/${action}`);
      const { id: tokenId } = await makeToken(azure, { name: "edge1-sync", actions });
      const parent = { syncProperties: { tokenId, messageTtl: "P2D" } };
      const program = { ...inRegistry, mode: "ReadOnly", parent };
      const results = await life(
        target,
        connectedRegistry,
        program,
        { ...program, notificationsList: ["samples/*:*:*"] },
        { properties: { logging: { logLevel: "Debug" }, syncProperties: { schedule: "0 9 * * *" } } },
      );
      const id = registryPath(azure, "/connectedRegistries/edge1");
      await plugin.delete(id, connectedRegistry, {}, program);
      return [...results, await plugin.read(id, connectedRegistry, {}, program)];
    },
  ],
  [
    "a vault and its secret",
    vault,
    async (target) => {
      const { azure, plugin } = target;
      const { tenantId } = azure.connection;
      const inVault = { resourceGroupName: inRegistry.resourceGroupName, vaultName: "myvault" };
      const properties = { tenantId, sku: { family: "A", name: "standard" }, enableRbacAuthorization: true };
      const program = { ...inVault, properties };
      const made = await plugin.create(vault, (await plugin.check(vault, {}, program)).inputs);
      const { vaultUri, provisioningState } = made.outputs.properties as Properties;
      const holding = (value: string, expires: number) => ({
        ...inVault,
        properties: { value, contentType: "text/plain", attributes: { expires } },
        tags: { username: "app" },
      });
      const results = await life(target, secret, holding("v1", 1_900_000_000), holding("v2", 1_900_000_001), {
        properties: { attributes: { exp: 1_900_000_002 } },
      });
      await plugin.delete(made.id, vault, made.outputs, program);
      const { status } = await (await arm(azure))("GET", vaultPath(azure));
      return [made.id, vaultUri, provisioningState, ...results, status];
    },
  ],
];

describeBesideReal("the real azure-native", () => {
  test.for(scripts)("%s", async ([_name, type, script], { skip }) => {
    skip(!(await realPluginHas(type)), "this build of azure-native has no such type");
    const results = await runOnBoth(script);
    expect(results.standIn).toEqual(results.real);
  });
});
