import type * as pulumi from "@pulumi/pulumi";
import type { GatewayAction, RepositoryAction, TokenStatus } from "../common/enums";
import type { AdoptArgs } from "./adopt";
import type { AzureAccessArgs } from "./azureAccess";

/** Arguments of `RegistryToken`. */
export interface RegistryTokenArgs {
  /** The name of the registry's resource group. */
  resourceGroupName: pulumi.Input<string>;
  /** The name of the registry, which may be created in the same program: then pass its `name` output. */
  registryName: pulumi.Input<string>;
  /**
   * What the token may do with which repository: `{ "samples/nginx": ["content/read", "metadata/read"] }`. The actions are
   * content/read (pull), content/write (push), content/delete, metadata/read and metadata/write. A name may end in `/*` or
   * be `*`. Exactly one way is given: `repositories` and `gateways`, or `scopeMapId`.
   */
  repositories?: pulumi.Input<Record<string, pulumi.Input<readonly pulumi.Input<RepositoryAction>[]>>>;
  /**
   * What the token may do with the gateway of which connected registry: config/read, config/write, message/read,
   * message/write.
   */
  gateways?: pulumi.Input<Record<string, pulumi.Input<readonly pulumi.Input<GatewayAction>[]>>>;
  /**
   * The resource id of a scope map that exists, instead of `repositories`: your own, or one of the registry's own five,
   * `${registry.id}/scopeMaps/_repositories_pull` among them.
   */
  scopeMapId?: pulumi.Input<string>;
  /** The token's name, which is also the username: 5 to 50 letters, digits and hyphens. Default: the resource's name. */
  tokenName?: pulumi.Input<string>;
  /** The scope map's name: 5 to 50 letters, digits, hyphens and underscores. Default: `<tokenName>-scope-map`. */
  scopeMapName?: pulumi.Input<string>;
  /** What the scope map is for, in words. Default: none. */
  scopeMapDescription?: pulumi.Input<string>;
  /** `enabled` or `disabled`: whether the token can be used at all. Default: `enabled`. */
  status?: pulumi.Input<TokenStatus>;
  /**
   * How many days a password lives from when Azure made it, 2 to 36500. Default: for ever. More than `rotateEveryDays`, so
   * that the current password is replaced before it expires.
   */
  expirationInDays?: pulumi.Input<number>;
  /**
   * For how many days a password is the current one, 1 to 36500. Default: half of `expirationInDays`; where that is not
   * given either, until something else rotates it. Rotation takes place in the first `pulumi up` on or after that day.
   */
  rotateEveryDays?: pulumi.Input<number>;
  /**
   * For how many days the password that was current until a rotation goes on working, 1 to 36500, less than
   * `rotateEveryDays`, or until it expires. Not less: until then another rotation is refused in the preview, which says from
   * when it can be had. Not more: the first `pulumi up` on or after that day clears it. Default: until the next rotation.
   */
  overlapDays?: pulumi.Input<number>;
  /**
   * Whether the first period of a token is shortened by a part that its resource id decides, so that tokens made on one day
   * do not rotate on one day. Without a period it does nothing. Default: false.
   */
  spreadRotation?: pulumi.Input<boolean>;
  /** Any texts under any names. A change of any of them rotates the password. Default: none. */
  rotationTriggers?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * Whether to ask the registry until it accepts a new password, before it becomes the current one: Azure can take a minute
   * to spread it. The machine that runs Pulumi must reach the registry. Nothing is asked of a disabled token. Default:
   * false.
   */
  waitUntilLive?: pulumi.Input<boolean>;
  /**
   * A token that exists, to be taken over with its scope map (`scopeMapName`, unless `scopeMapId` is given) and its
   * passwords, without cutting anyone off: docs/moving-in.md tells how. Afterwards it may stay or go. Default: a new one is
   * made.
   */
  adopt?: pulumi.Input<AdoptArgs>;
  /** The host to log in to: `myregistry.azurecr.io`. Default: looked up on the registry. */
  loginServer?: pulumi.Input<string>;
  /**
   * Other hosts at which the client logs in to the same registry, each with an optional port: a regional endpoint, a connected
   * registry, or, for IoT Edge, `$upstream:8000`. `dockerConfigJson` and `edgeRegistryCredentials` have an entry for each of
   * them, after the login server's. Default: none.
   */
  additionalHosts?: pulumi.Input<readonly pulumi.Input<string>[]>;
  /**
   * The identity with which the provider calls Azure. Default: that of the azure-native provider that the component or a
   * parent is given, else azure-native's configuration; what these do not set comes from the `ARM_*` variables, else from az
   * login.
   */
  azure?: pulumi.Input<AzureAccessArgs>;
}
