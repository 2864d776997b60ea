import type { AzureSettings } from "../../../args/azureSettings";
import { parseTokenId, registryIdOf, registryPath } from "../../../args/resourceIds";
import { reportProgress } from "../http/progress";
import { callAzure, registryCall } from "./call";
import { readTokens, type TokenOnAzure } from "./responses";
import { AzureToken } from "./tokens";

/** By name, in lower case. */
type Tokens = Map<string, TokenOnAzure>;

/** What was read of a registry with one identity. */
interface Reading {
  /** How many tokens were read one by one since the last list. */
  oneByOne: number;
  list?: { readonly at: number; readonly tokens: Promise<Tokens> };
}

/** After how many tokens that were read one by one the registry's list is read. */
const listThreshold = 10;

/** How long a read token serves the same refresh: in a large stack the engine asks for the second resource late. */
export const ttlMs = 60_000;

/**
 * Reads tokens for a refresh: one by one, and if there are many of a registry, by the registry's list. The list has an unknown
 * number of pages: at most as many are read as tokens were read before. Tokens that are not on them are read one by one.
 */
export class TokenReader {
  private readonly readings = new Map<string, Reading>();

  /**
   * @param signal aborts when the user cancels
   * @param now a monotonic clock, in ms
   */
  constructor(
    private readonly signal: AbortSignal,
    private readonly now: () => number,
  ) {}

  /**
   * @param azure the identity to use; the environment supplies missing settings
   * @returns undefined if the token does not exist
   */
  async read(tokenId: string, azure: AzureSettings | undefined): Promise<TokenOnAzure | undefined> {
    const reading = this.readingOf(tokenId, azure);
    const token = new AzureToken(tokenId, azure, this.signal);
    const list = this.listOf(reading, tokenId, azure);
    if (list !== undefined) {
      const tokens = await reportProgress(
        (seconds) => `waiting for Azure to list the registry's tokens (${seconds} s)`,
        () => list,
      );
      const name = token.username.toLowerCase();
      const listed = tokens.get(name);
      if (listed !== undefined) {
        // The next read of the same token asks Azure.
        tokens.delete(name);
        return listed;
      }
    }
    reading.oneByOne++;
    return token.get();
  }

  /** Forgets what was read: something changes. */
  clear(): void {
    this.readings.clear();
  }

  private readingOf(tokenId: string, azure: AzureSettings | undefined): Reading {
    const key = JSON.stringify([registryIdOf(tokenId), azure]);
    const reading = this.readings.get(key) ?? { oneByOne: 0 };
    this.readings.set(key, reading);
    return reading;
  }

  /** The registry's list; undefined while few tokens are read. */
  private listOf(
    reading: Reading,
    tokenId: string,
    azure: AzureSettings | undefined,
  ): Promise<Tokens> | undefined {
    const { list, oneByOne } = reading;
    if (list !== undefined && this.now() - list.at < ttlMs) {
      return list.tokens;
    }
    if (oneByOne < listThreshold) {
      return undefined;
    }
    const tokens = this.list(tokenId, azure, oneByOne);
    reading.list = { at: this.now(), tokens };
    reading.oneByOne = 0;
    return tokens;
  }

  /** Reads the list, as far as that succeeds. */
  private async list(tokenId: string, azure: AzureSettings | undefined, pages: number): Promise<Tokens> {
    const call = registryCall("list the tokens", tokenId);
    const tokens: Tokens = new Map();
    const path = `${registryPath(parseTokenId(tokenId))}/tokens`;
    const read = callAzure(call, azure, this.signal, async (client) => {
      let left = pages;
      for await (const page of client.pages(path, readTokens)) {
        for (const [name, token] of page) {
          tokens.set(name.toLowerCase(), token);
        }
        if (--left === 0) {
          break;
        }
      }
    });
    await read.catch(() => undefined);
    return tokens;
  }
}
