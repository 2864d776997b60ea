import { authorization, type Request } from "../http.js";
import { isExpired, isFor, type JwtSigner } from "../jwt.js";
import type { Vault } from "../state.js";
import { VaultError } from "./errors.js";

/** The sign-in host whose access tokens a vault accepts, and the principals that have access. */
export interface VaultAuthority {
  /** Signs the access tokens of the sign-in host. */
  readonly signer: JwtSigner;
  readonly tenantId: string;
  /** Address of the sign-in host. A function, because its server starts last. */
  readonly address: () => string;
  /** Client ids of the identities that act in the vault's subscription. */
  readonly owners: (vault: Vault) => ReadonlySet<string>;
}

/** A permission for secrets, as in access policies. */
export type Permission = "get" | "list" | "set" | "delete" | "recover" | "purge";

const resource = "https://vault.azure.net";

/** The domain of all vaults in the cloud's metadata: this machine. */
export const vaultDns = "127.0.0.1";

/**
 * Refuses a request without a valid access token (401) or without the permission (403). The vault's access policies grant
 * permissions. With role-based access, a client that may act in the subscription counts as a Key Vault Secrets Officer.
 */
export function checkPermission(
  vault: Vault,
  { signer, tenantId, address, owners }: VaultAuthority,
  request: Request,
  permission: Permission,
): void {
  const token = authorization(request, "Bearer");
  const claims = token === undefined ? undefined : signer.verify(token);
  if (claims === undefined || !isFor(claims, [resource, `https://${vaultDns}`]) || isExpired(claims)) {
    throw new VaultError(
      401,
      "Unauthorized",
      token === undefined
        ? "AKV10000: Request is missing a Bearer or PoP token."
        : "AKV10022: The access token is not valid for this vault.",
      undefined,
      { "www-authenticate": `Bearer authorization="${address()}/${tenantId}", resource="${resource}"` },
    );
  }
  if (vault.publicNetworkAccess.toLowerCase() === "disabled") {
    throw new VaultError(
      403,
      "Forbidden",
      "Public network access is disabled and request is not from a trusted service nor via an approved private link.",
      "ForbiddenByConnection",
    );
  }
  if (vault.networkAcls?.defaultAction === "Deny") {
    throw new VaultError(
      403,
      "Forbidden",
      `Client address is not authorized and caller is not a trusted service.\r\nClient address: 127.0.0.1\r\nVault: ${vault.name};location=${vault.location}`,
      "ForbiddenByFirewall",
    );
  }
  const caller = String(claims.oid);
  const allowed = vault.enableRbacAuthorization
    ? owners(vault).has(caller)
    : vault.accessPolicies.some(
        ({ objectId, permissions }) =>
          objectId === caller &&
          permissions.secrets?.some((each) => ["all", permission].includes(each.toLowerCase())),
      );
  if (!allowed) {
    throw new VaultError(
      403,
      "Forbidden",
      `The caller '${caller}' does not have secrets ${permission} permission on key vault '${vault.name}'.`,
      vault.enableRbacAuthorization ? "ForbiddenByRbac" : "AccessDenied",
    );
  }
}
