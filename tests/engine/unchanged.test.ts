import type { PulumiFn } from "@pulumi/pulumi/automation";
import { expect, it } from "vitest";
import { RegistryToken } from "../../components/index";
import { clientToken } from "./clientToken";
import { describeWithCli, describeWithStandIns, TestStack } from "./support";

const identity = ["ARM_CLIENT_ID", "ARM_CLIENT_SECRET", "ARM_TENANT_ID", "ARM_SUBSCRIPTION_ID"];
const cloud = ["ARM_METADATA_HOSTNAME", "ARM_METADATA_HOST", "ARM_ENVIRONMENT"];

/** A program with several tokens on one registry. */
function tokens(count: number): PulumiFn {
  return async () => {
    const registry = { resourceGroupName: "myresourcegroup", registryName: "myregistry" };
    const made = Array.from(
      { length: count },
      (_, index) =>
        new RegistryToken(`client-${index}`, {
          ...registry,
          repositories: { "samples/*": ["content/read"] },
        }),
    );
    return { loginServers: made.map(({ loginServer }) => loginServer) };
  };
}

describeWithCli("an unchanged stack", () => {
  it("sends no request, read the registry once when it was created, and is refreshed by one read per token", async () => {
    const test = await TestStack.start(tokens(5));
    await test.up();
    const reads = test.asked().filter((request) => request === "GET myregistry");
    expect(reads).toHaveLength(1);
    const made = test.azure.requests.length;
    const preview = await test.preview();
    expect(preview.steps).toEqual([]);
    expect(preview.hasNewArguments).toBe(false);
    expect((await test.up()).steps).toEqual([]);
    expect(test.asked(made)).toEqual([]);
    expect(await test.output("loginServers")).toEqual(
      Array(5).fill(test.azure.connection.registries[0].loginServer),
    );
    const updated = test.azure.requests.length;
    await test.refresh();
    const looks = test.asked(updated).filter((request) => request.includes("/tokens/"));
    expect(looks.sort()).toEqual([0, 1, 2, 3, 4].map((index) => `GET myregistry/tokens/client-${index}`));
  });
});

// The real azure-native needs an identity even if it sends no request.
describeWithStandIns("an unchanged stack without any identity", () => {
  it("is previewed and updated, and not a single request is sent", async () => {
    const test = await TestStack.start(clientToken({}));
    await test.up();
    const made = test.azure.requests.length;
    test.setEnvironment(Object.fromEntries([...identity, ...cloud].map((name) => [name, undefined])));
    expect((await test.preview()).steps).toEqual([]);
    expect((await test.up()).steps).toEqual([]);
    expect(test.azure.requests.slice(made)).toEqual([]);
  });
});
