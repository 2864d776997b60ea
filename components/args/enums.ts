/**
 * The values of arguments and outputs that have a fixed set, with the names that the packages for other languages use. The text
 * `"content/read"` is equal to `RepositoryAction.ContentRead`.
 */

/** An action on a repository, as in `az acr scope-map create --repository`. */
export const RepositoryAction = {
  /** Pull. */
  ContentRead: "content/read",
  /** Push. A push also needs content/read. */
  ContentWrite: "content/write",
  /** Delete manifests and tags. */
  ContentDelete: "content/delete",
  /** List tags and manifests, and read their attributes. */
  MetadataRead: "metadata/read",
  /** Change attributes, for example to lock a tag or a manifest. */
  MetadataWrite: "metadata/write",
} as const;
export type RepositoryAction = (typeof RepositoryAction)[keyof typeof RepositoryAction];

/** An action on the gateway of a connected registry, as in `az acr scope-map create --gateway`. */
export const GatewayAction = {
  /** Read the configuration of the connected registry. */
  ConfigRead: "config/read",
  /** Change the configuration of the connected registry. */
  ConfigWrite: "config/write",
  /** Receive the messages with which a connected registry synchronizes. */
  MessageRead: "message/read",
  /** Send the messages with which a connected registry synchronizes. */
  MessageWrite: "message/write",
} as const;
export type GatewayAction = (typeof GatewayAction)[keyof typeof GatewayAction];

/** The status of a token. */
export const TokenStatus = {
  /** The passwords work. */
  Enabled: "enabled",
  /** No password works until the token is enabled again. */
  Disabled: "disabled",
} as const;
export type TokenStatus = (typeof TokenStatus)[keyof typeof TokenStatus];

/** A password slot of a token. */
export const TokenPasswordName = {
  /** The first slot. */
  Password1: "password1",
  /** The second slot. */
  Password2: "password2",
} as const;
export type TokenPasswordName = (typeof TokenPasswordName)[keyof typeof TokenPasswordName];
