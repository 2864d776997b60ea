/** A client for Pulumi resource plugins in the place of Pulumi's engine: for tests, and for local runs without the engine. */

import { randomBytes } from "node:crypto";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb.js";
import {
  CheckRequest,
  type CheckResponse,
  ConfigureRequest,
  CreateRequest,
  type CreateResponse,
  DeleteRequest,
  DiffRequest,
  type DiffResponse,
  GetSchemaRequest,
  type GetSchemaResponse,
  InvokeRequest,
  type InvokeResponse,
  ReadRequest,
  type ReadResponse,
  UpdateRequest,
  type UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb.js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import { type CheckFailure, fromStruct, type Properties, toStruct } from "provider-server";
import type { LogMessage } from "./engine.js";
import { type Inputs, isUnimplemented, PluginConnection } from "./pluginConnection.js";
import { PluginError } from "./pluginError.js";
import type { PluginProcess, PluginSettings, PluginSource } from "./pluginProcess.js";
import { bareNames, withUrn } from "./pluginRequests.js";
import { type Diff, difference, failures, refuseUnknowns } from "./pluginResponses.js";

/**
 * A running plugin. Values are plain objects with secrets in their envelopes (see `secret`, `unwrapSecrets`) and unknown
 * values as `unknown`. Calls that fail reject with a {@link PluginError}.
 */
export class PluginClient {
  private constructor(private readonly connection: PluginConnection) {}

  /**
   * Starts a plugin and resolves when it responds.
   *
   * @param source the folder of a plugin for Node, with its executable or a PulumiPlugin.yaml, or an executable
   * @throws Error with the plugin's output if it does not start within a minute
   */
  static async start(source: PluginSource, settings: PluginSettings = {}): Promise<PluginClient> {
    return new PluginClient(await PluginConnection.open(source, settings));
  }

  get process(): PluginProcess {
    return this.connection.process;
  }

  /** What the plugin wrote to stderr, and to stdout after its port. */
  get log(): string {
    return this.process.log;
  }

  /** What the plugin logged through the engine (`pulumi.log`). */
  get engineLog(): readonly LogMessage[] {
    return this.connection.engine.messages;
  }

  get pid(): number {
    return this.process.pid;
  }

  /**
   * Checks a provider's configuration.
   *
   * @param news keyed by bare names, such as `clientId`
   * @returns undefined if the plugin does not implement the check
   */
  async checkConfig(
    news: Inputs,
    olds: Inputs = {},
  ): Promise<{ inputs: Properties; failures: CheckFailure[] } | undefined> {
    const request = new CheckRequest().setOlds(toStruct(olds)).setNews(toStruct(news));
    try {
      const response = await this.connection.call<CheckResponse>((done) =>
        this.connection.client.checkConfig(request, done),
      );
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
   * Configures the plugin: once, before every call except for its schema.
   *
   * @param variables keyed by full names, such as `azure-native:config:clientId`
   * @param args the configuration by bare names, with secrets marked. Default: from the variables
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
    await this.connection.configure(request);
  }

  /** The plugin's parsed schema; an empty object if it has none. */
  async getSchema(): Promise<unknown> {
    const request = new GetSchemaRequest().setVersion(0);
    const response = await this.connection.call<GetSchemaResponse>((done) =>
      this.connection.client.getSchema(request, done),
    );
    return JSON.parse(response.getSchema() || "{}");
  }

  async getPluginInfo(): Promise<{ version: string }> {
    const info = await this.connection.call<PluginInfo>((done) =>
      this.connection.client.getPluginInfo(new Empty(), done),
    );
    return { version: info.getVersion() };
  }

  /** @param olds the inputs in the state; empty for a new resource */
  async check(
    urn: string,
    olds: Inputs,
    news: Inputs,
  ): Promise<{ inputs: Properties; failures: CheckFailure[] }> {
    const request = withUrn(new CheckRequest(), urn)
      .setOlds(this.connection.struct(olds))
      .setNews(this.connection.struct(news))
      .setRandomseed(randomBytes(32));
    const response = await this.connection.call<CheckResponse>((done) =>
      this.connection.client.check(request, done),
    );
    return {
      inputs: this.connection.properties(response.getInputs(), news),
      failures: failures(response.getFailuresList()),
    };
  }

  /** @param olds the outputs in the state; `oldInputs` are its inputs */
  async diff(id: string, urn: string, olds: Inputs, news: Inputs, oldInputs?: Inputs): Promise<Diff> {
    const request = withUrn(new DiffRequest(), urn)
      .setId(id)
      .setOlds(this.connection.struct(olds))
      .setNews(this.connection.struct(news))
      .setOldInputs(oldInputs && this.connection.struct(oldInputs));
    return difference(
      await this.connection.call<DiffResponse>((done) => this.connection.client.diff(request, done)),
    );
  }

  /**
   * Creates a resource, or previews the creation.
   *
   * @param options `timeoutSeconds` is the program's `customTimeouts`
   * @returns in a preview an empty id, and the inputs if the plugin has no previews
   * @throws PluginError, with `partial` if the resource was partially created
   */
  async create(
    urn: string,
    inputs: Inputs,
    { preview = false, timeoutSeconds = 0 }: { preview?: boolean; timeoutSeconds?: number } = {},
  ): Promise<{ id: string; outputs: Properties }> {
    if (preview && !this.connection.previews) {
      return { id: "", outputs: fromStruct(toStruct(inputs)) };
    }
    const request = withUrn(new CreateRequest(), urn)
      .setProperties(this.connection.struct(inputs))
      .setTimeout(timeoutSeconds)
      .setPreview(preview);
    const response = await this.connection.call<CreateResponse>((done) =>
      this.connection.client.create(request, done),
    );
    const outputs = this.connection.properties(response.getProperties(), inputs);
    if (!preview) {
      if (!response.getId()) {
        throw new PluginError(`The plugin returned no id for the creation of ${urn}.`);
      }
      refuseUnknowns("creation", urn, outputs);
    }
    return { id: response.getId(), outputs };
  }

  /**
   * Reads a resource's current state.
   *
   * @param outputs the outputs in the state; empty for an import
   * @param inputs the inputs in the state; omitted for an import
   * @returns undefined for a deleted resource
   */
  async read(
    id: string,
    urn: string,
    outputs: Inputs,
    inputs?: Inputs,
  ): Promise<{ id: string; outputs: Properties; inputs: Properties } | undefined> {
    const request = withUrn(new ReadRequest(), urn)
      .setId(id)
      .setProperties(this.connection.struct(outputs))
      .setInputs(inputs && this.connection.struct(inputs));
    const response = await this.connection.call<ReadResponse>((done) =>
      this.connection.client.read(request, done),
    );
    if (!response.getId()) {
      return undefined;
    }
    return {
      id: response.getId(),
      outputs: this.connection.properties(response.getProperties(), outputs),
      inputs: this.connection.properties(response.getInputs(), inputs ?? {}),
    };
  }

  /**
   * Updates a resource, or previews the update.
   *
   * @param olds the outputs in the state; `oldInputs` are its inputs
   * @returns the new outputs; in a preview the new inputs if the plugin has no previews
   */
  async update(
    id: string,
    urn: string,
    olds: Inputs,
    news: Inputs,
    oldInputs?: Inputs,
    { preview = false }: { preview?: boolean } = {},
  ): Promise<Properties> {
    if (preview && !this.connection.previews) {
      return fromStruct(toStruct(news));
    }
    const request = withUrn(new UpdateRequest(), urn)
      .setId(id)
      .setOlds(this.connection.struct(olds))
      .setNews(this.connection.struct(news))
      .setOldInputs(oldInputs && this.connection.struct(oldInputs))
      .setPreview(preview);
    const response = await this.connection.call<UpdateResponse>((done) =>
      this.connection.client.update(request, done),
    );
    const outputs = this.connection.properties(response.getProperties(), news);
    if (!preview) {
      refuseUnknowns("update", urn, outputs);
    }
    return outputs;
  }

  async delete(id: string, urn: string, outputs: Inputs, inputs?: Inputs): Promise<void> {
    const request = withUrn(new DeleteRequest(), urn)
      .setId(id)
      .setProperties(this.connection.struct(outputs))
      .setOldInputs(inputs && this.connection.struct(inputs));
    await this.connection.call<Empty>((done) => this.connection.client.delete(request, done));
  }

  /** @param token the function, for example `azure-native:containerregistry:getRegistry` */
  async invoke(token: string, args: Inputs): Promise<{ result: Properties; failures: CheckFailure[] }> {
    const request = new InvokeRequest().setTok(token).setArgs(this.connection.struct(args));
    const response = await this.connection.call<InvokeResponse>((done) =>
      this.connection.client.invoke(request, done),
    );
    return {
      result: fromStruct(response.getReturn()),
      failures: failures(response.getFailuresList()),
    };
  }

  /** Asks the plugin to cancel its calls. */
  async cancel(): Promise<void> {
    await this.connection.call<Empty>((done) => this.connection.client.cancel(new Empty(), done));
  }

  /** Kills the plugin, as a crash would. Calls in progress reject. */
  kill(): void {
    this.process.kill();
  }

  /** Stops the plugin as Pulumi does, and resolves when its process has ended. */
  close(): Promise<void> {
    return this.connection.close();
  }
}
