import type { TestEnvironment } from "../support/testEnvironment.js";

/** A resource that exists, and arguments that wait. */
export async function created(stage: TestEnvironment, more: Record<string, unknown> = {}) {
  const tokenId = await stage.newToken();
  const { loginServer } = stage.azure.connection.registries[0];
  const resource = stage.credentials();
  const args = { tokenId, waitUntilLive: true, loginServer, generation: "one", ...more };
  await resource.up(args);
  return { tokenId, resource, args };
}
