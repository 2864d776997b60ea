/** Who may sign in to this Azure, and where. The ids are the same in every run, the secrets are not. */
export interface Identity {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** A federated token that signs in instead of the secret. */
  readonly oidcToken: string;
  readonly subscriptionId: string;
}
