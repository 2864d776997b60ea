/** What a plugin is asked, in the protocol's messages. */
import { parseUrn } from "provider-server";

/** A request about one resource. */
interface ResourceRequest {
  setUrn(urn: string): unknown;
  setType(type: string): unknown;
  setName(name: string): unknown;
}

/** The request, with the resource that it is about. */
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
