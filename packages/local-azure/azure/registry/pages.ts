import type { Request } from "../http.js";
import { RegistryError } from "./errors.js";

/** One page of a list and, where there are more, the header that leads to the next. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Cuts out the page that ?n and ?last ask for: n items, after the one whose name is last.
 * @param items in the order of the list
 * @param usual how many where ?n does not say; undefined: all
 */
export function pageOf<Item>(
  request: Request,
  items: readonly Item[],
  nameOf: (item: Item) => string,
  usual?: number,
): Page<Item> {
  const { pathname, searchParams } = request.url;
  const most = searchParams.get("n") ?? usual?.toString();
  if (most !== undefined && !/^\d+$/.test(most)) {
    throw new RegistryError(
      400,
      "PAGINATION_NUMBER_INVALID",
      `n '${most}' is invalid: it must be a whole number`,
    );
  }
  const left = after(items, nameOf, searchParams.get("last") ?? "", searchParams.get("orderby") ?? "");
  const page = left.slice(0, most === undefined ? undefined : Number(most));
  const last = page.at(-1);
  if (last === undefined || page.length === left.length) {
    return { items: page, headers: {} };
  }
  const next = new URLSearchParams(searchParams);
  next.set("last", nameOf(last));
  next.set("n", String(most));
  next.set("orderby", searchParams.get("orderby") ?? "");
  return { items: page, headers: { link: `<${pathname}?${next}>; rel="next"` } };
}

/** What comes after the last one: in order of names that is plain even where it is gone by now. */
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

/** Things with a name and times in the order that ?orderby wants: by name, or by time, the oldest or the newest first. */
export function inOrder<Item extends { readonly lastUpdateTime: string }>(
  request: Request,
  items: readonly Item[],
  nameOf: (item: Item) => string,
): Item[] {
  const orderBy = request.url.searchParams.get("orderby") ?? "";
  // Without its Z a time that ends early sorts before the finer ones that begin like it.
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

/** By code units, as sort() does it without a function. */
function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
