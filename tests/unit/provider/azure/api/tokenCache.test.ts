import { expect, test, vi } from "vitest";
import { TokenCache } from "../../../../../components/provider/azure/api/tokenCache";
import { AzureToken } from "../../../../../components/provider/azure/api/tokens";

const tokenId =
  "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/registry/tokens/t";

const access = {};
const credentials = {};

test("a look of more than a minute ago is one of another refresh", async () => {
  const get = vi.spyOn(AzureToken.prototype, "get").mockResolvedValue(undefined);
  let now = 1_000_000;
  const cache = new TokenCache(new AbortController().signal, () => now);

  await cache.read(access, tokenId, undefined);
  now += 59_999;
  // Azure's ids are the same in any case.
  await cache.read(credentials, tokenId.toUpperCase(), undefined);
  expect(get).toHaveBeenCalledTimes(1);

  await cache.read(access, tokenId, undefined);
  now += 60_000;
  await cache.read(credentials, tokenId, undefined);
  expect(get).toHaveBeenCalledTimes(3);
  get.mockRestore();
});
