/** The commands with which pipelines look for drift. */
import { expect, it } from "vitest";
import { arm, registryPath } from "../../packages/local-azure/tests/support";
import { clientToken } from "./clientToken";
import { describeWith, onlyAtFullSize, TestStack } from "./support";

async function started(): Promise<TestStack> {
  const test = await TestStack.start(clientToken({ rotationTriggers: { audit: "2026" } }));
  await test.up();
  return test;
}

describeWith("a check for drift", onlyAtFullSize, () => {
  it("holds right after an up, and after a rotation: preview and up with --refresh", async () => {
    const test = await started();
    await test.stack.preview({ refresh: true, expectNoChanges: true });
    await test.stack.up({ refresh: true, expectNoChanges: true });
    await test.up({ replace: [await test.urn("random:index/randomUuid:RandomUuid")] });
    await test.stack.preview({ expectNoChanges: true });
    await test.stack.preview({ refresh: true, expectNoChanges: true });
    await test.stack.up({ refresh: true, expectNoChanges: true });
  });

  it("finds a change outside Pulumi", async () => {
    const test = await started();
    const resourceManager = await arm(test.azure);
    await resourceManager("PATCH", registryPath(test.azure, "/tokens/edge-client"), {
      properties: { status: "disabled" },
    });
    await expect(test.stack.preview({ refresh: true, expectNoChanges: true })).rejects.toThrow(
      /no changes were expected/,
    );
  });

  it("by a bare refresh takes the passwords that azure-native finds for a change, once", async () => {
    const test = await started();
    await expect(test.stack.refresh({ expectNoChanges: true })).rejects.toThrow(/no changes were expected/);
    expect((await test.preview()).steps).toEqual([]);
    await test.refresh();
    await test.stack.refresh({ expectNoChanges: true });
  });
});
