import { isDeepStrictEqual } from "node:util";
import type * as pulumi from "@pulumi/pulumi";
import type { AzureSettings } from "../common/azureSettings";
import { checkStatus } from "../common/checks";
import { checkScopeMapId, checkTokenId, sameId } from "../common/resourceIds";
import { AzureToken, type TokenOnAzure } from "./azure/tokens";
import { InputReader } from "./inputs";
import type { CustomResourceProvider } from "./provider";
import { defined, forState, unwrap, type Wire } from "./values";

/** What the program says, which is also what stands in the state. */
interface Inputs {
  readonly tokenId: string;
  readonly scopeMapId: string;
  readonly status: string;
  readonly azure?: AzureSettings;
}

/** The life of a `TokenAccess`: a token's scope map and status, changed by PATCH, so that its passwords stay. */
export class TokenAccessProvider implements CustomResourceProvider {
  /** @param signal ends every wait */
  constructor(private readonly signal: AbortSignal) {}

  async check(_urn: string, _before: Wire, given: Wire): Promise<pulumi.provider.CheckResult> {
    const reader = new InputReader(given);
    reader.requiredText("tokenId", checkTokenId);
    reader.requiredText("scopeMapId", checkScopeMapId);
    reader.text("status", checkStatus);
    reader.azure("azure");
    return { inputs: { status: "enabled", ...forState(given) }, failures: reader.failures };
  }

  async diff(_id: string, _urn: string, olds: Wire, news: Wire): Promise<pulumi.provider.DiffResult> {
    const before = unwrap(olds) as unknown as Inputs;
    const wanted = unwrap(news) as unknown as Inputs;
    if (!sameId(before.tokenId, wanted.tokenId)) {
      return { changes: true, replaces: ["tokenId"] };
    }
    const changes =
      Object.keys(changeOf(before, wanted)).length > 0 || !isDeepStrictEqual(before.azure, wanted.azure);
    return { changes };
  }

  /** Takes the token as it is, and changes only what is not as wanted: a new token already is. */
  async create(_urn: string, news: Wire): Promise<pulumi.provider.CreateResult> {
    const wanted = unwrap(news) as unknown as Inputs;
    const token = this.token(wanted);
    const now = await token.get();
    if (now === undefined) {
      throw new Error(`there is no token ${wanted.tokenId}: create it first, and pass its id`);
    }
    await applyChange(token, changeOf(now, wanted));
    return { id: `${wanted.tokenId}/access`, outs: news };
  }

  async update(_id: string, _urn: string, olds: Wire, news: Wire): Promise<pulumi.provider.UpdateResult> {
    const before = unwrap(olds) as unknown as Inputs;
    const wanted = unwrap(news) as unknown as Inputs;
    await applyChange(this.token(wanted), changeOf(before, wanted));
    return { outs: news };
  }

  /** Takes over what Azure has, so that the next preview shows what differs. Without a state it is an import. */
  async read(id: string, _urn: string, props: Wire): Promise<pulumi.provider.ReadResult> {
    const state = { tokenId: id.replace(/\/access$/, ""), ...(unwrap(props) as object) } as Inputs;
    const now = await this.token(state).get();
    if (now === undefined) {
      return { id: "", props: {} };
    }
    const { tokenId, scopeMapId } = state;
    if (scopeMapId !== undefined && Object.keys(changeOf(now, state)).length === 0) {
      return { id, props };
    }
    const found = defined({ tokenId, ...props, scopeMapId: now.scopeMapId, status: now.status });
    return { id, props: found, inputs: found };
  }

  /** Leaves the token as it is: without this resource nobody says what it should be. */
  async delete(): Promise<void> {}

  private token({ tokenId, azure }: Inputs): AzureToken {
    return new AzureToken(tokenId, azure, this.signal);
  }
}

type Access = Pick<TokenOnAzure, "scopeMapId" | "status">;

/** What has to change to get from one to the other: nothing that is as wanted already. */
function changeOf(now: Access, wanted: Inputs): Partial<Access> {
  const isSameScopeMap = now.scopeMapId !== undefined && sameId(now.scopeMapId, wanted.scopeMapId);
  return {
    ...(!isSameScopeMap && { scopeMapId: wanted.scopeMapId }),
    ...(now.status !== wanted.status && { status: wanted.status }),
  };
}

async function applyChange(token: AzureToken, change: Partial<Access>): Promise<void> {
  const what = Object.keys(change).map((name) => (name === "scopeMapId" ? "scope map" : name));
  if (what.length > 0) {
    await token.change(change, `change the ${what.join(" and the ")}`);
  }
}
