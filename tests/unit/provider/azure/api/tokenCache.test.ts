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

test("a token that changes is read again", async () => {
  const get = vi.spyOn(AzureToken.prototype, "get").mockResolvedValue(undefined);
  const cache = new TokenCache(new AbortController().signal);

  await cache.read(access, tokenId, undefined);
  cache.forget(tokenId.toUpperCase());
  await cache.read(credentials, tokenId, undefined);

  expect(get).toHaveBeenCalledTimes(2);
  get.mockRestore();
});

test("a read that fails late does not remove a newer one", async () => {
  const failure = new AbortController();
  const failing = new Promise<never>((_resolve, reject) => {
    failure.signal.addEventListener("abort", () => reject(new Error("Azure has trouble")));
  });
  const get = vi.spyOn(AzureToken.prototype, "get").mockReturnValueOnce(failing).mockResolvedValue(undefined);
  const cache = new TokenCache(new AbortController().signal);

  const first = cache.read(access, tokenId, undefined);
  await cache.read(access, tokenId, undefined);
  failure.abort();
  await expect(first).rejects.toThrow("Azure has trouble");
  await cache.read(credentials, tokenId, undefined);

  expect(get).toHaveBeenCalledTimes(2);
  get.mockRestore();
});
