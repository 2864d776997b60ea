/** Adopted passwords and an OIDC token are only in the encrypted state. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Config } from "@pulumi/pulumi";
import { expect, it, onTestFinished } from "vitest";
import { RegistryToken } from "../../components/index";
import { AzureClient } from "../support/azureClient";
import { describeWith, onlyAtFullSize, TestStack } from "./support";

describeWith("a token taken over with an OIDC token", onlyAtFullSize, () => {
  it("leaves no secret in the files of the stack, nor in the output of previews and updates", async () => {
    let tokenId = "";
    const test = await TestStack.start(
      async () => {
        const config = new Config();
        const token = new RegistryToken("edge-client", {
          resourceGroupName: "myresourcegroup",
          registryName: "myregistry",
          scopeMapId: `${tokenId.replace(/tokens.*/, "scopeMaps")}/_repositories_pull`,
          adopt: {
            tokenId,
            password1: config.requireSecret("password1"),
            password2: config.requireSecret("password2"),
          },
        });
        return token.outputs;
      },
      { environment: { ARM_CLIENT_SECRET: "", AZURE_LOG_LEVEL: "verbose" } },
    );
    const { connection } = test.azure;
    const client = new AzureClient(connection);
    onTestFinished(() => client.close());
    const registryId = `/subscriptions/${connection.subscriptionId}/resourceGroups/myresourcegroup/providers/Microsoft.ContainerRegistry/registries/myregistry`;
    tokenId = `${registryId}/tokens/edge-client`;
    await client.arm("PUT", tokenId, {
      properties: { scopeMapId: `${registryId}/scopeMaps/_repositories_pull` },
    });
    const made = await client.generate(tokenId);
    await test.stack.setAllConfig({
      "azure-native:useOidc": { value: "true" },
      "azure-native:oidcToken": { value: connection.oidcToken, secret: true },
      ...Object.fromEntries(made.map(({ name, value }) => [name, { value, secret: true }])),
    });
    let printed = "";
    const print = (text: string) => {
      printed += text;
    };
    const options = { color: "never", diff: true, onOutput: print, onError: print } as const;

    const since = test.azure.requests.length;
    await test.stack.preview(options);
    await test.stack.up(options);
    await test.stack.refresh(options);
    await test.stack.up({ ...options, replace: [await test.urn("random:index/randomUuid:RandomUuid")] });
    const { password1, password2 } = await test.passwords();

    expect(password1).toBe(made.find(({ name }) => name === "password1")?.value);
    expect(printed).toContain("TokenCredentials");
    expect(test.azure.requests.slice(since).some(({ method }) => method === "POST")).toBe(true);
    const files = readdirSync(test.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    expect(files.some((path) => path.includes(join(".pulumi", "stacks")))).toBe(true);
    for (const hidden of [...made.map(({ value }) => value), password2, connection.oidcToken]) {
      expect(printed.includes(hidden), "a secret is printed").toBe(false);
      for (const path of files) {
        expect(readFileSync(path, "latin1").includes(hidden), `a secret in ${path}`).toBe(false);
      }
    }
  });
});
