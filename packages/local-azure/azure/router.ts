import type { Request, Response } from "./http.js";

/** The values of a path's {placeholders}, decoded. */
export type Parameters = Readonly<Record<string, string>>;

export type RouteHandler = (request: Request, parameters: Parameters) => Response | Promise<Response>;

interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  readonly handler: RouteHandler;
}

/** Finds the handler of a request by method and path. Azure's paths are case-insensitive. */
export class Router {
  private readonly routes: Route[] = [];

  /** @param path such as /subscriptions/{subscription}/resourceGroups/{group}; a placeholder is one segment. */
  on(method: string, path: string, handler: RouteHandler): this {
    const source = path.replaceAll(".", "\\.").replace(/\{(\w+)\}/g, "(?<$1>[^/]+)");
    this.routes.push({ method, pattern: new RegExp(`^${source}/?$`, "i"), handler });
    return this;
  }

  /** The response of the matching route; undefined if no route matches. */
  route(request: Request): Response | Promise<Response> | undefined {
    for (const { method, pattern, handler } of this.routes) {
      const match = method === request.method ? pattern.exec(request.url.pathname) : null;
      if (match !== null) {
        return handler(request, decode(match.groups ?? {}));
      }
    }
    return undefined;
  }
}

/** A path with decoded segments and without a trailing slash. */
export function decodePath(path: string): string {
  return path.replace(/\/+$/, "").split("/").map(decodeSegment).join("/");
}

function decode(groups: Record<string, string>): Parameters {
  return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeSegment(value)]));
}

/** A segment with an invalid encoding stays unchanged: no resource has such a name, and checks refuse it. */
function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
