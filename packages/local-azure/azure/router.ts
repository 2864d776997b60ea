import type { Request, Response } from "./http.js";

/** The values of a path's {placeholders}, decoded. */
export type Parameters = Readonly<Record<string, string>>;

export type RouteHandler = (request: Request, parameters: Parameters) => Response | Promise<Response>;

interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  readonly handler: RouteHandler;
}

/** Finds the handler of a request by method and path. Azure's paths are the same in upper and lower case. */
export class Router {
  private readonly routes: Route[] = [];

  /** @param path such as /subscriptions/{subscription}/resourceGroups/{group}; a placeholder is one segment. */
  on(method: string, path: string, handler: RouteHandler): this {
    const source = path.replaceAll(".", "\\.").replace(/\{(\w+)\}/g, "(?<$1>[^/]+)");
    this.routes.push({ method, pattern: new RegExp(`^${source}/?$`, "i"), handler });
    return this;
  }

  /** The answer of the route that fits; undefined where none does. */
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

/** A path with each of its segments decoded, and without a slash at its end. */
export function decodePath(path: string): string {
  return path.replace(/\/+$/, "").split("/").map(decodeSegment).join("/");
}

function decode(groups: Record<string, string>): Parameters {
  return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeSegment(value)]));
}

/** A segment that is not validly encoded stands for itself: no name fits it, and it is refused as a name. */
function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
