/**
 * The values that an argument or an output can have, where these are few, by the names that Pulumi's packages for other
 * languages have for them too. A text such as `"content/read"` is as good as `RepositoryAction.ContentRead`.
 */

/** What a client may do with a repository: Azure's words, as `az acr scope-map create --repository` takes them. */
export const RepositoryAction = {
  /** Pulls. */
  ContentRead: "content/read",
  /** Pushes; needs content/read too. */
  ContentWrite: "content/write",
  /** Deletes manifests and tags. */
  ContentDelete: "content/delete",
  /** Lists tags and manifests, and reads their attributes. */
  MetadataRead: "metadata/read",
  /** Changes attributes: locks a tag or a manifest. */
  MetadataWrite: "metadata/write",
} as const;
export type RepositoryAction = (typeof RepositoryAction)[keyof typeof RepositoryAction];

/** What a client may do with the gateway of a connected registry, as `az acr scope-map create --gateway` takes it. */
export const GatewayAction = {
  /** Reads the configuration of the connected registry. */
  ConfigRead: "config/read",
  /** Changes the configuration of the connected registry. */
  ConfigWrite: "config/write",
  /** Receives messages, by which a connected registry synchronizes. */
  MessageRead: "message/read",
  /** Sends messages, by which a connected registry synchronizes. */
  MessageWrite: "message/write",
} as const;
export type GatewayAction = (typeof GatewayAction)[keyof typeof GatewayAction];

/** Whether a token can be used. */
export const TokenStatus = {
  /** Its passwords log in. */
  Enabled: "enabled",
  /** Nothing logs in; the passwords stay, and log in again once it is enabled. */
  Disabled: "disabled",
} as const;
export type TokenStatus = (typeof TokenStatus)[keyof typeof TokenStatus];

/** One of the two slots in which a token has its passwords. */
export const TokenPasswordName = {
  /** The first one. */
  Password1: "password1",
  /** The second one. */
  Password2: "password2",
} as const;
export type TokenPasswordName = (typeof TokenPasswordName)[keyof typeof TokenPasswordName];
