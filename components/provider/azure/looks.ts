import { isDeepStrictEqual } from "node:util";
import type { AzureSettings } from "../../common/azureSettings";
import { longest, TokenReader } from "./tokenReader";
import type { TokenOnAzure } from "./tokens";

interface Look {
  readonly reader: object;
  readonly azure: AzureSettings | undefined;
  readonly at: number;
  readonly seen: Promise<TokenOnAzure | undefined>;
}

/**
 * Looks at tokens, for a refresh. It reads a token's TokenAccess and its TokenCredentials, in two calls and any order: what Azure
 * shows for the one serves the other, so that a refresh asks once a token, and less where there are many.
 */
export class Looks {
  private readonly last = new Map<string, Look>();
  private readonly tokens: TokenReader;

  /**
   * @param signal ends every wait
   * @param now tells the time since some moment, in ms
   */
  constructor(
    signal: AbortSignal,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.tokens = new TokenReader(signal, now);
  }

  /**
   * @param reader who reads: nobody is served with a look of their own, which is one of an earlier refresh
   * @param azure the identity to use; another one sees for itself
   * @returns undefined where the token is gone
   */
  read(reader: object, tokenId: string, azure: AzureSettings | undefined): Promise<TokenOnAzure | undefined> {
    const key = tokenId.toLowerCase();
    const last = this.last.get(key);
    this.last.delete(key);
    if (last && last.reader !== reader && this.isFresh(last) && isDeepStrictEqual(last.azure, azure)) {
      return last.seen;
    }
    const look = { reader, azure, at: this.now(), seen: this.tokens.read(tokenId, azure) };
    this.last.set(key, look);
    // After a failure the other one asks for itself.
    look.seen.catch(() => this.last.get(key) === look && this.last.delete(key));
    return look.seen;
  }

  /** What was seen of a token is over: it is being changed. */
  forget(tokenId: string): void {
    this.last.delete(tokenId.toLowerCase());
    this.tokens.clear();
  }

  /** A new run sees for itself. */
  clear(): void {
    this.last.clear();
    this.tokens.clear();
  }

  private isFresh({ at }: Look): boolean {
    return this.now() - at < longest;
  }
}
