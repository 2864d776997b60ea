import type { ResourceTransform } from "@pulumi/pulumi";
import { expect, it } from "vitest";
import { clientToken } from "./clientToken";
import { describeWith, onlyAtFullSize, TestStack, whyNoStandIns } from "./support";

/** Checks that the token's passwords still log in, and that there is no change. */
async function staysAsItIs(test: TestStack, password: string): Promise<void> {
  expect((await test.preview()).steps.filter((step) => !step.startsWith("ScopeMap"))).toEqual([]);
  await test.up();
  expect(await test.output("password")).toBe(password);
  expect(await test.login("edge-client", password)).toBe(200);
  expect((await test.preview()).steps).toEqual([]);
}

describeWith("an azure-native of another default API version", onlyAtFullSize ?? whyNoStandIns, () => {
  it("does not update the token, which would drop its passwords", async () => {
    const test = await TestStack.start(clientToken({}));
    await test.up();
    const password = await test.output("password");
    test.setEnvironment({ AZURE_NATIVE_STAND_IN_API_VERSION: "2025-11-01" });
    await staysAsItIs(test, password);
  });
});

describeWith("an API version that a program sets by a transform", onlyAtFullSize, () => {
  it("does not update the token, which would drop its passwords", async () => {
    const transforms: ResourceTransform[] = [];
    const test = await TestStack.start(
      clientToken({}, { transforms: [async (args) => (await transforms[0]?.(args)) ?? undefined] }),
    );
    await test.up();
    const password = await test.output("password");
    transforms.push(({ type, props, opts }) =>
      type === "azure-native:containerregistry:Token"
        ? { props: { ...props, azureApiVersion: "2023-07-01" }, opts }
        : undefined,
    );
    await staysAsItIs(test, password);
  });
});
