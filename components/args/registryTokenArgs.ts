import type * as pulumi from "@pulumi/pulumi";
import type { AdoptArgs } from "./adopt";
import type { AzureAccessArgs } from "./azureAccess";
import { checkDays, checkHost, checkStatus } from "./checks";
import { checkClientHosts } from "./clientHosts";
import type { GatewayAction, RepositoryAction, TokenStatus } from "./enums";
import { checkKeyVault } from "./keyVault";
import type { KeyVaultArgs } from "./keyVaultArgs";
import { checkScopeMapId } from "./resourceIds";
import { type ArgumentRule, flag, is, mapOfTexts, name, text } from "./rules";

/** Arguments of `RegistryToken`. */
export interface RegistryTokenArgs {
  /** The name of the registry's resource group. */
  resourceGroupName: pulumi.Input<string>;
  /**
   * The name of the registry. If the same program creates the registry, pass its `name` output: then Pulumi creates the registry
   * first, and a preview shows that a replaced registry replaces the token.
   */
  registryName: pulumi.Input<string>;
  /**
   * The actions that the token allows on each repository: `{ "samples/nginx": ["content/read", "metadata/read"] }`. The actions are
   * content/read (pull), content/write (push; a push also needs content/read), content/delete, metadata/read and metadata/write. A
   * repository name can end in `/*`, and `*` is every repository. Azure stores names in lower case. At most 500 repositories and 500
   * actions. Give either `repositories`, `gateways` or both, or `scopeMapId`.
   */
  repositories?: pulumi.Input<Record<string, pulumi.Input<readonly pulumi.Input<RepositoryAction>[]>>>;
  /**
   * The actions that the token allows on the gateway of each connected registry: `{ "branch01": ["config/read", "message/read"] }`. The
   * actions are config/read, config/write, message/read and message/write.
   */
  gateways?: pulumi.Input<Record<string, pulumi.Input<readonly pulumi.Input<GatewayAction>[]>>>;
  /**
   * The resource id of an existing scope map, instead of `repositories` and `gateways`: one of your own, or one of the five that each
   * registry has, such as `${registry.id}/scopeMaps/_repositories_pull`.
   */
  scopeMapId?: pulumi.Input<string>;
  /**
   * The token's name, which is also the username: 5 to 50 letters, digits and hyphens. A registry has one token of a name, so two stacks
   * with one registry need two names. A change replaces the token.
   *
   * @default the resource's name
   */
  tokenName?: pulumi.Input<string>;
  /**
   * The scope map's name: 5 to 50 letters, digits, hyphens and underscores. A change replaces the scope map.
   *
   * @default `<tokenName>-scope-map`
   */
  scopeMapName?: pulumi.Input<string>;
  /**
   * The scope map's description.
   *
   * @default none
   */
  scopeMapDescription?: pulumi.Input<string>;
  /**
   * Whether the token can be used: `enabled` or `disabled`. Its passwords stay the same.
   *
   * @default `enabled`
   */
  status?: pulumi.Input<TokenStatus>;
  /**
   * The lifetime of a password in days, from 2 to 36500, counted from the day on which Azure generates it. The password expires at the
   * end of its last day, 23:59:59 in UTC. Must be more than `rotateEveryDays`, so that the current password is rotated before it expires.
   *
   * @default passwords never expire
   */
  expirationInDays?: pulumi.Input<number>;
  /**
   * The number of days, from 1 to 36500, after which the next `pulumi up` rotates the password.
   *
   * @default half of `expirationInDays`; if that is not set either, no rotation by time
   */
  rotateEveryDays?: pulumi.Input<number>;
  /**
   * The number of days, from 1 to 36500, for which the previous password keeps working after a rotation. Must be less than
   * `rotateEveryDays`, and at most `expirationInDays` less `rotateEveryDays`. During the overlap the preview refuses another
   * rotation. The first `pulumi up` after the overlap clears the previous password.
   *
   * @default until the next rotation
   */
  overlapDays?: pulumi.Input<number>;
  /**
   * Whether to shorten a token's first rotation period by a part that depends on its resource id, so that tokens created on one day
   * rotate on different days. Has no effect without a rotation period.
   *
   * @default `false`
   */
  spreadRotation?: pulumi.Input<boolean>;
  /**
   * A map of texts. Any change of it rotates the password, and so does adding it to an existing RegistryToken.
   *
   * @default none
   */
  rotationTriggers?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * Whether to wait until the registry accepts a new password before it becomes the current one. Azure can take a minute to replicate a
   * regenerated password. The machine that runs Pulumi must reach the registry. Has no effect while the token is disabled.
   *
   * @default `false`
   */
  waitUntilLive?: pulumi.Input<boolean>;
  /**
   * An existing token to take over, with its scope map (`scopeMapName`, unless `scopeMapId` is set) and its passwords, so that its
   * clients keep working: see docs/moving-in.md.
   *
   * @default a new token is created
   */
  adopt?: pulumi.Input<AdoptArgs>;
  /**
   * The registry's host: `myregistry.azurecr.io`. Stored in lower case.
   *
   * @default the login server of the registry
   */
  loginServer?: pulumi.Input<string>;
  /**
   * Other hosts at which the client logs in to the same registry, each with an optional port: a regional endpoint, a connected
   * registry, or, for IoT Edge, `$upstream:8000`. `dockerConfigJson` and `edgeRegistryCredentials` have an entry for each of
   * them, after the login server's.
   *
   * @default none
   */
  additionalHosts?: pulumi.Input<readonly pulumi.Input<string>[]>;
  /**
   * A secret of Azure Key Vault that holds the current password, so that no generated password enters Pulumi's state, outputs or logs.
   * Every output with a password is then not set; `passwordSecretId` names the secret. See docs/key-vault.md.
   *
   * @default the passwords are secrets in the state
   */
  keyVault?: pulumi.Input<KeyVaultArgs>;
  /**
   * The identity with which the provider calls Azure.
   *
   * @default the identity of the azure-native provider that the component has, else azure-native's configuration, the `ARM_*`
   * variables and `az login`
   */
  azure?: pulumi.Input<AzureAccessArgs>;
}

/** An argument whose value is checked together with other arguments. */
const withOthers: ArgumentRule = () => [];

/** The rules for the arguments that the days of rotations and expiries depend on. */
const scheduleRules = {
  expirationInDays: is((days) => checkDays(2, days)),
  rotateEveryDays: is((days) => checkDays(1, days)),
  overlapDays: is((days) => checkDays(1, days)),
  spreadRotation: is(flag),
};

/** The rules for the arguments that a RegistryToken passes to its TokenCredentials as they are. */
const credentialsRules = {
  ...scheduleRules,
  waitUntilLive: is(flag),
  loginServer: is(checkHost),
  keyVault: checkKeyVault,
};

/** The rules for a RegistryToken's arguments, one by one. The program and the provider check the same rules. */
export const argumentRules = {
  resourceGroupName: is(name("resourceGroupName")),
  registryName: is(name("registryName")),
  repositories: withOthers,
  gateways: withOthers,
  scopeMapId: is(checkScopeMapId),
  tokenName: is(name("tokenName")),
  scopeMapName: is(name("scopeMapName")),
  scopeMapDescription: is(text),
  status: is(checkStatus),
  ...credentialsRules,
  rotationTriggers: is(mapOfTexts),
  adopt: withOthers,
  additionalHosts: checkClientHosts,
  azure: withOthers,
} satisfies Record<keyof RegistryTokenArgs, ArgumentRule>;

/** The names of the arguments that the days of rotations and expiries depend on. */
export const scheduleArguments = namesOf(scheduleRules);

/** The names of the arguments that a RegistryToken passes to its TokenCredentials as they are. */
export const credentialsArguments = namesOf(credentialsRules);

/** The arguments that a RegistryToken passes to its TokenCredentials as they are. */
export type CredentialsArguments = Pick<RegistryTokenArgs, keyof typeof credentialsRules>;

/** The names of all arguments. */
export const argumentNames = namesOf(argumentRules);

function namesOf<Name extends keyof RegistryTokenArgs>(rules: Record<Name, ArgumentRule>): Name[] {
  return Object.keys(rules) as Name[];
}
