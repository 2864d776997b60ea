/** The states that earlier versions left, previewed by this one. */
import { expect, it, onTestFinished } from "vitest";
import { SharedClock } from "../support/clock";
import { recordedOn, recordedStates, resourceIn } from "../support/states";
import { type ChangingArgs, clientToken } from "./clientToken";
import { describeWithCli, TestStack } from "./support";

/** The arguments with which each state was made. */
const args: Record<string, ChangingArgs> = {
  plain: {},
  rotated: { rotateEveryDays: 30, expirationInDays: 90, rotationTriggers: { audit: "2026" } },
  waiting: { waitUntilLive: true },
};

describeWithCli("a stack of an earlier version", () => {
  it.each(recordedStates)("shows nothing but what is new and harmless: %s", async (name, state) => {
    const clock = new SharedClock();
    onTestFinished(() => clock.close());
    clock.set(`${recordedOn}T12:00:00Z`);
    const { scopeMapId } = resourceIn(state, "acr-token:index:TokenAccess").inputs;
    const isOwn = String(scopeMapId).endsWith("/edge-client-scope-map");
    const given = { ...args[name.split(" ")[1] ?? ""], ...(!isOwn && { scopeMapId: String(scopeMapId) }) };
    const test = await TestStack.start(clientToken(given), {
      azure: { now: clock.now },
      environment: clock.environment,
    });
    await test.stack.importStack(state);

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
    const outlook = changes.filter((line) => /^\s+\+ (expiry|rotatesOn)\s*: "/.test(line));
    expect(outlook).toHaveLength(name.endsWith("rotated") ? 2 : 0);
    const others = changes.filter((line) => !outlook.includes(line));
    expect(others.filter((line) => !/^\s+- loginServer\b/.test(line))).toEqual([]);
    // A preview asks Azure nothing.
    expect(test.asked()).toEqual([]);
  });
});
