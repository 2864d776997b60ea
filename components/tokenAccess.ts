import * as pulumi from "@pulumi/pulumi";
import type { AzureAccessArgs } from "./args/azureAccess";
import type { TokenStatus } from "./args/enums";
import { inputsOf } from "./program/inputs";

/** Arguments of {@link TokenAccess}. */
export interface TokenAccessArgs {
  /**
   * The resource id of the token: `/subscriptions/…/registries/…/tokens/…`.
   *
   * @replaces
   */
  tokenId: pulumi.Input<string>;
  /** The resource id of the token's scope map: `/subscriptions/…/registries/…/scopeMaps/…`. */
  scopeMapId: pulumi.Input<string>;
  /**
   * Whether the token can be used: `enabled` or `disabled`.
   *
   * @default `enabled`
   */
  status?: pulumi.Input<TokenStatus>;
  /**
   * The identity with which the provider calls Azure.
   *
   * @secret
   * @default the `ARM_*` environment variables, else `az login`
   */
  azure?: pulumi.Input<AzureAccessArgs>;
}

/**
 * The scope map and the status of a token. The provider changes them by PATCH, which keeps the token's passwords. azure-native would
 * change them by PUT, which drops the passwords (https://github.com/Azure/acr/issues/596).
 */
export class TokenAccess extends pulumi.CustomResource {
  /** The token's resource id, in the letter case of the first run. */
  declare readonly tokenId: pulumi.Output<string>;
  /** The resource id of the token's scope map. */
  declare readonly scopeMapId: pulumi.Output<string>;
  /** Whether the token can be used: `enabled` or `disabled`. */
  declare readonly status: pulumi.Output<TokenStatus>;

  constructor(name: string, args: TokenAccessArgs, opts?: pulumi.CustomResourceOptions) {
    // One that the engine knows has what is named here; what is not given Pulumi spends time on.
    const outputs =
      opts?.urn === undefined ? {} : { tokenId: undefined, scopeMapId: undefined, status: undefined };
    super("acr-token:index:TokenAccess", name, { ...outputs, ...inputsOf(args) }, opts);
  }
}
