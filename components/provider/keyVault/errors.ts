import { type AzureError, isTransient } from "../azure/http/errors";

const role = "the role Key Vault Secrets Officer";

/**
 * What to do about a refusal.
 *
 * @param vault the vault's host
 */
export function adviceFor({ status, code, innerCode }: AzureError, vault: string): string {
  switch (innerCode) {
    case "ForbiddenByRbac":
      return `give the identity ${role} on the vault ${vault} or on the secret, and run pulumi up again: a new role assignment can take ten minutes to take effect`;
    case "AccessDenied":
    case "ForbiddenByPolicy":
      return `add an access policy to the vault ${vault} that gives the identity the secret permissions get, list, set, delete and recover, or let the vault use Azure RBAC and give the identity ${role}`;
    case "ForbiddenByFirewall":
      return `allow the address of this machine in the firewall of the vault ${vault}, or run Pulumi where the vault can be reached`;
    case "ForbiddenByConnection":
      return `the vault ${vault} allows private endpoints only: run Pulumi in its virtual network, or enable public network access`;
    case "SecretDisabled":
      return "enable the version of the secret again";
    case "ObjectIsDeletedButRecoverable":
      return "recover or purge the deleted secret, or choose another keyVault.secretName";
  }
  if (code === "VaultNotFound") {
    return "check keyVault.vaultUri: there is no vault of this name, or it is deleted";
  }
  switch (status) {
    case 401:
      return `check that the vault ${vault} belongs to the tenant that the identity signs in to`;
    case 403:
      return `give the identity ${role} on the vault ${vault}`;
    case 404:
      return "run pulumi refresh, so that the state follows what is there, and pulumi up again";
    default:
      return isTransient(status)
        ? "Key Vault is overloaded or has a failure: run pulumi up again later"
        : "correct what Key Vault names and run pulumi up again";
  }
}
