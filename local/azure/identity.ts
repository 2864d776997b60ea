/** Who may sign in to this Azure, and where. All GUIDs but the secret are the same in every run: state refers to them. */
export interface Identity {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly subscriptionId: string;
}
