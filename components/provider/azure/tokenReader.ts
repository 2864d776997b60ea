import type { AzureSettings } from "../../common/azureSettings";
import { parseTokenId, registryIdOf } from "../../common/resourceIds";
import { readTokens } from "./answers";
import { callAzure, registryCall } from "./call";
import { reportProgress } from "./http/progress";
import { lastAnswer } from "./outlast";
import { AzureToken, type TokenOnAzure } from "./tokens";

/** By name, in lower case. */
type Tokens = Map<string, TokenOnAzure>;

/** What was read of one registry with one identity. */
interface Reading {
  /** How many tokens were read one by one since the list was. */
  oneByOne: number;
  list?: { readonly at: number; readonly tokens: Promise<Tokens> };
}

/** After how many tokens that were read one by one the others are looked up in their registry's list. */
const many = 10;

/** For how long what was read is of the same refresh, in ms: in a large stack the engine comes back late. */
export const longest = 60_000;

/**
 * Reads tokens, for a refresh: one by one, and where there are many of one registry, by the list of all that it has. Azure hands
 * it out in pages, and does not say how many: it is read as far as it costs no more requests than the tokens before it did.
 * What it does not show is read by itself.
 */
export class TokenReader {
  private readonly readings = new Map<string, Reading>();

  /**
   * @param signal ends every wait
   * @param now tells the time since some moment, in ms
   */
  constructor(
    private readonly signal: AbortSignal,
    private readonly now: () => number,
  ) {}

  /**
   * @param azure the identity to use; what is missing in it comes from the environment
   * @returns undefined where the token is gone
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
        // Who reads it again wants to know what has become of it.
        tokens.delete(name);
        return listed;
      }
    }
    reading.oneByOne++;
    return token.get();
  }

  /** What has been read is over: something changes, or a new run begins. */
  clear(): void {
    this.readings.clear();
  }

  private readingOf(tokenId: string, azure: AzureSettings | undefined): Reading {
    const key = JSON.stringify([registryIdOf(tokenId), azure]);
    const reading = this.readings.get(key) ?? { oneByOne: 0 };
    this.readings.set(key, reading);
    return reading;
  }

  /** The registry's list, or undefined where it is not worth it. */
  private listOf(
    reading: Reading,
    tokenId: string,
    azure: AzureSettings | undefined,
  ): Promise<Tokens> | undefined {
    const { list, oneByOne } = reading;
    if (list !== undefined && this.now() - list.at < longest) {
      return list.tokens;
    }
    if (oneByOne < many) {
      return undefined;
    }
    const tokens = this.list(tokenId, azure, oneByOne);
    reading.list = { at: this.now(), tokens };
    reading.oneByOne = 0;
    return tokens;
  }

  /** Never fails: where the list cannot be had, it is as far as it got. */
  private async list(tokenId: string, azure: AzureSettings | undefined, pages: number): Promise<Tokens> {
    const { resourceGroupName, registryName } = parseTokenId(tokenId);
    const call = registryCall("list the tokens", tokenId);
    const tokens: Tokens = new Map();
    const read = callAzure(call, azure, this.signal, async (client, abortSignal) => {
      let left = pages;
      for await (const _ of client.tokens.list(resourceGroupName, registryName, { abortSignal }).byPage()) {
        for (const [name, token] of readTokens(lastAnswer())) {
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
