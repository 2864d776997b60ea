import { isHost, show } from "./checks";
import type { ValidationFailure } from "./repositoryActions";

/**
 * What is wrong with the hosts at which a client logs in. Beside a host with an optional port, IoT Edge's `$upstream` with a
 * port is allowed: a nested device's parent.
 */
export function checkClientHosts(hosts: unknown): ValidationFailure[] {
  const property = "additionalHosts";
  if (!Array.isArray(hosts)) {
    return [{ property, reason: `must be a list of hosts, got ${show(hosts)}` }];
  }
  return hosts.flatMap((host, index) =>
    isHost(host) || isUpstream(host)
      ? []
      : {
          property: `${property}[${index}]`,
          reason: `must be a host such as "myregistry.westeurope.geo.azurecr.io", with an optional port and without https://, or "$upstream:<port>", got ${show(host)}`,
        },
  );
}

function isUpstream(host: unknown): boolean {
  return typeof host === "string" && /^\$upstream:\d+$/.test(host) && isHost(host.slice(1));
}
