import type { PipelinePolicy } from "@azure/core-rest-pipeline";

/** Microsoft's sign-in hosts, each with its subdomains; some are aliases that @azure/identity uses. */
const signInHosts: readonly string[] = [
  "login.microsoftonline.com",
  "login.microsoft.com",
  "login.windows.net",
  "sts.windows.net",
  "login.microsoftonline.us",
  "login.usgovcloudapi.net",
  "login.partner.microsoftonline.cn",
  "login.chinacloudapi.cn",
];

/** Whether a host is a sign-in host of Microsoft. */
export function isSignInHost(host: string): boolean {
  return signInHosts.some((known) => isWithin(host, known));
}

/** Whether a host equals the other one or is a subdomain of it. A port counts as part of the host. */
export function isWithin(host: string, other: string): boolean {
  return host === other || host.endsWith(`.${other}`);
}

/**
 * Whether two hosts, without their ports, are equal or have the same last two labels, as the services of a cloud have:
 * `management.microsoft.scloud`, `login.microsoftonline.microsoft.scloud`.
 */
export function sharesDomain(one: string, other: string): boolean {
  const domainOf = (host: string) => (/^[\d.]+$|:/.test(host) ? host : host.split(".").slice(-2).join("."));
  return one === other || (one.includes(".") && domainOf(one) === domainOf(other));
}

/** The host that a response redirects to, for an error; undefined if the response is no redirect. */
export function redirectOf(
  status: number,
  location: string | null | undefined,
  url: string,
): string | undefined {
  if (status < 300 || status >= 400 || status === 304) {
    return undefined;
  }
  return location && URL.canParse(location, url) ? new URL(location, url).host : "nowhere";
}

/**
 * Sends requests, which contain tokens and secrets, only to the allowed hosts and over TLS, even if a response names another address: the
 * result of an operation, the token endpoint, a redirect. No redirect is followed: Azure does not redirect.
 *
 * @param asked the host whose responses can name other addresses, for the error
 * @param isAllowed whether a host, with its port, belongs to the cloud
 */
export function allowedHostsPolicy(asked: string, isAllowed: (host: string) => boolean): PipelinePolicy {
  const refusal = (to: string, why: string) =>
    new Error(
      `Azure at ${asked} leads to ${to}, ${why}, so nothing is sent there: check azure-native:metadataHost or ARM_METADATA_HOSTNAME, and what stands between this machine and Azure`,
    );
  return {
    name: "allowedHosts",
    async sendRequest(request, next) {
      const { protocol, host } = new URL(request.url);
      if (protocol !== "https:" || !isAllowed(host)) {
        const to = protocol === "https:" ? host : `${protocol}//${host}`;
        throw refusal(to, "which is not a host of this cloud over TLS");
      }
      const response = await next(request);
      const to = redirectOf(response.status, response.headers.get("location"), request.url);
      if (to !== undefined) {
        throw refusal(to, "by a redirect, which Azure never makes");
      }
      return response;
    },
  };
}
