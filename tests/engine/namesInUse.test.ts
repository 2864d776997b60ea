/** A name that Azure has already is refused by the preview, before anything is created, and never overwritten. */
import { resolve } from "node:path";
import { secret } from "@pulumi/pulumi";
import { expect, it } from "vitest";
import { makeToken } from "../../packages/local-azure/tests/support";
import { expectLogin, name, writesSince } from "./adoption";
import { type ChangingArgs, change, clientToken } from "./clientToken";
import { describeWithCli, TestStack } from "./support";

const refusal =
  /cannot create already existing resource '\S+\/tokens\/edge-client': Azure has this token[\s\S]*give another tokenName[\s\S]*adopt/;

describeWithCli("the name of a token", () => {
  it("of another stack is refused by the preview and by up, and another name is not", async () => {
    const args: ChangingArgs = { scopeMapName: "other-map" };
    const test = await TestStack.start(clientToken(args));
    const { passwords } = await makeToken(test.azure, { name });
    const before = test.azure.requests.length;
    await expect(test.preview()).rejects.toThrow(refusal);
    await expect(test.up()).rejects.toThrow(refusal);
    expect(writesSince(test, before).filter((write) => write.includes("tokens/"))).toEqual([]);
    await expectLogin(test, ...passwords);

    change(args, { tokenName: "edge-client-dev" });
    await test.up();
    const unchanged = test.azure.requests.length;
    expect((await test.up()).steps).toEqual([]);
    expect(test.azure.requests.slice(unchanged)).toEqual([]);
    await expectLogin(test, ...passwords);

    change(args, { tokenName: "Edge-Client-Dev", scopeMapName: "edge-client-dev-scope-map" });
    await expect(test.preview()).rejects.toThrow(/'\S+\/tokens\/edge-client-dev': Azure has this token/i);
    expect(await test.login("edge-client-dev", (await test.passwords()).password)).toBe(200);
  });

  it("that is a secret is refused too, and not shown", async () => {
    const test = await TestStack.start(clientToken({ tokenName: secret("hidden-client") }));
    await makeToken(test.azure, { name: "hidden-client" });
    const before = test.azure.requests.length;
    const said = await test.preview().then(
      () => "no error",
      (error: Error) => error.message,
    );
    expect(said).toMatch(/cannot create already existing resource: Azure has this (token|scope map)/);
    expect(said).not.toContain("hidden-client");
    expect(writesSince(test, before)).toEqual([]);
  });

  it("is refused for a program in YAML, too", async () => {
    const test = await TestStack.start(resolve("tests/engine/twoTokens"));
    await makeToken(test.azure, { name: "first-client" });
    await expect(test.preview()).rejects.toThrow(
      /'\S+\/(tokens|scopeMaps)\/first-client\S*': Azure has this/,
    );
  });
});
