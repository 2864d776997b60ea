/** Where a token or a secret may go. */

/** Microsoft's hosts for signing in, each with all below it: also those that its library puts in the place of another. */
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

/** Whether Microsoft signs in there. */
export function isSignInHost(host: string): boolean {
  return signInHosts.some((known) => isWithin(host, known));
}

/** Whether a host is another one, or below it. A port is a part of it. */
export function isWithin(host: string, other: string): boolean {
  return host === other || host.endsWith(`.${other}`);
}

/**
 * Whether two hosts, without their ports, are one, or share the last two labels of their names, as the services of one cloud
 * do: `management.microsoft.scloud`, `login.microsoftonline.microsoft.scloud`.
 */
export function sharesDomain(one: string, other: string): boolean {
  const domainOf = (host: string) => (/^[\d.]+$|:/.test(host) ? host : host.split(".").slice(-2).join("."));
  return one === other || (one.includes(".") && domainOf(one) === domainOf(other));
}

/** Where an answer sends whoever asked, for an error; undefined where it does not. */
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
