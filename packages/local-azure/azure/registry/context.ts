import type { Clock } from "../clock.js";
import type { JwtSigner } from "../jwt.js";
import type { Registry, Token } from "../state.js";

/** The state and the services that the requests to a registry share. */
export interface RegistryContext {
  readonly registry: Registry;
  readonly clock: Clock;
  /** The registry's own signer: tokens of another registry are invalid here. */
  readonly signer: JwtSigner;
  readonly authority: Authority;
  /** Returns the time until a new password is accepted, in milliseconds. Tests change it. */
  readonly replicationLagMs: () => number;
}

/** The sign-in host's properties that a registry needs to accept its access tokens. */
export interface Authority {
  readonly signer: JwtSigner;
  readonly tenantId: string;
  /** Address of the resource manager, whose access tokens are accepted, too. A function, because its server starts last. */
  readonly resourceManager: () => string;
  /** Client ids of the identities with full access to a registry. All other identities have no access. */
  readonly owners: (registry: Registry) => ReadonlySet<string>;
}

/**
 * The sender of a request: a registry token with the permissions of its scope map, or an identity of the sign-in host that
 * owns the registry and has full access.
 */
export type Principal =
  | { readonly kind: "token"; readonly token: Token }
  | { readonly kind: "identity"; readonly clientId: string };
