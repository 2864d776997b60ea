import { expect, it } from "vitest";
import { makeToken } from "../../packages/local-azure/tests/support";
import { clientToken } from "./clientToken";
import { describeWithCli, TestStack } from "./support";

describeWithCli("pulumi import", () => {
  it("imports a token's access, by the token's id", async () => {
    const test = await TestStack.start(clientToken({}));
    const { id, scopeMapId } = await makeToken(test.azure, { name: "theirs" });
    const resources = [{ type: "acr-token:index:TokenAccess", name: "theirs", id }];

    await test.stack.import({ resources, protect: false, generateCode: false });

    const { deployment } = await test.stack.exportStack();
    const imported = deployment.resources.find(
      ({ type }: { type: string }) => type === "acr-token:index:TokenAccess",
    );
    expect(imported.inputs).toEqual({ tokenId: id, scopeMapId, status: "enabled" });
  });

  it("says why it cannot import a token's passwords", async () => {
    const test = await TestStack.start(clientToken({}));
    const { id } = await makeToken(test.azure, { name: "theirs" });
    const resources = [{ type: "acr-token:index:TokenCredentials", name: "theirs", id: `${id}/credentials` }];

    await expect(test.stack.import({ resources, protect: false, generateCode: false })).rejects.toThrow(
      /cannot be imported, because Azure shows a password only once, when it generates it\. Give the argument adopt/,
    );
  });
});
