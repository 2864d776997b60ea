import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** Signs and verifies tokens in JWT form, with a random key of its own. */
export class JwtSigner {
  private readonly key = randomBytes(32);

  sign(claims: object): string {
    const content = `${encode({ alg: "HS256", typ: "JWT", kid: "local-azure" })}.${encode(claims)}`;
    return `${content}.${this.signature(content).toString("base64url")}`;
  }

  /** The claims of a token that this signer made; undefined for any other token. Does not check the expiry. */
  verify(token: string): Readonly<Record<string, unknown>> | undefined {
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

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
