import type { Fault } from "local-azure";

/** The form in which local Azure answers generateCredentials in this run: the tests run in either. */
export const generateCredentialsStatus = process.env.GENERATE_CREDENTIALS_STATUS === "202" ? 202 : 200;

/** Azure makes the passwords, and a client that asked for them never hears of it. */
export function passwordsNeverSeen(registry = "[^/]+"): Fault & { path: RegExp } {
  return generateCredentialsStatus === 202
    ? { kind: "hang", path: new RegExp(`/${registry}/operationResults`) }
    : { kind: "hang", isDone: true, path: new RegExp(`/${registry}/generateCredentials`) };
}
