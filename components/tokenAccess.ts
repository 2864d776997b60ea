import * as pulumi from "@pulumi/pulumi";
import type { TokenStatus } from "./common/enums";
import type { AzureAccessArgs } from "./program/azureAccess";
import { inputsOf } from "./program/inputs";

/** Arguments of {@link TokenAccess}. */
export interface TokenAccessArgs {
  /** The resource id of the token: `/subscriptions/…/registries/…/tokens/…`. Another one replaces the resource. */
  tokenId: pulumi.Input<string>;
  /** The resource id of the scope map that says what the token may do: `/subscriptions/…/registries/…/scopeMaps/…`. */
  scopeMapId: pulumi.Input<string>;
  /** `enabled` or `disabled`: whether the token can be used at all. Default: `enabled`. */
  status?: pulumi.Input<TokenStatus>;
  /** The identity with which the provider calls Azure. Default: that of the environment. */
  azure?: pulumi.Input<AzureAccessArgs>;
}

/**
 * What one token may do, changed in the way that keeps its passwords. azure-native updates a token by PUT, and a PUT
 * drops every password (https://github.com/Azure/acr/issues/596); this resource changes it by PATCH.
 */
export class TokenAccess extends pulumi.CustomResource {
  /** The resource id of the token's scope map. */
  declare readonly scopeMapId: pulumi.Output<string>;
  /** `enabled` or `disabled`. */
  declare readonly status: pulumi.Output<TokenStatus>;

  constructor(name: string, args: TokenAccessArgs, opts?: pulumi.CustomResourceOptions) {
    // One that the engine knows has what is named here; what is not given Pulumi spends time on.
    const outputs = opts?.urn === undefined ? {} : { scopeMapId: undefined, status: undefined };
    super("acr-token:index:TokenAccess", name, { ...outputs, ...inputsOf(args) }, opts);
  }
}
