import type * as pulumi from "@pulumi/pulumi";

/** A secret of Azure Key Vault for the passwords of one token. */
export interface KeyVaultArgs {
  /** The vault's address, its `vaultUri`: `https://myvault.vault.azure.net/`. */
  vaultUri: pulumi.Input<string>;
  /**
   * The name of the secret: 1 to 127 letters, digits and hyphens. Each token needs a secret of its own.
   *
   * @default `<tokenName>-password`
   */
  secretName?: pulumi.Input<string>;
}
