/**
 * The stand-in for azure-native on a local Azure. For a few resource types it behaves like azure-native, including its
 * pitfalls: an update is a PUT of the inputs, which drops a token's passwords, and a refresh copies Azure's changes into
 * the inputs.
 */
import {
  type Autonaming,
  type Changes,
  type CheckResult,
  PartialFailure,
  type Properties,
  type PropertyValue,
  type Provider,
  type ReadState,
  type ResourceReference,
  type ResourceState,
  unknown,
} from "provider-server";
import { changedPaths, changedProperties } from "../differences.js";
import { checkInputs, createBeforeDelete } from "./check.js";
import { type AzureResponse, expectSuccess } from "./http.js";
import { refreshedInputs } from "./refresh.js";
import { ResourceManager } from "./resourceManager.js";
import { getClientConfig, gotType, resourceType } from "./resourceTypes.js";
import { azureNativeSchema } from "./schema.js";
import { readSettings } from "./settings.js";
import { bodyOf, expectedOutputs, idOf, importedInputs, inputsIn, outputsOf } from "./shapes.js";
import type { ResourceType } from "./typeDescription.js";

export class AzureNativeProvider implements Provider {
  readonly acceptsSecrets = false;
  readonly supportsAutonaming = true;
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
    autonaming?: Autonaming,
  ): Promise<CheckResult> {
    const type = this.#typeOf(resource, news);
    return checkInputs(type, resource, olds, news, seed, autonaming, (group) => this.#locationOf(group));
  }

  diff(resource: ResourceReference, { inputs: olds, outputs }: ResourceState, news: Properties): Changes {
    const type = resourceType(resource.type);
    const azureApiVersion = olds.azureApiVersion ?? outputs.azureApiVersion ?? news.azureApiVersion;
    const last = azureApiVersion === undefined ? olds : { ...olds, azureApiVersion };
    const [before, after] = [comparable(last), comparable(news)];
    const properties = changedProperties(before, after);
    const fixed = new Set([...type.parameters.map(({ name }) => name), "location"]);
    const replaces = properties.filter((name) => fixed.has(name));
    return {
      hasChanges: properties.length > 0,
      properties,
      replaces,
      // A resource with a fixed name cannot exist twice.
      deleteBeforeReplace: replaces.length > 0 && olds[createBeforeDelete] !== true,
      paths: changedPaths(before, after),
    };
  }

  async create(resource: ResourceReference, inputs: Properties) {
    const type = this.#typeOf(resource, inputs);
    const id = idOf(type, this.#manager.settings.subscriptionId, inputs);
    const { status, text } = await this.#manager.get(id, type.apiVersion, this.#signal);
    if (status < 400 && status !== 204) {
      // A PUT would overwrite the existing resource, which may have another owner.
      throw new Error(`cannot create already existing resource '${id}'`);
    }
    if (status !== 404 && status !== 204) {
      throw new Error(`cannot check existence of resource '${id}': status code ${status}, ${text}`);
    }
    return this.#put(type, id, inputs);
  }

  previewCreate(resource: ResourceReference, inputs: Properties): Properties {
    return expectedOutputs(this.#typeOf(resource, inputs), inputs);
  }

  async read(resource: ResourceReference, id: string, old: ReadState): Promise<ResourceState | undefined> {
    const type = this.#typeOf(resource, old.inputs ?? {});
    const response = await this.#manager.get(id, type.apiVersion, this.#signal);
    // The error's code does not matter (IsNotFound in pulumi-azure-native's azure.go).
    if (response.status === 404) {
      return undefined;
    }
    const outputs = outputsOf(type, expectSuccess(response).body);
    const inputs = old.inputs
      ? refreshedInputs(old.inputs, inputsIn(type, old.outputs), inputsIn(type, outputs))
      : importedInputs(type, id, outputs);
    return { id, outputs, inputs };
  }

  async update(resource: ResourceReference, { id }: ResourceState, news: Properties): Promise<Properties> {
    return (await this.#put(this.#typeOf(resource, news), id, news)).outputs;
  }

  previewUpdate(resource: ResourceReference, { outputs }: ResourceState, news: Properties): Properties {
    const expected = expectedOutputs(this.#typeOf(resource, news), news);
    // They never change without a replacement, so dependents can use them in a preview.
    for (const name of ["name", "location"]) {
      const value = outputs[name];
      if (value !== undefined) {
        expected[name] = value;
      }
    }
    return expected;
  }

  async delete(resource: ResourceReference, { id, inputs }: ResourceState): Promise<void> {
    const { apiVersion, deletedInVault } = this.#typeOf(resource, inputs);
    const manager = this.#manager;
    await (deletedInVault
      ? manager.deleteInVault(id, apiVersion, this.#signal)
      : manager.delete(id, apiVersion, this.#signal));
  }

  async invoke(token: string, args: Properties): Promise<Properties> {
    if (token === getClientConfig) {
      return this.#manager.clientConfig();
    }
    const type = gotType(token);
    const id = idOf(type, this.#manager.settings.subscriptionId, args);
    // Pulumi cancels resources, not functions.
    const response = await this.#manager.get(id, type.apiVersion);
    if (response.status >= 400) {
      throw new Error(`request failed ${id}: ${errorOf(response)}`);
    }
    return outputsOf(type, response.body);
  }

  cancel(): void {
    this.#cancelled.abort();
  }

  /** The type with its API version: from the inputs, else from the type's token, else the plugin's default. */
  #typeOf({ type: token }: ResourceReference, { azureApiVersion }: Properties): ResourceType {
    const type = resourceType(token, this.environment.AZURE_NATIVE_STAND_IN_API_VERSION);
    return typeof azureApiVersion === "string" ? { ...type, apiVersion: azureApiVersion } : type;
  }

  get #signal(): AbortSignal {
    return this.#cancelled.signal;
  }

  get #manager(): ResourceManager {
    if (!this.#configuration) {
      throw new Error("The provider has not been configured.");
    }
    // Only calls to Azure need an identity.
    this.#azure ??= new ResourceManager(
      readSettings(this.#configuration, this.environment),
      Number(this.environment.AZURE_NATIVE_STAND_IN_PACE ?? 1),
    );
    return this.#azure;
  }

  /** Writes a resource and reads it: the response to a PUT precedes the end of the operation. */
  async #put(type: ResourceType, path: string, inputs: Properties) {
    const response = await this.#manager.put(path, type.apiVersion, bodyOf(type, inputs), this.#signal);
    const id = typeof response.body.id === "string" ? response.body.id : path;
    try {
      await this.#manager.finish("PUT", id, type.apiVersion, response, this.#signal);
    } catch (error) {
      throw await this.#unfinished(type, id, inputs, error as Error);
    }
    // If the read fails, azure-native warns and uses the response to the PUT.
    const read = await this.#manager.get(id, type.apiVersion, this.#signal).catch(() => response);
    return { id, outputs: outputsOf(type, read.status < 400 ? read.body : response.body) };
  }

  /** The failure of an operation that Azure accepted, with the resource's state if it can be read. */
  async #unfinished(
    type: ResourceType,
    id: string,
    inputs: Properties,
    failure: Error,
  ): Promise<PartialFailure> {
    const cause = { cause: failure };
    try {
      const { body } = expectSuccess(await this.#manager.get(id, type.apiVersion, this.#signal));
      return new PartialFailure(failure.message, { id, outputs: outputsOf(type, body), inputs }, cause);
    } catch (error) {
      const message = `resource created but read failed ${(error as Error).message}: ${failure.message}`;
      return new PartialFailure(message, { id, outputs: {}, inputs }, cause);
    }
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
    const { body } = await this.#manager.get(
      idOf(group, subscriptionId, { resourceGroupName }),
      group.apiVersion,
    );
    return typeof body.location === "string" ? body.location : undefined;
  }
}

function errorOf(response: AzureResponse): string {
  try {
    return String(expectSuccess(response).status);
  } catch (error) {
    return (error as Error).message;
  }
}

/** Removes differences that azure-native ignores: the case of a resource group, the case and spaces of a location. */
function comparable(inputs: Properties): Properties {
  const lower = (name: string) => {
    const value = inputs[name];
    return typeof value === "string" && value !== unknown
      ? { [name]: value.toLowerCase().replaceAll(" ", "") }
      : {};
  };
  return { ...inputs, ...lower("resourceGroupName"), ...lower("location") };
}
