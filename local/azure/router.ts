import type { Answer, Request } from "./http.js";

/** The values of a path's {placeholders}, decoded. */
export type Parameters = Readonly<Record<string, string>>;

export type RouteHandler = (request: Request, parameters: Parameters) => Answer | Promise<Answer>;

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

  /** The answer of the route that fits; undefined where no path fits; 405 where only the method does not. */
  route(request: Request): Answer | Promise<Answer> | undefined {
    let known = false;
    for (const { method, pattern, handler } of this.routes) {
      const match = pattern.exec(request.url.pathname);
      if (match === null) {
        continue;
      }
      if (method === request.method) {
        return handler(request, decode(match.groups ?? {}));
      }
      known = true;
    }
    return known ? { status: 405 } : undefined;
  }
}

function decode(groups: Record<string, string>): Parameters {
  return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]));
}
