import { expect } from "vitest";
import { type CredentialsResource, nameOf, type TestEnvironment } from "./testEnvironment.js";
import type { TestVault } from "./vault.js";

/**
 * A new token, with the arguments of its TokenCredentials without keyVault (`plain`) and with it (`inVault`).
 *
 * @param others more of both arguments
 */
export async function newTokenFor(environment: TestEnvironment, vault: TestVault, others: object = {}) {
  const tokenId = await environment.newToken();
  const username = nameOf(tokenId);
  const plain = { tokenId, generation: "one", ...others };
  return {
    tokenId,
    username,
    credentials: environment.credentials(username),
    plain,
    inVault: { keyVault: { vaultUri: vault.uri }, ...plain },
    /** The secret's name. */
    secret: `${username}-password`,
    canLogIn: (value: string | undefined) => environment.canLogIn(username, value),
  };
}

/** The state has none of these values, in plain or in a secret. */
export function expectNoValue({ saved }: CredentialsResource, ...values: (string | undefined)[]): void {
  for (const value of values) {
    expect(value).toBeDefined();
    expect(JSON.stringify(saved)).not.toContain(value);
  }
}
