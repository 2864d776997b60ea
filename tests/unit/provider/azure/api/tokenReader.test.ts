/** When a registry's tokens are listed, and for how long that list counts. */
import { expect, test, vi } from "vitest";
import type { TokenOnAzure } from "../../../../../components/provider/azure/api/responses";
import { TokenReader } from "../../../../../components/provider/azure/api/tokenReader";
import { AzureToken } from "../../../../../components/provider/azure/api/tokens";

const idOf = (name: string) =>
  `/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/registry/tokens/${name}`;

const token: TokenOnAzure = { scopeMapId: "map", status: "enabled", slots: [] };

test("a list of a minute ago is no news: tokens are read one by one again", async () => {
  const get = vi.spyOn(AzureToken.prototype, "get").mockResolvedValue(token);
  const names = Array.from({ length: 30 }, (_, index) => `token${index}`);
  const list = vi
    .spyOn(TokenReader.prototype as never as { list(): Promise<Map<string, TokenOnAzure>> }, "list")
    .mockImplementation(async () => new Map(names.map((name) => [name, token])));
  let now = 1_000_000;
  const reader = new TokenReader(new AbortController().signal, () => now);
  const read = (some: string[]) => Promise.all(some.map((name) => reader.read(idOf(name), undefined)));
  const asked = () => [get.mock.calls.length, list.mock.calls.length];

  await read(names.slice(0, 10));
  expect(asked()).toEqual([10, 0]);
  await read(names.slice(10, 12));
  expect(asked()).toEqual([10, 1]);
  now += 59_999;
  await read(names.slice(12, 14));
  expect(asked()).toEqual([10, 1]);
  now += 1;
  await read(names.slice(14, 20));
  expect(asked()).toEqual([16, 1]);
  vi.restoreAllMocks();
});
