import { parseUrn } from "provider-server";
import { expect, test } from "vitest";
import { AcrTokenProvider } from "../../../components/provider/provider";
import { tokenId } from "./tokenId";

const inputs = {
  tokenId,
  scopeMapId: tokenId.replace("/tokens/mytoken", "/scopeMaps/my-map"),
  status: "enabled",
};

function access(name: string) {
  const urn = `urn:pulumi:stack::project::acr-token:index:TokenAccess::${name}`;
  return { urn, ...parseUrn(urn), showStatus: () => {} };
}

test("Configure begins a run that knows nothing of the run before", async () => {
  const provider = new AcrTokenProvider("0.0.0", () => "{}");
  const remove = () => provider.delete(access("old"), { id: "id", inputs, outputs: inputs });
  await provider.check(access("new"), {}, inputs, new Uint8Array());
  await expect(remove()).rejects.toThrow("new of this program has the same token");
  provider.configure();
  await expect(remove()).resolves.toBeUndefined();
});
