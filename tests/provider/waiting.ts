import type { TestEnvironment } from "../support/testEnvironment.js";

/** A resource that exists, and arguments that wait. */
export async function created(environment: TestEnvironment, more: Record<string, unknown> = {}) {
  const tokenId = await environment.newToken();
  const { loginServer } = environment.azure.connection.registries[0];
  const resource = environment.credentials();
  const args = { tokenId, waitUntilLive: true, loginServer, generation: "one", ...more };
  await resource.up(args);
  return { tokenId, resource, args };
}
