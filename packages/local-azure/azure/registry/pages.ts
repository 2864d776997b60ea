import type { Request } from "../http.js";
import { RegistryError } from "./errors.js";

/** One page of a list and, if there are more, the header with the address of the next page. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Returns the page that ?n and ?last select: n items after the item with the name last.
 *
 * @param items in the order of the list
 * @param defaultSize number of items without ?n; undefined: all
 */
export function pageOf<Item>(
  request: Request,
  items: readonly Item[],
  nameOf: (item: Item) => string,
  defaultSize?: number,
): Page<Item> {
  const { pathname, searchParams } = request.url;
  const size = searchParams.get("n") ?? defaultSize?.toString();
  if (size !== undefined && !/^\d+$/.test(size)) {
    throw new RegistryError(
      400,
      "PAGINATION_NUMBER_INVALID",
      `n '${size}' is invalid: it must be a whole number`,
    );
  }
  const left = after(items, nameOf, searchParams.get("last") ?? "", searchParams.get("orderby") ?? "");
  const page = left.slice(0, size === undefined ? undefined : Number(size));
  const last = page.at(-1);
  if (last === undefined || page.length === left.length) {
    return { items: page, headers: {} };
  }
  const next = new URLSearchParams(searchParams);
  next.set("last", nameOf(last));
  next.set("n", String(size));
  next.set("orderby", searchParams.get("orderby") ?? "");
  return { items: page, headers: { link: `<${pathname}?${next}>; rel="next"` } };
}

/** The items after the last item. In the order of names this works even if the last item was deleted in the meantime. */
function after<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  last: string,
  orderBy: string,
): readonly Item[] {
  return isByTime(orderBy)
    ? items.slice(items.findIndex((item) => nameOf(item) === last) + 1)
    : items.filter((item) => nameOf(item) > last);
}

/** Sorts items by ?orderby: by name, or by time with the oldest or the newest first. */
export function inOrder<Item extends { readonly lastUpdateTime: string }>(
  request: Request,
  items: readonly Item[],
  nameOf: (item: Item) => string,
): Item[] {
  const orderBy = request.url.searchParams.get("orderby") ?? "";
  // Without the Z, a time with fewer digits sorts before finer times with the same prefix.
  const key = isByTime(orderBy) ? (item: Item) => item.lastUpdateTime.replace("Z", "") : nameOf;
  const sorted = [...items].sort((one, other) => compare(key(one), key(other)));
  return orderBy === "timedesc" ? sorted.reverse() : sorted;
}

function isByTime(orderBy: string): boolean {
  if (!["", "none", "timeasc", "timedesc"].includes(orderBy)) {
    throw new RegistryError(
      400,
      "UNSUPPORTED",
      `orderby '${orderBy}' is invalid: it must be timeasc or timedesc`,
    );
  }
  return orderBy.startsWith("time");
}

/** Compares by code units, the default order of sort(). */
function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
