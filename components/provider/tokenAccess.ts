import { isDeepStrictEqual } from "node:util";
import {
  type Changes,
  type CheckResult,
  PartialFailure,
  type Properties,
  type ReadState,
  type ResourceReference,
  type ResourceState,
  unknown,
  unwrapSecrets,
} from "provider-server";
import type { AzureSettings } from "../args/azureSettings";
import { argumentRules } from "../args/registryTokenArgs";
import { checkTokenId, registryIdOf, sameId } from "../args/resourceIds";
import { is } from "../args/rules";
import { deviationMessage } from "./azure/api/azurePolicy";
import type { TokenOnAzure } from "./azure/api/responses";
import type { TokenCache } from "./azure/api/tokenCache";
import { AzureToken } from "./azure/api/tokens";
import { InputReader, requireReferences, withReferences } from "./inputs";
import type { LifeCycle } from "./lifeCycle";
import type { ProgramComponents } from "./programComponents";
import { failuresIn, isText, requireValidState } from "./savedState";
import type { TokensInRun } from "./tokensInRun";
import { defined, forState } from "./values";

/** The arguments that the program gives. The state repeats them. */
interface Inputs {
  readonly tokenId: string;
  readonly scopeMapId: string;
  readonly status: string;
  readonly azure?: AzureSettings;
}

const references = ["tokenId", "scopeMapId"];

/** The life cycle of a `TokenAccess`: sets a token's scope map and status by PATCH, which keeps the passwords. */
export class TokenAccessLifeCycle implements LifeCycle {
  /**
   * @param signal cancels all pending operations
   * @param tokenCache the cache of a refresh
   * @param tokens what this run's program has
   * @param components what the program says of each RegistryToken
   */
  constructor(
    private readonly signal: AbortSignal,
    private readonly tokenCache: TokenCache,
    private readonly tokens: TokensInRun,
    private readonly components: ProgramComponents,
  ) {}

  /**
   * Validates the inputs. An id that the state has in another letter case stays as the state has it, so that the ids that
   * RegistryToken imports by never change: the engine would import the same token again and delete it under its old id. Without a
   * state the ids are as Azure has them: the state may have the token alone, under the id of Azure's answer to its creation.
   */
  async check(resource: ResourceReference, olds: Properties, news: Properties): Promise<CheckResult> {
    const { urn } = resource;
    const given = withReferences(news, olds, references);
    const reader = new InputReader(given);
    const tokenId = reader.read<string>("tokenId", is(checkTokenId));
    const scopeMapId = reader.read<string>("scopeMapId", argumentRules.scopeMapId);
    reader.read("status", argumentRules.status);
    reader.readAzure();
    const last: Partial<Inputs> = Object.keys(olds).length === 0 ? {} : readSaved(urn, olds);
    if (tokenId !== undefined && tokenId !== unknown) {
      this.tokens.add({ urn, tokenId, isNew: last.tokenId === undefined });
    }
    const asksAzure =
      last.tokenId === undefined &&
      this.components.isAdopting(resource) &&
      reader.failures.length === 0 &&
      reader.knows("tokenId") &&
      reader.knows("azure");
    const now = asksAzure ? await this.token(read(given)).get() : undefined;
    const ids = inCaseOf(now === undefined ? last : { ...now, tokenId: now.id }, tokenId, scopeMapId);
    return { inputs: { status: "enabled", ...forState(given), ...ids }, failures: reader.failures };
  }

  diff({ urn }: ResourceReference, old: ResourceState, news: Properties): Changes {
    const before = readSaved(urn, old.inputs);
    const wanted = read(news);
    if (!sameId(before.tokenId, wanted.tokenId)) {
      return { hasChanges: true, replaces: ["tokenId"] };
    }
    // The outputs differ from the inputs if the last run failed because Azure stored other values.
    const changes = Object.keys(changeOf(readSaved(urn, old.outputs), wanted));
    const isInInputs = Object.keys(changeOf(before, wanted)).length > 0;
    return {
      hasChanges: changes.length > 0 || !isDeepStrictEqual(before.azure, wanted.azure),
      ...(!isInInputs && { paths: new Map(changes.map((name) => [name, "update"])) }),
    };
  }

  /** Changes only what differs from the inputs. Nothing differs for a new token. */
  async create({ urn }: ResourceReference, news: Properties) {
    requireReferences(news, references);
    const wanted = read(news);
    const token = this.token(wanted);
    const now = await token.get();
    if (now === undefined) {
      throw new Error(`there is no token ${wanted.tokenId}: create it first, and pass its id`);
    }
    this.tokens.foundSlots(urn, now.slots);
    await applyChange(token, changeOf(now, wanted), news);
    return { id: idOf(wanted), outputs: news };
  }

  previewCreate(_resource: ResourceReference, news: Properties): Properties {
    requireReferences(news, references);
    return news;
  }

  async update({ urn }: ResourceReference, old: ResourceState, news: Properties): Promise<Properties> {
    const wanted = read(news);
    await applyChange(this.token(wanted), changeOf(readSaved(urn, old.outputs), wanted), news);
    return news;
  }

  previewUpdate(_resource: ResourceReference, _old: ResourceState, news: Properties): Properties {
    return news;
  }

  /** Saves what Azure has, so that the next preview shows the difference. Without a state it is an import. */
  async read({ urn }: ResourceReference, id: string, { inputs }: ReadState) {
    const tokenId = id.replace(/\/access$/, "");
    const failure = checkTokenId(tokenId);
    if (failure !== undefined) {
      throw new Error(`a TokenAccess is imported by its token's id: it ${failure}`);
    }
    const state = inputs === undefined ? read({ tokenId }) : readSaved(urn, { tokenId, ...inputs });
    const now = await this.tokenCache.read(this, tokenId, state.azure);
    if (now === undefined) {
      return undefined;
    }
    if (inputs !== undefined && Object.keys(changeOf(now, state)).length === 0) {
      return { id, inputs, outputs: inputs };
    }
    const found = defined({ tokenId, ...inputs, scopeMapId: now.scopeMapId, status: now.status });
    return { id: idOf(state), inputs: found, outputs: found };
  }

  /**
   * Leaves the token as it is.
   *
   * @throws Error if another TokenAccess of this run's program has the same token. The engine is about to delete the token of
   * this one, which is that same token: a RegistryToken with `adopt` was renamed or moved without an alias
   */
  async delete({ urn }: ResourceReference, old: ResourceState): Promise<void> {
    const { tokenId } = readSaved(urn, old.inputs);
    const other = this.tokens.of(tokenId).find((access) => access.urn !== urn);
    if (other !== undefined) {
      throw new Error(
        `refused to delete ${tokenId}: ${other.urn} of this program has the same token. Either give the new RegistryToken an alias of the old one (aliases: [{ name: "old-name" }]), or have the state forget the old one: pulumi state delete --target-dependents '<urn of the old RegistryToken>'. Then run pulumi up again`,
      );
    }
  }

  private token({ tokenId, azure }: Inputs): AzureToken {
    this.tokenCache.forget(tokenId);
    return new AzureToken(tokenId, azure, this.signal);
  }
}

function read(properties: Properties): Inputs {
  return unwrapSecrets(properties) as unknown as Inputs;
}

/** @throws Error that says what is wrong with a state that someone has edited */
function readSaved(urn: string, properties: Properties): Inputs {
  const saved = read(properties);
  const failures = failuresIn(saved, { tokenId: checkTokenId, scopeMapId: isText, status: isText });
  requireValidState(
    urn,
    failures,
    "run pulumi up, which creates the resource again and leaves the token alone",
  );
  return saved;
}

/** Those of the ids that the last run or Azure has in another letter case, as it has them. */
function inCaseOf(last: Partial<Inputs>, tokenId = "", scopeMapId = ""): Properties {
  if (last.tokenId === undefined || !sameId(last.tokenId, tokenId)) {
    return {};
  }
  const registryId = last.tokenId.slice(0, registryIdOf(last.tokenId).length);
  const name = scopeMapId.slice(registryId.length);
  const isInRegistry = sameId(registryId + name, scopeMapId);
  const isSame = sameId(last.scopeMapId ?? "", scopeMapId);
  return {
    ...(last.tokenId !== tokenId && { tokenId: last.tokenId }),
    ...(isInRegistry && { scopeMapId: registryId + name }),
    ...(isSame && { scopeMapId: last.scopeMapId }),
  };
}

type Access = Pick<TokenOnAzure, "scopeMapId" | "status">;

/** The properties whose values differ, with their wanted values. */
function changeOf(now: Access, wanted: Inputs): Partial<Access> {
  const isSameScopeMap = sameId(now.scopeMapId, wanted.scopeMapId);
  return {
    ...(!isSameScopeMap && { scopeMapId: wanted.scopeMapId }),
    ...(now.status !== wanted.status && { status: wanted.status }),
  };
}

/**
 * @param news the inputs with the change
 * @throws PartialFailure with what Azure stored, if this is not what the inputs say
 */
async function applyChange(token: AzureToken, change: Partial<Access>, news: Properties): Promise<void> {
  const changed = Object.keys(change) as (keyof Access)[];
  if (changed.length === 0) {
    return;
  }
  const doing = `change the ${changed.map((name) => titles[name]).join(" and the ")}`;
  const wanted = read(news);
  // Both, because someone may have changed the other one since the state was written.
  const { scopeMapId, status } = wanted;
  const stored = await token.change({ scopeMapId, status }, doing);
  const deviating = Object.keys(changeOf(stored, wanted)) as (keyof Access)[];
  if (deviating.length > 0) {
    const deviations = deviating.map(
      (name) => `the ${titles[name]} is "${stored[name]}" instead of "${wanted[name]}"`,
    );
    const state = { ...news, ...Object.fromEntries(deviating.map((name) => [name, stored[name]])) };
    const message = deviationMessage(doing, token.description, deviations, "run pulumi up again");
    throw new PartialFailure(message, { id: idOf(wanted), outputs: state });
  }
}

const titles: Readonly<Record<keyof Access, string>> = { scopeMapId: "scope map", status: "status" };

function idOf({ tokenId }: Inputs): string {
  return `${tokenId}/access`;
}
