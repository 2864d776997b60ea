/**
 * Stands in for azure-native where a local Azure stands in for Azure. It does what azure-native does, for the few
 * types that programs here use, down to what hurts: an update is a PUT of the inputs, which drops a token's
 * passwords, and a refresh copies what changed in Azure into the inputs.
 */
import {
  type Changes,
  type Checked,
  PartialFailure,
  type Properties,
  type PropertyValue,
  type Provider,
  type ReadState,
  type ResourceReference,
  type ResourceState,
  unknown,
} from "provider-protocol";
import { changedPaths, changedProperties } from "../differences.js";
import { checkInputs, createBeforeDelete } from "./check.js";
import { refreshedInputs } from "./refresh.js";
import { AzureError, ResourceManager } from "./resourceManager.js";
import { gotType, type ResourceType, resourceType } from "./resourceTypes.js";
import { azureNativeSchema } from "./schema.js";
import { readSettings } from "./settings.js";
import { bodyOf, expectedOutputs, idOf, inputsIn, outputsOf, parametersOf } from "./shapes.js";

export class AzureNativeProvider implements Provider {
  readonly acceptsSecrets = false;
  #configuration: ReadonlyMap<string, string> | undefined;
  #azure: ResourceManager | undefined;
  readonly #cancelled = new AbortController();

  constructor(
    readonly version: string,
    private readonly environment: Record<string, string | undefined>,
  ) {}

  schema(): string {
    return JSON.stringify(azureNativeSchema(this.version));
  }

  configure(configuration: ReadonlyMap<string, string>): void {
    this.#configuration = configuration;
  }

  async check(
    resource: ResourceReference,
    olds: Properties,
    news: Properties,
    seed: Uint8Array,
  ): Promise<Checked> {
    const type = this.#typeOf(resource, news);
    return checkInputs(type, resource, olds, news, seed, (group) => this.#locationOf(group));
  }

  diff(resource: ResourceReference, { inputs: olds }: ResourceState, news: Properties): Changes {
    const type = resourceType(resource.type);
    const [before, after] = [comparable(olds), comparable(news)];
    const properties = changedProperties(before, after);
    const fixed = new Set([...type.parameters.map(({ name }) => name), "location"]);
    const replaces = properties.filter((name) => fixed.has(name));
    return {
      some: properties.length > 0,
      properties,
      replaces,
      // What has a name of its own cannot be there twice.
      deleteBeforeReplace: replaces.length > 0 && olds[createBeforeDelete] !== true,
      paths: changedPaths(before, after),
    };
  }

  async create(resource: ResourceReference, inputs: Properties) {
    const type = this.#typeOf(resource, inputs);
    const id = idOf(type, this.#manager.settings.subscriptionId, inputs);
    // A PUT would take over what is there, which may be someone else's.
    if (await this.#manager.get(id, type.apiVersion)) {
      throw new Error(`cannot create already existing resource '${id}'`);
    }
    return { id, outputs: await this.#put(type, id, inputs) };
  }

  previewCreate(resource: ResourceReference, inputs: Properties): Properties {
    return expectedOutputs(this.#typeOf(resource, inputs), inputs);
  }

  async read(resource: ResourceReference, id: string, old: ReadState): Promise<ResourceState | undefined> {
    const type = this.#typeOf(resource, old.inputs ?? {});
    const answer = await this.#manager.get(id, type.apiVersion);
    if (!answer) {
      return undefined;
    }
    const outputs = outputsOf(type, answer);
    const inputs = old.inputs
      ? refreshedInputs(old.inputs, inputsIn(type, old.outputs), inputsIn(type, outputs))
      : { ...parametersOf(type, id), ...inputsIn(type, outputs) };
    return { id, outputs, inputs };
  }

  async update(resource: ResourceReference, { id }: ResourceState, news: Properties): Promise<Properties> {
    return this.#put(this.#typeOf(resource, news), id, news);
  }

  previewUpdate(resource: ResourceReference, { outputs }: ResourceState, news: Properties): Properties {
    const expected = expectedOutputs(this.#typeOf(resource, news), news);
    // These never change without a replacement, so what depends on them need not wait.
    for (const name of ["name", "location"]) {
      const value = outputs[name];
      if (value !== undefined) {
        expected[name] = value;
      }
    }
    return expected;
  }

  async delete(resource: ResourceReference, { id, inputs }: ResourceState): Promise<void> {
    await this.#manager.delete(id, this.#typeOf(resource, inputs).apiVersion);
  }

  async invoke(token: string, args: Properties): Promise<Properties> {
    const type = gotType(token);
    const id = idOf(type, this.#manager.settings.subscriptionId, args);
    const answer = await this.#manager.get(id, type.apiVersion);
    if (!answer) {
      throw new Error(`request failed ${id}: 404, there is no such ${type.name}`);
    }
    return { ...outputsOf(type, answer), id: answer.id ?? id };
  }

  cancel(): void {
    this.#cancelled.abort();
  }

  /** The type with the API version to use: that of the inputs, else of the type's token, else the plugin's default. */
  #typeOf({ type: token }: ResourceReference, { azureApiVersion }: Properties): ResourceType {
    const type = resourceType(token, this.environment.AZURE_NATIVE_STAND_IN_API_VERSION);
    return typeof azureApiVersion === "string" ? { ...type, apiVersion: azureApiVersion } : type;
  }

  get #manager(): ResourceManager {
    if (!this.#configuration) {
      throw new Error("The provider has not been configured.");
    }
    // Only who asks Azure needs an identity.
    this.#azure ??= new ResourceManager(
      readSettings(this.#configuration, this.environment),
      this.#cancelled.signal,
    );
    return this.#azure;
  }

  /** Writes, and reads what became of it: a PUT's answer may be from before Azure was done. */
  async #put(type: ResourceType, id: string, inputs: Properties): Promise<Properties> {
    let failure: AzureError | undefined;
    try {
      await this.#manager.put(id, type.apiVersion, bodyOf(type, inputs));
    } catch (error) {
      if (!(error instanceof AzureError && error.accepted)) {
        throw error;
      }
      failure = error;
    }
    const outputs = outputsOf(type, (await this.#manager.get(id, type.apiVersion)) ?? {});
    if (failure) {
      throw new PartialFailure(failure.message, { id, outputs, inputs }, { cause: failure });
    }
    return outputs;
  }

  async #locationOf(resourceGroupName: PropertyValue | undefined): Promise<string | undefined> {
    const { location, subscriptionId } = this.#manager.settings;
    if (location || resourceGroupName === undefined) {
      return location;
    }
    if (resourceGroupName === unknown) {
      return unknown;
    }
    const group = resourceType("azure-native:resources:ResourceGroup");
    const answer = await this.#manager.get(
      idOf(group, subscriptionId, { resourceGroupName }),
      group.apiVersion,
    );
    return typeof answer?.location === "string" ? answer.location : undefined;
  }
}

/** "West US 2" and "westus2" are the same place. */
function comparable(inputs: Properties): Properties {
  return typeof inputs.location === "string" && inputs.location !== unknown
    ? { ...inputs, location: inputs.location.toLowerCase().replaceAll(" ", "") }
    : inputs;
}
