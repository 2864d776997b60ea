/** Azure's responses, and the faults that a proxy or an attacker adds. */
import fc from "fast-check";
import { registryId } from "../component/engine";

export const tokenId = `${registryId}/tokens/mytoken`;
export const scopeMapId = `${registryId}/scopeMaps/my-map`;

/** Planted in the answers: in no error. */
export const canaries = { password1: "CANARY-one-0123456789", password2: "CANARY-two-0123456789" };

export const times = {
  password1: "2026-11-24T00:00:00.123+00:00",
  password2: "2026-11-24T00:00:01.456+00:00",
};

/** A response as it is sent. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The good answer to a request. After a PATCH the token has the slots that the request keeps. */
export function goodAnswer(method: string, url: string, request: string): object {
  if (method === "POST") {
    return {
      username: "mytoken",
      passwords: (["password1", "password2"] as const).map((name) => ({
        name,
        value: canaries[name],
        creationTime: times[name],
      })),
    };
  }
  return url.includes("/tokens/")
    ? {
        id: tokenId,
        name: "mytoken",
        type: "Microsoft.ContainerRegistry/registries/tokens",
        properties: {
          creationDate: "2026-11-24T00:00:00+00:00",
          provisioningState: "Succeeded",
          scopeMapId,
          status: "enabled",
          credentials: {
            passwords: (["password1", "password2"] as const)
              .filter((name) => !request.includes("credentials") || request.includes(name))
              .map((name) => ({ name, creationTime: times[name] })),
          },
        },
      }
    : {
        id: registryId,
        name: "myregistry",
        location: "westeurope",
        sku: { name: "Premium", tier: "Premium" },
        properties: { loginServer: "myregistry.azurecr.io" },
      };
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Path = (string | number)[];

const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(
    null,
    "",
    0,
    -1,
    1e308,
    "Infinity",
    "NaN",
    "undefined",
    "2026-13-45T99:99:99Z",
    "0000-00-00",
    "+275760-09-13T00:00:00.001Z",
    [],
    {},
    [[]],
    "x".repeat(100_000),
    "\u0000",
    "password3",
  ),
);

/** The faults of one part of a body. */
type Change = {
  where: number;
  kind: "drop" | "replace" | "double" | "rename" | "pollute";
  value: unknown;
  key: string;
};

const change: fc.Arbitrary<Change> = fc.record({
  where: fc.nat(),
  kind: fc.constantFrom("drop", "replace", "replace", "replace", "double", "rename", "pollute"),
  value: anything,
  key: fc.constantFrom(
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "then",
    "name",
    "value",
    "status",
    "error",
  ),
});

function pathsOf(value: unknown, path: Path = []): Path[] {
  const inner =
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([key, some]) =>
          pathsOf(some, [...path, Array.isArray(value) ? Number(key) : key]),
        )
      : [];
  return [path, ...inner];
}

function changed(body: unknown, { where, kind, value, key }: Change): unknown {
  const paths = pathsOf(body);
  const path = paths[where % paths.length];
  const last = path[path.length - 1];
  if (last === undefined) {
    return kind === "drop" ? undefined : value;
  }
  const copy = structuredClone(body) as Json;
  const parent = path
    .slice(0, -1)
    .reduce((some: unknown, step) => (some as Record<string, unknown>)[step], copy);
  const object = parent as Record<string, unknown>;
  if (Array.isArray(parent)) {
    const index = Number(last);
    parent.splice(
      index,
      kind === "drop" || kind === "replace" ? 1 : 0,
      ...(kind === "drop" ? [] : [kind === "double" ? parent[index] : value]),
    );
  } else if (kind === "drop") {
    delete object[last];
  } else if (kind === "rename" || kind === "pollute") {
    // As JSON.parse does it: a property of its own, regardless of its name.
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
    if (kind === "rename") {
      delete object[last];
    }
  } else {
    object[last] = kind === "double" ? [object[last], object[last]] : value;
  }
  return copy;
}

const hostile = fc.constantFrom(
  "",
  "https://management.example/x",
  "https://evil.example/x",
  "http://management.example/x",
  "/relative",
  "::::",
  "https://",
);
const number = fc.constantFrom(
  "0",
  "1",
  "-1",
  "1e30",
  "Infinity",
  "NaN",
  "99999999999999999999",
  "Fri, 31 Dec 9999 23:59:59 GMT",
  "soon",
  "",
);

const headers = fc.dictionary(
  fc.constantFrom(
    "retry-after",
    "x-ms-ratelimit-remaining-subscription-writes",
    "x-ms-ratelimit-remaining-subscription-reads",
  ),
  number,
);
const leads = fc.dictionary(
  fc.constantFrom("location", "azure-asyncoperation", "operation-location"),
  hostile,
);
const contentType = fc.constantFrom(
  "application/json",
  "application/json; charset=utf-16",
  "text/html",
  "application/xml",
  "application/octet-stream",
  "",
);
const status = fc.oneof(
  { weight: 12, arbitrary: fc.constant(200) },
  { weight: 4, arbitrary: fc.constantFrom(201, 202, 204) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      206,
      300,
      302,
      304,
      307,
      400,
      401,
      403,
      404,
      409,
      410,
      412,
      418,
      429,
      500,
      503,
    ),
  },
);

/** The faults of a valid response. */
export type Malice = (good: object) => WireAnswer;

/** Bodies that are bad as a whole. */
function text(kind: string, good: object, at: number): string {
  const json = JSON.stringify(good);
  switch (kind) {
    case "cut":
      return json.slice(0, at % json.length);
    case "html":
      return `<html><body>Sign in to the hotel's network ${json}</body></html>`;
    case "twice":
      return json + json;
    case "huge":
      return `{"x":"${"x".repeat(500_000)}",${json.slice(1)}`;
    case "deep":
      return "[".repeat(20_000) + "]".repeat(20_000);
    case "bytes":
      return `\ufeff${json}\u0000`;
    default:
      return "";
  }
}

export const malice: fc.Arbitrary<Malice> = fc
  .record({
    changes: fc.array(change, { minLength: 1, maxLength: 3 }),
    whole: fc.option(fc.constantFrom("cut", "cut", "html", "twice", "huge", "deep", "bytes", "empty"), {
      freq: 4,
    }),
    at: fc.nat(),
    status,
    headers,
    leads: fc.option(leads, { freq: 3 }),
    contentType,
  })
  .map((what) =>
    Object.assign(
      (good: object): WireAnswer => ({
        status: what.status,
        headers: {
          "content-type": what.contentType,
          "x-ms-request-id": "request-7",
          ...what.headers,
          ...what.leads,
        },
        body:
          what.whole === null
            ? (JSON.stringify(what.changes.reduce(changed, good as unknown)) ?? "")
            : text(what.whole, good, what.at),
      }),
      {
        toString: () =>
          JSON.stringify({
            ...what,
            changes: what.changes.map(({ value, ...rest }) => ({
              ...rest,
              value: JSON.stringify(value)?.slice(0, 60),
            })),
          }),
      },
    ),
  );
