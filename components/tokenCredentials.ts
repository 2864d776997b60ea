import * as pulumi from "@pulumi/pulumi";
import type { AdoptedPasswordsArgs } from "./args/adopt";
import type { AzureAccessArgs } from "./args/azureAccess";
import type { Password } from "./args/credentialFiles";
import type { TokenPasswordName } from "./args/enums";
import type { CredentialsArguments } from "./args/registryTokenArgs";
import { inputsOf } from "./program/inputs";

/** Arguments of {@link TokenCredentials}. */
export interface TokenCredentialsArgs extends CredentialsArguments {
  /**
   * The resource id of the token: `/subscriptions/…/registries/…/tokens/…`.
   *
   * @replaces
   */
  tokenId: pulumi.Input<string>;
  /** Any text. A change of it rotates the password. */
  generation?: pulumi.Input<string>;
  /**
   * The known passwords of an existing token, which the resource takes over instead of generating both. The provider tries each of them at
   * the registry first. Only read when the resource is created.
   *
   * @secret
   * @default the provider generates both passwords
   */
  adopt?: pulumi.Input<AdoptedPasswordsArgs>;
  /**
   * The identity with which the provider calls Azure.
   *
   * @secret
   * @default the `ARM_*` environment variables, else `az login`
   */
  azure?: pulumi.Input<AzureAccessArgs>;
}

/** The outputs that are always set. */
const common = ["loginServer", "username", "current", "expiry", "rotatesOn"];
/** The outputs that hold passwords, and those that hold their addresses in Key Vault: only the ones or the others are set. */
const values = ["password", "passwords"];
const addresses = ["passwordSecretId", "passwordSecretVersionId"];

/**
 * Both passwords of one token. Azure generates them and shows each of them once, in its answer to this resource, which keeps them in the
 * state as secrets.
 */
export class TokenCredentials extends pulumi.CustomResource {
  /** The username, which is the token's name. */
  declare readonly username: pulumi.Output<string>;
  /** The registry's host. */
  declare readonly loginServer: pulumi.Output<string>;
  /**
   * The current password. Not set with `keyVault`.
   *
   * @secret
   */
  declare readonly password: pulumi.Output<string>;
  /**
   * The passwords that the state has and that work, at most one for each slot. A slot that is cleared, lost or not given to `adopt` has
   * none. Not set with `keyVault`.
   *
   * @secret
   */
  declare readonly passwords: pulumi.Output<Password[]>;
  /** The slot of the current password: `password1` or `password2`. */
  declare readonly current: pulumi.Output<TokenPasswordName>;
  /** When the current password stops working, in RFC 3339. Not set if it never expires. */
  declare readonly expiry: pulumi.Output<string | undefined>;
  /** The first day on which `pulumi up` rotates the password: `2026-11-24`, in UTC. Not set if no rotation is due by time. */
  declare readonly rotatesOn: pulumi.Output<string | undefined>;
  /** The address of the secret, which always holds the current password. Set with `keyVault` alone. */
  declare readonly passwordSecretId: pulumi.Output<string | undefined>;
  /** The address of the secret's version with the current password. Set with `keyVault` alone. */
  declare readonly passwordSecretVersionId: pulumi.Output<string | undefined>;

  constructor(name: string, args: TokenCredentialsArgs, opts?: pulumi.CustomResourceOptions) {
    // Pulumi spends time on each output, so those that this resource does not have are left to the end.
    const unset = opts?.urn !== undefined ? [] : args.keyVault === undefined ? addresses : values;
    const outputs = [...common, ...values, ...addresses].filter((output) => !unset.includes(output));
    super(
      "acr-token:index:TokenCredentials",
      name,
      { ...Object.fromEntries(outputs.map((output) => [output, undefined])), ...inputsOf(args) },
      pulumi.mergeOptions(opts, { additionalSecretOutputs: ["password", "passwords"] }),
    );
    // The provider answers null for "none": the SDK takes a missing output for unknown in a preview.
    this.expiry = this.expiry.apply((expiry) => expiry ?? undefined);
    this.rotatesOn = this.rotatesOn.apply((rotatesOn) => rotatesOn ?? undefined);
    for (const output of unset) {
      Object.assign(this, { [output]: pulumi.output(undefined) });
    }
  }
}
