import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** The claims of a token. */
export type Claims = Readonly<Record<string, unknown>>;

/** Signs and verifies tokens in JWT form, with a random key of its own. */
export class JwtSigner {
  private readonly key = randomBytes(32);

  sign(claims: object): string {
    const content = `${encode({ alg: "HS256", typ: "JWT", kid: "local-azure" })}.${encode(claims)}`;
    return `${content}.${this.signature(content).toString("base64url")}`;
  }

  /** The claims of a token that this signer made; undefined for any other token. Does not check the expiry. */
  verify(token: string): Claims | undefined {
    const [header, claims, signature] = token.split(".");
    const expected = this.signature(`${header}.${claims}`);
    const given = Buffer.from(signature ?? "", "base64url");
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      return undefined;
    }
    return JSON.parse(Buffer.from(claims, "base64url").toString("utf8"));
  }

  private signature(content: string): Buffer {
    return createHmac("sha256", this.key).update(content).digest();
  }
}

/** Whether a token has expired, by the system's clock. */
export function isExpired({ exp }: Claims): boolean {
  return Number(exp) * 1000 <= Date.now();
}

/** Whether a token is for one of these addresses, compared without case and trailing slashes. */
export function isFor({ aud }: Claims, addresses: readonly string[]): boolean {
  const comparable = (address: string) => address.replace(/\/+$/, "").toLowerCase();
  return addresses.map(comparable).includes(comparable(String(aud)));
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
