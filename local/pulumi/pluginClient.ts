/** Speaks to a Pulumi resource plugin as Pulumi's engine does: for tests, and for a local run without the engine. */

import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { credentials, type ServiceError, status } from "@grpc/grpc-js";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb.js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import {
  CheckRequest,
  type CheckResponse,
  ConfigureRequest,
  type ConfigureResponse,
  CreateRequest,
  type CreateResponse,
  DeleteRequest,
  DiffRequest,
  DiffResponse,
  GetSchemaRequest,
  type GetSchemaResponse,
  InvokeRequest,
  type InvokeResponse,
  PropertyDiff,
  type CheckFailure as ProtocolFailure,
  ProviderHandshakeRequest,
  type ProviderHandshakeResponse,
  ReadRequest,
  type ReadResponse,
  UpdateRequest,
  type UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb.js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import {
  containsUnknown,
  fromStruct,
  type Properties,
  parseUrn,
  toStruct,
  unwrapSecrets,
  withSecretsOf,
} from "provider-protocol";
import { Engine, type LogMessage } from "./engine.js";
import { PluginError } from "./pluginError.js";
import { PluginProcess, type PluginSettings, type PluginSource } from "./pluginProcess.js";

/** Something wrong with one input. */
export interface CheckFailure {
  property: string;
  reason: string;
}

/** How a property differs; a `-replace` means that the resource has to be replaced for it. */
export type PropertyChange =
  | "add"
  | "add-replace"
  | "delete"
  | "delete-replace"
  | "update"
  | "update-replace";

export interface Diff {
  changes: "some" | "none" | "unknown";
  /** The properties that make it a replacement; empty for an update. */
  replaces: string[];
  deleteBeforeReplace: boolean;
  /** The properties that changed, where the plugin says. */
  diffs?: string[];
  /** Each changed path, where the plugin says. */
  detailedDiff?: Record<string, PropertyChange>;
}

type Inputs = Record<string, unknown>;

/**
 * A running plugin. Values are plain objects; secrets stay in their envelopes (see `secret`, `unwrapSecrets`) and
 * what a preview does not know is `unknown`. Calls that fail reject with a {@link PluginError}.
 */
export class PluginClient {
  #configured: ConfigureResponse | undefined;
  #handshake: ProviderHandshakeResponse | undefined;

  private constructor(
    readonly process: PluginProcess,
    private readonly client: ResourceProviderClient,
    private readonly engine: Engine,
  ) {}

  /**
   * Starts a plugin, and returns once it answers.
   *
   * @param source a folder with a PulumiPlugin.yaml for Node (compiled, if it says `typescript: false`), or an executable
   * @throws Error with the plugin's output, where it does not start within a minute
   */
  static async start(source: PluginSource, settings: PluginSettings = {}): Promise<PluginClient> {
    const engine = await Engine.start();
    try {
      const { process, port } = await PluginProcess.start(source, engine.address, settings);
      const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
        "grpc.max_receive_message_length": -1,
        "grpc.max_send_message_length": -1,
        // A proxy for the internet is not one for loopback.
        "grpc.enable_http_proxy": 0,
      });
      const plugin = new PluginClient(process, client, engine);
      await plugin.#shakeHands();
      return plugin;
    } catch (error) {
      engine.close();
      throw error;
    }
  }

  /** What the plugin wrote to stderr, and to stdout after its port. */
  get log(): string {
    return this.process.log;
  }

  /** What the plugin logged through the engine (`pulumi.log`). */
  get engineLog(): readonly LogMessage[] {
    return this.engine.messages;
  }

  get pid(): number {
    return this.process.pid;
  }

  /**
   * Checks a provider's configuration.
   *
   * @param news keyed by bare names, such as `clientId`
   * @returns undefined where the plugin has no such check
   */
  async checkConfig(
    news: Inputs,
    olds: Inputs = {},
  ): Promise<{ inputs: Properties; failures: CheckFailure[] } | undefined> {
    const request = new CheckRequest().setOlds(toStruct(olds)).setNews(toStruct(news));
    try {
      const response = await this.#call<CheckResponse>((done) => this.client.checkConfig(request, done));
      return {
        inputs: fromStruct(response.getInputs()),
        failures: failures(response.getFailuresList()),
      };
    } catch (error) {
      if (isUnimplemented(error)) {
        return undefined;
      }
      throw error;
    }
  }

  /**
   * Configures the plugin: once, before anything but its schema is asked for.
   *
   * @param variables keyed by full names, such as `azure-native:config:clientId`
   * @param args the same by bare names, with secrets marked. Default: made from the variables
   */
  async configure(variables: Record<string, string> = {}, args?: Inputs): Promise<void> {
    const request = new ConfigureRequest()
      .setAcceptsecrets(true)
      .setAcceptresources(true)
      .setSendsOldInputs(true)
      .setSendsOldInputsToDelete(true)
      .setArgs(toStruct(args ?? bareNames(variables)));
    for (const [name, value] of Object.entries(variables)) {
      request.getVariablesMap().set(name, value);
    }
    this.#configured = await this.#call<ConfigureResponse>((done) => this.client.configure(request, done));
  }

  /** The plugin's schema, parsed; an empty object where it has none. */
  async getSchema(): Promise<unknown> {
    const request = new GetSchemaRequest().setVersion(0);
    const response = await this.#call<GetSchemaResponse>((done) => this.client.getSchema(request, done));
    return JSON.parse(response.getSchema() || "{}");
  }

  async getPluginInfo(): Promise<{ version: string }> {
    const info = await this.#call<PluginInfo>((done) => this.client.getPluginInfo(new Empty(), done));
    return { version: info.getVersion() };
  }

  /** @param olds the inputs in the state; empty for a new resource */
  async check(
    urn: string,
    olds: Inputs,
    news: Inputs,
  ): Promise<{ inputs: Properties; failures: CheckFailure[] }> {
    const request = addressed(new CheckRequest(), urn)
      .setOlds(this.#struct(olds))
      .setNews(this.#struct(news))
      .setRandomseed(randomBytes(32));
    const response = await this.#call<CheckResponse>((done) => this.client.check(request, done));
    return {
      inputs: this.#properties(response.getInputs(), news),
      failures: failures(response.getFailuresList()),
    };
  }

  /** @param olds the outputs in the state; `oldInputs` are its inputs */
  async diff(id: string, urn: string, olds: Inputs, news: Inputs, oldInputs?: Inputs): Promise<Diff> {
    const request = addressed(new DiffRequest(), urn)
      .setId(id)
      .setOlds(this.#struct(olds))
      .setNews(this.#struct(news))
      .setOldInputs(oldInputs && this.#struct(oldInputs));
    return difference(await this.#call<DiffResponse>((done) => this.client.diff(request, done)));
  }

  /**
   * Creates a resource, or previews that.
   *
   * @returns in a preview an empty id, and the inputs where the plugin has no previews
   * @throws PluginError, with `partial` where something was made that has to be remembered
   */
  async create(
    urn: string,
    inputs: Inputs,
    { preview = false }: { preview?: boolean } = {},
  ): Promise<{ id: string; outputs: Properties }> {
    if (preview && !this.#previews) {
      return { id: "", outputs: fromStruct(toStruct(inputs)) };
    }
    const request = addressed(new CreateRequest(), urn)
      .setProperties(this.#struct(inputs))
      .setPreview(preview);
    const response = await this.#call<CreateResponse>((done) => this.client.create(request, done));
    const outputs = this.#properties(response.getProperties(), inputs);
    if (!preview) {
      if (!response.getId()) {
        throw new PluginError(`The plugin answered the creation of ${urn} without an id.`);
      }
      refuseUnknowns("creation", urn, outputs);
    }
    return { id: response.getId(), outputs };
  }

  /**
   * Reads a resource's current state.
   *
   * @param outputs those in the state; empty for an import
   * @param inputs those in the state; left out for an import
   * @returns undefined for a resource that is gone
   */
  async read(
    id: string,
    urn: string,
    outputs: Inputs,
    inputs?: Inputs,
  ): Promise<{ id: string; outputs: Properties; inputs: Properties } | undefined> {
    const request = addressed(new ReadRequest(), urn)
      .setId(id)
      .setProperties(this.#struct(outputs))
      .setInputs(inputs && this.#struct(inputs));
    const response = await this.#call<ReadResponse>((done) => this.client.read(request, done));
    if (!response.getId()) {
      return undefined;
    }
    return {
      id: response.getId(),
      outputs: this.#properties(response.getProperties(), outputs),
      inputs: this.#properties(response.getInputs(), inputs ?? {}),
    };
  }

  /**
   * Updates a resource, or previews that.
   *
   * @param olds the outputs in the state; `oldInputs` are its inputs
   * @returns the new outputs; in a preview the new inputs where the plugin has no previews
   */
  async update(
    id: string,
    urn: string,
    olds: Inputs,
    news: Inputs,
    oldInputs?: Inputs,
    { preview = false }: { preview?: boolean } = {},
  ): Promise<Properties> {
    if (preview && !this.#previews) {
      return fromStruct(toStruct(news));
    }
    const request = addressed(new UpdateRequest(), urn)
      .setId(id)
      .setOlds(this.#struct(olds))
      .setNews(this.#struct(news))
      .setOldInputs(oldInputs && this.#struct(oldInputs))
      .setPreview(preview);
    const response = await this.#call<UpdateResponse>((done) => this.client.update(request, done));
    const outputs = this.#properties(response.getProperties(), news);
    if (!preview) {
      refuseUnknowns("update", urn, outputs);
    }
    return outputs;
  }

  async delete(id: string, urn: string, outputs: Inputs, inputs?: Inputs): Promise<void> {
    const request = addressed(new DeleteRequest(), urn)
      .setId(id)
      .setProperties(this.#struct(outputs))
      .setOldInputs(inputs && this.#struct(inputs));
    await this.#call<Empty>((done) => this.client.delete(request, done));
  }

  /** @param token the function, for example `azure-native:containerregistry:getRegistry` */
  async invoke(token: string, args: Inputs): Promise<{ result: Properties; failures: CheckFailure[] }> {
    const request = new InvokeRequest().setTok(token).setArgs(this.#struct(args));
    const response = await this.#call<InvokeResponse>((done) => this.client.invoke(request, done));
    return {
      result: fromStruct(response.getReturn()),
      failures: failures(response.getFailuresList()),
    };
  }

  /** Asks the plugin to give up what it is doing. */
  async cancel(): Promise<void> {
    await this.#call<Empty>((done) => this.client.cancel(new Empty(), done));
  }

  /** Ends the plugin at once, as a crash would. Calls under way reject. */
  kill(): void {
    this.process.kill();
  }

  /** Ends the plugin as Pulumi does, and waits until it is gone. */
  async close(): Promise<void> {
    this.client.close();
    await this.process.stop();
    this.engine.close();
  }

  async #shakeHands(): Promise<void> {
    const { source } = this.process;
    const directory = resolve("directory" in source ? source.directory : source.executable, "..");
    const request = new ProviderHandshakeRequest()
      .setEngineAddress(this.engine.address)
      .setRootDirectory("directory" in source ? resolve(source.directory) : directory)
      .setProgramDirectory("directory" in source ? resolve(source.directory) : directory)
      .setInvokeWithPreview(true);
    try {
      this.#handshake = await this.#call<ProviderHandshakeResponse>((done) =>
        this.client.handshake(request, done),
      );
    } catch (error) {
      if (!isUnimplemented(error)) {
        await this.close();
        throw error;
      }
    }
  }

  /** Whoever shakes hands has previews; the others say so when they are configured. */
  get #previews(): boolean {
    return this.#handshake !== undefined || (this.#configured?.getSupportspreview() ?? false);
  }

  get #acceptsSecrets(): boolean {
    return this.#handshake?.getAcceptSecrets() ?? this.#configured?.getAcceptsecrets() ?? true;
  }

  /** What to send: a plugin that knows no secrets gets their values. */
  #struct(properties: Inputs): Struct {
    return toStruct(this.#acceptsSecrets ? properties : unwrapSecrets<Properties>(properties));
  }

  /** What was answered: where the plugin knows no secrets, what was secret in what was sent still is. */
  #properties(answer: Struct | undefined, sent: Inputs): Properties {
    const properties = fromStruct(answer);
    return this.#acceptsSecrets ? properties : (withSecretsOf(sent, properties) as Properties);
  }

  async #call<Response>(
    send: (done: (error: ServiceError | null, response: Response) => void) => void,
  ): Promise<Response> {
    try {
      return await new Promise((done, fail) => {
        send((error, response) => (error ? fail(PluginError.from(error)) : done(response)));
      });
    } catch (error) {
      if (error instanceof PluginError && error.code === status.UNAVAILABLE) {
        await this.process.settled();
        throw new PluginError(`The plugin does not answer. ${this.process.describe()}`, error.code);
      }
      throw error;
    }
  }
}

/** A request about one resource. */
interface ResourceRequest {
  setUrn(urn: string): unknown;
  setType(type: string): unknown;
  setName(name: string): unknown;
}

/** The request, with the resource that it is about. */
function addressed<Request extends ResourceRequest>(request: Request, urn: string): Request {
  const { type, name } = parseUrn(urn);
  request.setUrn(urn);
  request.setType(type);
  request.setName(name);
  return request;
}

function isUnimplemented(error: unknown): boolean {
  return error instanceof PluginError && error.code === status.UNIMPLEMENTED;
}

function failures(list: ProtocolFailure[]): CheckFailure[] {
  return list.map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() }));
}

const changes = {
  [DiffResponse.DiffChanges.DIFF_NONE]: "none",
  [DiffResponse.DiffChanges.DIFF_SOME]: "some",
  [DiffResponse.DiffChanges.DIFF_UNKNOWN]: "unknown",
} as const;

const propertyChanges = {
  [PropertyDiff.Kind.ADD]: "add",
  [PropertyDiff.Kind.ADD_REPLACE]: "add-replace",
  [PropertyDiff.Kind.DELETE]: "delete",
  [PropertyDiff.Kind.DELETE_REPLACE]: "delete-replace",
  [PropertyDiff.Kind.UPDATE]: "update",
  [PropertyDiff.Kind.UPDATE_REPLACE]: "update-replace",
} as const;

function difference(response: DiffResponse): Diff {
  const diffs = response.getDiffsList();
  const detailed: [string, PropertyChange][] = [];
  response.getDetaileddiffMap().forEach((change, path) => {
    detailed.push([path, propertyChanges[change.getKind()]]);
  });
  return {
    changes: changes[response.getChanges()],
    replaces: response.getReplacesList(),
    deleteBeforeReplace: response.getDeletebeforereplace(),
    ...(diffs.length > 0 && { diffs }),
    ...(detailed.length > 0 && { detailedDiff: Object.fromEntries(detailed) }),
  };
}

/** `azure-native:config:clientId` as `clientId`. */
function bareNames(variables: Record<string, string>): Inputs {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name.slice(name.lastIndexOf(":") + 1), value]),
  );
}

/** What was really made is really known: the engine refuses anything else, and so does this. */
function refuseUnknowns(operation: string, urn: string, outputs: Properties): void {
  for (const [property, value] of Object.entries(outputs)) {
    if (containsUnknown(value)) {
      throw new PluginError(`The plugin answered the ${operation} of ${urn} with an unknown '${property}'.`);
    }
  }
}
