import { isDeepStrictEqual } from "node:util";
import type { AzureSettings } from "../../../args/azureSettings";
import type { TokenOnAzure } from "./responses";
import { TokenReader, ttlMs } from "./tokenReader";

interface Entry {
  readonly reader: object;
  readonly azure: AzureSettings | undefined;
  /** In ms by the monotonic clock. */
  readonly at: number;
  readonly token: Promise<TokenOnAzure | undefined>;
}

/**
 * Caches tokens for a refresh, which reads a token's TokenAccess and its TokenCredentials, in two calls and any order: one request
 * serves both.
 */
export class TokenCache {
  private readonly entries = new Map<string, Entry>();
  private readonly tokens: TokenReader;

  /**
   * @param signal aborts when the user cancels
   * @param now a monotonic clock, in ms
   */
  constructor(
    signal: AbortSignal,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.tokens = new TokenReader(signal, now);
  }

  /**
   * @param reader a resource never reuses its own cached read, which is of an earlier refresh
   * @param azure the identity to use; another identity reads for itself
   * @returns undefined if the token does not exist
   */
  read(reader: object, tokenId: string, azure: AzureSettings | undefined): Promise<TokenOnAzure | undefined> {
    const key = tokenId.toLowerCase();
    const last = this.entries.get(key);
    this.entries.delete(key);
    if (last && last.reader !== reader && this.isFresh(last) && isDeepStrictEqual(last.azure, azure)) {
      return last.token;
    }
    const entry = { reader, azure, at: this.now(), token: this.tokens.read(tokenId, azure) };
    this.entries.set(key, entry);
    // After a failure the other resource asks for itself.
    entry.token.catch(() => this.entries.get(key) === entry && this.entries.delete(key));
    return entry.token;
  }

  /** Forgets a token that changes. */
  forget(tokenId: string): void {
    this.entries.delete(tokenId.toLowerCase());
    this.tokens.clear();
  }

  private isFresh({ at }: Entry): boolean {
    return this.now() - at < ttlMs;
  }
}
