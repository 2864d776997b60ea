/** Builds the protocol's requests to a plugin. */
import { parseUrn } from "provider-server";

/** A request about one resource. */
interface ResourceRequest {
  setUrn(urn: string): unknown;
  setType(type: string): unknown;
  setName(name: string): unknown;
}

/** Sets the resource of a request. */
export function withUrn<Request extends ResourceRequest>(request: Request, urn: string): Request {
  const { type, name } = parseUrn(urn);
  request.setUrn(urn);
  request.setType(type);
  request.setName(name);
  return request;
}

/** `azure-native:config:clientId` as `clientId`. */
export function bareNames(variables: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name.slice(name.lastIndexOf(":") + 1), value]),
  );
}
