import type { Clock } from "../clock.js";
import type { JwtSigner } from "../jwt.js";
import type { Registry, Token } from "../state.js";

/** What the requests to a registry work on. */
export interface RegistryContext {
  readonly registry: Registry;
  readonly clock: Clock;
  /** The registry's own: no token of another registry passes here. */
  readonly signer: JwtSigner;
  readonly authority: Authority;
  /** Milliseconds until a new password is accepted; read every time, as tests change it. */
  readonly replicationLagMs: () => number;
}

/** The sign-in host, as far as a registry must know it to take its access tokens. */
export interface Authority {
  readonly signer: JwtSigner;
  readonly tenantId: string;
  /** Address of the resource manager, whose access tokens are taken as well. A function, because its server starts last. */
  readonly resourceManager: () => string;
  /** Client ids of the identities that may do everything with a registry; any other may do nothing. */
  readonly owners: (registry: Registry) => ReadonlySet<string>;
}

/**
 * Who asks: a token, which may do what its scope map says, or an identity of the sign-in host that owns the registry, which
 * may do everything.
 */
export type Principal =
  | { readonly kind: "token"; readonly token: Token }
  | { readonly kind: "identity"; readonly clientId: string };
