import { isHost, isMap, show, typeOf } from "./checks";
import type { ValidationFailure } from "./repositoryActions";

/** Where a token's passwords go instead of the state. */
export interface KeyVaultSecret {
  /** The vault's address: `https://myvault.vault.azure.net/`. */
  readonly vaultUri: string;
  /** The secret's name. */
  readonly secretName: string;
}

/** What is wrong with the argument `keyVault`. */
export function checkKeyVault(keyVault: unknown): ValidationFailure[] {
  if (!isMap(keyVault)) {
    return [
      {
        property: "keyVault",
        reason: `must be a map with vaultUri and optionally secretName, got one of type ${typeOf(keyVault)}`,
      },
    ];
  }
  const { vaultUri, secretName, ...others } = keyVault;
  const reasons = {
    vaultUri: checkVaultUri(vaultUri),
    secretName: secretName === undefined || secretName === null ? undefined : checkSecretName(secretName),
    ...Object.fromEntries(
      Object.keys(others).map((name) => [name, "is not known: there are vaultUri, secretName"]),
    ),
  };
  return Object.entries(reasons).flatMap(([name, reason]) =>
    reason === undefined ? [] : [{ property: `keyVault.${name}`, reason }],
  );
}

function checkVaultUri(uri: unknown): string | undefined {
  if (uri === undefined || uri === null) {
    return "is required";
  }
  const host = typeof uri === "string" ? /^https:\/\/([^/]+)\/?$/i.exec(uri)?.[1] : undefined;
  return isHost(host)
    ? undefined
    : `must be the address of a vault such as "https://myvault.vault.azure.net/", got ${show(uri)}`;
}

/** The rule of the Azure REST specification of Key Vault's data plane. */
function checkSecretName(name: unknown): string | undefined {
  return typeof name === "string" && /^[0-9a-zA-Z-]{1,127}$/.test(name)
    ? undefined
    : `must be 1 to 127 letters, digits and hyphens, got ${show(name)}`;
}

/** A secret in the one form in which its address is compared. */
export function normalKeyVault(
  { vaultUri, secretName }: { readonly vaultUri: string; readonly secretName?: string },
  tokenName: string,
): KeyVaultSecret {
  return {
    vaultUri: vaultUri.toLowerCase().replace(/\/?$/, "/"),
    secretName: secretName ?? defaultSecretName(tokenName),
  };
}

/** The name of a token's secret, unless the program gives another one. */
export function defaultSecretName(tokenName: string): string {
  return `${tokenName}-password`;
}

/** The address of a secret without a version: always its newest version. */
export function secretIdOf({ vaultUri, secretName }: KeyVaultSecret): string {
  return `${vaultUri}secrets/${secretName}`;
}
