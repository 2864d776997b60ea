/** The stand-in for azure-native beside the real plugin, if it is on PATH: the same calls, the same responses. */
import type { Properties } from "provider-server";
import { expect, test } from "vitest";
import { describeBesideReal, runOnBoth, type Target } from "./azureNativeComparison";
import { inRegistry, pullToken, scopeMap, token } from "./azureNativeSupport";
import { arm, registryPath } from "./support";

/** The response, or the first line of the error. */
async function outcome(call: Promise<unknown>): Promise<unknown> {
  return call.catch((error: Error & { partial?: { id: string } }) => ({
    error: error.message.split("\n")[0],
    partial: error.partial?.id,
  }));
}

async function made({ plugin, azure }: Target, name = "gateway-token") {
  const { inputs } = await plugin.check(token, {}, { ...pullToken(azure), tokenName: name });
  return { inputs, ...(await plugin.create(token, inputs)) };
}

const scripts: [string, (target: Target) => Promise<unknown[]>][] = [
  [
    "checks: defaults, versions, names, missing properties",
    async ({ plugin }) => [
      await plugin.check(token, {}, inRegistry),
      await plugin.check(token, {}, { ...inRegistry, azureApiVersion: "2023-07-01" }),
      await plugin.check(token, { ...inRegistry, tokenName: "kept-name" }, inRegistry),
      await plugin.check(token, {}, { ...inRegistry, tokenName: "ab" }),
      await plugin.check(token, {}, { ...inRegistry, tokenName: "no spaces" }),
      await plugin.check(scopeMap, {}, inRegistry),
    ],
  ],
  [
    "diffs: properties, names, case, versions",
    async (target) => {
      const { id, inputs, outputs } = await made(target);
      const changes: Properties[] = [
        {},
        { status: "disabled" },
        { tokenName: "other-name" },
        { tokenName: "Gateway-Token" },
        { registryName: "MyRegistry" },
        { resourceGroupName: "MyResourceGroup" },
        { azureApiVersion: "2025-11-01" },
      ];
      return Promise.all(
        changes.map(async (change) => {
          const diff = await target.plugin.diff(id, token, outputs, { ...inputs, ...change }, inputs);
          return [diff.changes, [...diff.replaces].sort(), diff.deleteBeforeReplace];
        }),
      );
    },
  ],
  [
    "a token is created, read, created again, updated, got, imported and deleted",
    async (target) => {
      const { plugin } = target;
      const { id, inputs, outputs } = await made(target);
      const name = { ...inRegistry, tokenName: "gateway-token" };
      const results = [
        [id, outputs],
        await plugin.read(id, token, outputs, inputs),
        await outcome(plugin.create(token, inputs)),
        await outcome(plugin.invoke("azure-native:containerregistry:getToken", name)),
        await outcome(
          plugin.invoke("azure-native:containerregistry:getToken", { ...name, tokenName: "nobody" }),
        ),
        (await plugin.read(id, token, {}))?.inputs,
        await plugin.update(id, token, outputs, { ...inputs, status: "disabled" }, inputs),
      ];
      await plugin.delete(id, token, outputs, inputs);
      return [...results, await plugin.read(id, token, outputs, inputs)];
    },
  ],
  [
    "a refresh copies changes into the inputs",
    async (target) => {
      const { id, inputs, outputs } = await made(target);
      const resourceManager = await arm(target.azure);
      const body = { tokenId: registryPath(target.azure, "/tokens/gateway-token") };
      await resourceManager("POST", registryPath(target.azure, "/generateCredentials"), body);
      await resourceManager("PATCH", body.tokenId, { properties: { status: "disabled" } });
      return [await target.plugin.read(id, token, outputs, inputs)];
    },
  ],
  [
    "failures: conflicts, refusals, another 404, an operation that fails",
    async (target) => {
      const { plugin, azure } = target;
      const { id, inputs, outputs } = await made(target);
      const results: unknown[] = [];
      const strike = async (fault: object, call: () => Promise<unknown>) => {
        azure.faults.add({ kind: "answer", path: /tokens/, ...fault } as never);
        results.push(await outcome(call()));
        azure.faults.clear();
      };
      const update = () => plugin.update(id, token, outputs, { ...inputs, status: "disabled" }, inputs);
      const create = () => plugin.create(token, { ...inputs, tokenName: "second-token" });
      await strike({ status: 409, code: "Conflict", message: "Busy.", method: "PUT" }, update);
      await strike({ status: 403, code: "AuthorizationFailed", message: "No." }, create);
      await strike({ status: 404, code: "Odd", message: "Odd." }, () =>
        plugin.read(id, token, outputs, inputs),
      );
      await strike({ status: 404, code: "ParentResourceNotFound" }, () =>
        plugin.read(id, token, outputs, inputs),
      );
      await strike({ status: 503, retryAfterSeconds: 1 }, update);
      return results;
    },
  ],
];

describeBesideReal("the real azure-native", () => {
  test.each(scripts)("%s", async (_name, script) => {
    const results = await runOnBoth(script);
    expect(results.standIn).toEqual(results.real);
  });
});
