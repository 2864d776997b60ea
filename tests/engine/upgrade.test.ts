/** The states of earlier versions, previewed by this version. */
import type { Deployment } from "@pulumi/pulumi/automation";
import { expect, it, onTestFinished } from "vitest";
import { SharedClock } from "../support/clock";
import { isFullSize } from "../support/size";
import { firstStates, laterStates, recordedOn, resourceIn } from "../support/states";
import { clientToken } from "./clientToken";
import { describeWithCli, TestStack } from "./support";
import { programs } from "./upgradePrograms";

/** The provider tests hold that each state stays as it is. */
const shown = isFullSize ? laterStates : laterStates.filter(([name]) => /plain|keyVault/.test(name));

/** A stack with a recorded state, and the program that wrote the state. */
async function started(name: string, state: Deployment): Promise<TestStack> {
  const clock = new SharedClock();
  onTestFinished(() => clock.close());
  clock.set(`${recordedOn}T12:00:00Z`);
  const { scopeMapId } = resourceIn(state, "acr-token:index:TokenAccess").inputs;
  const isOwn = String(scopeMapId).endsWith("/edge-client-scope-map");
  const { keyVault } = resourceIn(state, "acr-token:index:TokenCredentials").inputs;
  const { vaultUri } = (keyVault ?? {}) as { vaultUri?: string };
  const args = programs[name.split(" ")[1] ?? ""]?.({ vaultUri: vaultUri ?? "" }).at(-1);
  const program = clientToken({ ...args, ...(!isOwn && { scopeMapId: String(scopeMapId) }) });
  const test = await TestStack.start(program, {
    azure: { now: clock.now },
    environment: clock.environment,
  });
  await test.stack.importStack(state);
  return test;
}

describeWithCli("a stack of version 0.1.0", () => {
  it.each(firstStates)("shows only new and harmless changes: %s", async (name, state) => {
    const test = await started(name, state);

    const preview = await test.preview();

    expect(preview.steps).toEqual(["TokenCredentials update"]);
    const [component = "", credentials = ""] = preview.text.split(/(?=~ acr-token:index:)/).slice(1);
    // Version 0.1.0 recorded none of the component's arguments.
    expect(preview.hasNewArguments).toBe(true);
    expect(component).toMatch(/^\s+\+ registryName\s*: "myregistry"$/m);
    expect(component).not.toMatch(/^\s+[-~] /m);
    const changes = credentials
      .split("\n")
      .filter((line) => /^\s+[-+~] (?!acr-token:|2 to update)/.test(line));
    // Outputs that version 0.1.0 did not have, of stacks in which they have a value.
    const rotationInfo = changes.filter((line) => /^\s+\+ (expiry|rotatesOn)\s*: "/.test(line));
    expect(rotationInfo).toHaveLength(name.endsWith("rotated") ? 2 : 0);
    const others = changes.filter((line) => !rotationInfo.includes(line));
    expect(others.filter((line) => !/^\s+- loginServer\b/.test(line))).toEqual([]);
    // A preview asks Azure nothing.
    expect(test.asked()).toEqual([]);
  });
});

describeWithCli("a stack of a later version", () => {
  it.each(shown)("is unchanged, and no request is sent: %s", async (name, state) => {
    const test = await started(name, state);

    const up = await test.up();

    expect(up.steps).toEqual([]);
    expect(up.hasNewArguments).toBe(false);
    expect(test.azure.requests).toEqual([]);
  });
});
