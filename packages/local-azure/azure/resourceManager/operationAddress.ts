import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";

/** The beginning of 1970 in .NET's ticks: units of 100 ns since the year 1. */
const ticksOf1970 = 621_355_968_000_000_000n;

/**
 * Writes the addresses for polling operations in the form of Azure's recordings: about 4,000 characters, with the time in
 * ticks as `t`, a certificate as `c`, its signature as `s` and a hash of everything as `h`. A client cannot forge or alter
 * an address.
 */
export class OperationAddresses {
  private readonly key = randomBytes(32);
  /** Random bytes of the length of Azure's certificate. */
  private readonly certificate = randomBytes(2_430).toString("base64url");

  /** @param path the operation's own path */
  write(origin: string, path: string, apiVersion: string): string {
    const ticks = BigInt(Date.now()) * 10_000n + ticksOf1970;
    const query = `api-version=${encodeURIComponent(apiVersion)}&t=${ticks}&c=${this.certificate}`;
    return `${origin}${path}?${query}&${this.proof(path, query)}`;
  }

  /** Whether `write` made this address, and it is unaltered. */
  isOurs({ pathname, search }: URL): boolean {
    const [, query, proof] = /^\?(.*)&(s=[^&]*&h=[^&]*)$/.exec(search) ?? ["", "", ""];
    const expected = Buffer.from(this.proof(pathname, query));
    const given = Buffer.from(proof);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  private proof(path: string, query: string): string {
    // Paths are case-insensitive.
    const text = `${path.toLowerCase()}?${query}`;
    const digest = createHmac("sha512", this.key).update(text).digest();
    const signature = Buffer.from(hkdfSync("sha512", digest, "", "", 256)).toString("base64url");
    const hash = createHash("sha256").update(`${text}&s=${signature}`).digest("base64url");
    return `s=${signature}&h=${hash}`;
  }
}
