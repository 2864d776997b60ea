import type { KeyVaultSecret } from "../../../args/keyVault";
import { secretIdOf } from "../../../args/keyVault";
import { parseTokenId } from "../../../args/resourceIds";
import type { Arguments, SavedOutputs } from "../state";
import { PasswordVault } from "./passwordVault";

/** The secrets of the resources, and which of them the resources in the state have. */
export class VaultSecrets {
  /** The secret and its versions that the resource in the state has, by URN. */
  private readonly live = new Map<string, { secretId: string; versionIds: readonly string[] }>();
  /** The secret that the program of this run wants for a resource, by URN. */
  private readonly wanted = new Map<string, string>();

  /** @param signal cancels all pending operations */
  constructor(private readonly signal: AbortSignal) {}

  /** The program has the resource with this URN, and gives it this secret. */
  wants(urn: string, keyVault: KeyVaultSecret): void {
    this.wanted.set(urn, secretIdOf(keyVault));
  }

  /** The resource with this URN is in the state. */
  saw(
    urn: string,
    { keyVault }: Pick<Arguments, "keyVault">,
    { stored = [] }: Pick<SavedOutputs, "stored">,
  ): void {
    if (keyVault === undefined) {
      this.live.delete(urn);
    } else {
      const versionIds = stored.map(({ versionId }) => versionId);
      this.live.set(urn, { secretId: secretIdOf(keyVault), versionIds });
    }
  }

  /** Whether the resource in the state has this secret already, for any token. */
  isInherited(urn: string, { keyVault }: Pick<Arguments, "keyVault">): boolean {
    return keyVault !== undefined && this.live.get(urn)?.secretId === secretIdOf(keyVault);
  }

  /** Whether the resource that replaces the one with this secret has the same secret. */
  hasSuccessor(urn: string, keyVault: KeyVaultSecret): boolean {
    return this.wanted.get(urn) === secretIdOf(keyVault);
  }

  /** Whether the resource in the state has this version. */
  isLive(urn: string, versionId: string): boolean {
    return this.live.get(urn)?.versionIds.includes(versionId) ?? false;
  }

  /** The vault of a resource that has keyVault. */
  vault({ keyVault, tokenId, azure }: Arguments): PasswordVault {
    const { registryName, tokenName } = parseTokenId(tokenId);
    const owner = { registryName, username: tokenName };
    return new PasswordVault(keyVault as KeyVaultSecret, owner, azure, this.signal);
  }

  /** The vault of a resource whose token a preview does not know yet. */
  vaultOfNewToken(keyVault: KeyVaultSecret, azure: Arguments["azure"]): PasswordVault {
    return new PasswordVault(keyVault, { registryName: "", username: "" }, azure, this.signal);
  }
}
