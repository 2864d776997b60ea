import type { AzureSettings } from "../../../args/azureSettings";
import { parseTokenId, registryIdOf, registryPath } from "../../../args/resourceIds";
import { reportProgress } from "../http/progress";
import { callAzure, registryCall } from "./call";
import { readLoginServer } from "./responses";

/**
 * Looks up the login servers of registries: `myregistry.azurecr.io`, or `myregistry-<hash>.azurecr.io`, which the name does not
 * tell. Each registry is read once, for all its tokens.
 */
export class LoginServers {
  private readonly found = new Map<string, Promise<string>>();

  /** @param signal aborts when the user cancels */
  constructor(private readonly signal: AbortSignal) {}

  /**
   * @param tokenId a token of the registry
   * @param azure the identity to use; the environment supplies missing settings
   * @throws Error that names the registry and says what to do
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
      (seconds) => `waiting for Azure to return the registry's login server (${seconds} s)`,
      () => shared,
    );
  }

  private async ask(tokenId: string, azure: AzureSettings | undefined): Promise<string> {
    const call = registryCall("find the login server", tokenId);
    return callAzure(call, azure, this.signal, (client) =>
      client.get(registryPath(parseTokenId(tokenId)), readLoginServer),
    );
  }
}
