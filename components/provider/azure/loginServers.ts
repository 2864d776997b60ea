import type { AzureSettings } from "../../common/azureSettings";
import { parseTokenId, registryIdOf } from "../../common/resourceIds";
import { readLoginServer } from "./answers";
import { callAzure, registryCall } from "./call";
import { reportProgress } from "./http/progress";
import { lastAnswer } from "./outlast";

/**
 * Finds the login servers of registries: `myregistry.azurecr.io`, or `myregistry-<hash>.azurecr.io`, so it cannot be made
 * from the name. Each registry is read once, however many tokens it has.
 */
export class LoginServers {
  private readonly found = new Map<string, Promise<string>>();

  /** @param signal ends every wait */
  constructor(private readonly signal: AbortSignal) {}

  /**
   * @param tokenId a token of the registry
   * @param azure the identity to use; what is missing in it comes from the environment
   * @throws Error that says which registry could not be read, and what to do
   */
  find({ tokenId, azure }: { tokenId: string; azure?: AzureSettings }): Promise<string> {
    const key = JSON.stringify([registryIdOf(tokenId), azure]);
    let loginServer = this.found.get(key);
    if (loginServer === undefined) {
      loginServer = this.ask(tokenId, azure);
      this.found.set(key, loginServer);
      loginServer.catch(() => this.found.delete(key));
    }
    const shared = loginServer;
    return reportProgress(
      (seconds) => `waiting for Azure to tell the registry's login server (${seconds} s)`,
      () => shared,
    );
  }

  private async ask(tokenId: string, azure: AzureSettings | undefined): Promise<string> {
    const { resourceGroupName, registryName } = parseTokenId(tokenId);
    const call = registryCall("find the login server", tokenId);
    return callAzure(call, azure, this.signal, async (client, abortSignal) => {
      await client.registries.get(resourceGroupName, registryName, { abortSignal });
      return readLoginServer(lastAnswer());
    });
  }
}
