import { randomBytes, randomUUID } from "node:crypto";
import { JwtSigner } from "./jwt.js";

/** Identifies one of the two service principals or of the two subscriptions. */
export type Ordinal = "first" | "second";

/** A service principal of this Azure. Its id is the same in every run, its secrets are new. */
export interface Identity {
  readonly clientId: string;
  readonly clientSecret: string;
  /** A federated token that signs in instead of the secret. */
  readonly oidcToken: string;
}

/** The tenant and its service principals. */
export interface Directory {
  readonly tenantId: string;
  readonly identities: Readonly<Record<Ordinal, Identity>>;
}

// The same in every run, so that the ids in a stack's state stay valid in the next run.
const tenantId = "11111111-1111-4111-8111-111111111111";
const clientIds: Record<Ordinal, string> = {
  first: "33333333-3333-4333-8333-333333333333",
  second: "66666666-6666-4666-8666-666666666666",
};
export const subscriptionIds: Readonly<Record<Ordinal, string>> = {
  first: "22222222-2222-4222-8222-222222222222",
  second: "55555555-5555-4555-8555-555555555555",
};

/** The directory of a new Azure, with new secrets. */
export function newDirectory(): Directory {
  return {
    tenantId,
    identities: { first: newIdentity(clientIds.first), second: newIdentity(clientIds.second) },
  };
}

function newIdentity(clientId: string): Identity {
  return {
    clientId,
    clientSecret: randomBytes(30).toString("base64url"),
    oidcToken: new JwtSigner().sign({
      iss: "https://issuer.invalid",
      sub: clientId,
      aud: "api://AzureADTokenExchange",
      jti: randomUUID(),
    }),
  };
}
