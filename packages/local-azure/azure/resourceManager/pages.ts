import type { Request, Response } from "../http.js";

const pageSize = 100;

/** One page of a list and, if there are more, the address of the next page. */
export function pageOf<Item>(
  { url }: Request,
  items: Iterable<Item>,
  describe: (item: Item) => object,
): Response {
  const all = [...items];
  const start = Number(url.searchParams.get("$skiptoken") ?? 0);
  const end = start + pageSize;
  const next = new URL(url);
  next.searchParams.set("$skiptoken", String(end));
  return {
    status: 200,
    body: {
      value: all.slice(start, end).map(describe),
      ...(end < all.length && { nextLink: next.href }),
    },
  };
}
