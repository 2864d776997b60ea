import * as containerregistry from "@pulumi/azure-native/containerregistry";
import { expect, it } from "vitest";
import { TokenCredentials } from "../../components/index";
import { registryOf, registryPath } from "../../packages/local-azure/tests/support";
import { type ChangingArgs, change, clientToken } from "./clientToken";
import { describeWith, describeWithCli, onlyAtFullSize, TestStack } from "./support";

describeWithCli("a token's passwords under pulumi", () => {
  it("stay, and work, through every change of the token", { timeout: 300_000 }, async () => {
    const args: ChangingArgs = {};
    const test = await TestStack.start(clientToken(args));
    await test.up();
    const before = await test.passwords();

    const expectTheSame = async (status: 200 | 401) => {
      expect(await test.passwords()).toEqual(before);
      expect(await test.login("edge-client", before.password1)).toBe(status);
      expect(await test.login("edge-client", before.password2)).toBe(status);
      expect((await test.preview()).steps).toEqual([]);
    };

    change(args, { status: "disabled" });
    const disabled = await test.up();
    expect(disabled.steps).toEqual(["TokenAccess update"]);
    expect(disabled.hasNewArguments).toBe(true);
    await expectTheSame(401);

    change(args, { status: "enabled" });
    await test.up();
    await expectTheSame(200);

    const canPull = async (repository: string) => {
      const scope = `repository:${repository}:pull`;
      const token = await registryOf(test.azure).accessToken("edge-client", before.password, scope);
      const path = `/v2/${repository}/manifests/${repository === "payroll" ? "latest" : "1.5"}`;
      return (await registryOf(test.azure).request(token, path)).status === 200;
    };
    expect(await canPull("payroll")).toBe(false);

    change(args, { scopeMapId: registryPath(test.azure, "/scopeMaps/_repositories_pull") });
    expect((await test.up()).steps.sort()).toEqual(["ScopeMap delete", "TokenAccess update"]);
    await expectTheSame(200);
    expect(await canPull("payroll")).toBe(true);

    change(args, {});
    await test.up();
    await expectTheSame(200);
    expect(await canPull("payroll")).toBe(false);

    change(args, { scopeMapName: "another-scope-map" });
    await test.up();
    await expectTheSame(200);
    expect(await canPull("azureiotedge-agent")).toBe(true);

    await test.refresh();
    expect((await test.up()).steps).toEqual([]);
    await expectTheSame(200);

    expect((await test.up({ refresh: true })).steps).toEqual([]);
    await expectTheSame(200);
  });
});

describeWith("a token's passwords without this package", onlyAtFullSize, () => {
  it("would be lost with azure-native alone, which updates by PUT", async () => {
    let status = "enabled";
    const registry = { resourceGroupName: "myresourcegroup", registryName: "myregistry" };
    const test = await TestStack.start(async () => {
      const scopeMap = new containerregistry.ScopeMap("bare-scope-map", {
        ...registry,
        actions: ["repositories/azureiotedge-agent/content/read"],
      });
      const token = new containerregistry.Token("bare-token", {
        ...registry,
        scopeMapId: scopeMap.id,
        status,
      });
      return { password: new TokenCredentials("bare-token", { tokenId: token.id }).password };
    });
    await test.up();
    const password = await test.output("password");
    expect(await test.login("bare-token", password)).toBe(200);
    status = "disabled";
    await test.up();
    status = "enabled";
    await test.up();
    expect(await test.output("password")).toBe(password);
    expect(await test.login("bare-token", password)).toBe(401);
  });
});
