import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";

/** 100 ns since the year 1, as .NET counts time, at the beginning of 1970. */
const ticksOf1970 = 621_355_968_000_000_000n;

/**
 * Writes the addresses at which operations are polled, in the form in which Azure was recorded: some 4,000 characters, of
 * which `t` is the time in ticks, `c` a certificate, `s` a signature by it and `h` a hash of it all. Nobody else can write
 * one, and none can be altered.
 */
export class OperationAddresses {
  private readonly key = randomBytes(32);
  /** As long as Azure's, and as little to be read. */
  private readonly certificate = randomBytes(2_430).toString("base64url");

  /** @param path below which nothing is but this operation */
  write(origin: string, path: string, apiVersion: string): string {
    const ticks = BigInt(Date.now()) * 10_000n + ticksOf1970;
    const query = `api-version=${encodeURIComponent(apiVersion)}&t=${ticks}&c=${this.certificate}`;
    return `${origin}${path}?${query}&${this.proof(path, query)}`;
  }

  /** Whether an address was written here, and is as it was. */
  isOurs({ pathname, search }: URL): boolean {
    const [, query, proof] = /^\?(.*)&(s=[^&]*&h=[^&]*)$/.exec(search) ?? ["", "", ""];
    const expected = Buffer.from(this.proof(pathname, query));
    const given = Buffer.from(proof);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  private proof(path: string, query: string): string {
    // Paths are the same in upper and lower case.
    const text = `${path.toLowerCase()}?${query}`;
    const digest = createHmac("sha512", this.key).update(text).digest();
    const signature = Buffer.from(hkdfSync("sha512", digest, "", "", 256)).toString("base64url");
    const hash = createHash("sha256").update(`${text}&s=${signature}`).digest("base64url");
    return `s=${signature}&h=${hash}`;
  }
}
