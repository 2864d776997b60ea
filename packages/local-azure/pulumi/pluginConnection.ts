/** A running plugin and the connection to it, as Pulumi's engine makes it. */
import { resolve } from "node:path";
import { credentials, type ServiceError, status } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import {
  type ConfigureRequest,
  type ConfigureResponse,
  ProviderHandshakeRequest,
  type ProviderHandshakeResponse,
} from "@pulumi/pulumi/proto/provider_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { fromStruct, type Properties, toStruct, unwrapSecrets, withSecretsOf } from "provider-server";
import { Engine } from "./engine.js";
import { PluginError } from "./pluginError.js";
import { PluginProcess, type PluginSettings, type PluginSource } from "./pluginProcess.js";

export type Inputs = Record<string, unknown>;

export class PluginConnection {
  #configured: ConfigureResponse | undefined;
  #handshake: ProviderHandshakeResponse | undefined;

  private constructor(
    readonly process: PluginProcess,
    readonly client: ResourceProviderClient,
    readonly engine: Engine,
  ) {}

  /** Starts a plugin and resolves when it responds. */
  static async open(source: PluginSource, settings: PluginSettings): Promise<PluginConnection> {
    const engine = await Engine.start();
    try {
      const { process, port } = await PluginProcess.start(source, engine.address, settings);
      const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
        "grpc.max_receive_message_length": -1,
        "grpc.max_send_message_length": -1,
        // No proxy for loopback.
        "grpc.enable_http_proxy": 0,
      });
      const connection = new PluginConnection(process, client, engine);
      await connection.#shakeHands();
      return connection;
    } catch (error) {
      engine.close();
      throw error;
    }
  }

  async configure(request: ConfigureRequest): Promise<void> {
    this.#configured = await this.call<ConfigureResponse>((done) => this.client.configure(request, done));
  }

  /** Stops the plugin as Pulumi does, and resolves when its process has ended. */
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
      this.#handshake = await this.call<ProviderHandshakeResponse>((done) =>
        this.client.handshake(request, done),
      );
    } catch (error) {
      if (!isUnimplemented(error)) {
        await this.close();
        throw error;
      }
    }
  }

  /** Whether the plugin has previews: a plugin with a Handshake always has, another plugin returns it in Configure. */
  get previews(): boolean {
    return this.#handshake !== undefined || (this.#configured?.getSupportspreview() ?? false);
  }

  get #acceptsSecrets(): boolean {
    return this.#handshake?.getAcceptSecrets() ?? this.#configured?.getAcceptsecrets() ?? true;
  }

  /** The properties to send: a plugin that does not accept secrets gets their values. */
  struct(properties: Inputs): Struct {
    return toStruct(this.#acceptsSecrets ? properties : unwrapSecrets<Properties>(properties));
  }

  /** The properties in a response. If the plugin does not accept secrets, the secrets of the request stay secret. */
  properties(response: Struct | undefined, sent: Inputs): Properties {
    const properties = fromStruct(response);
    return this.#acceptsSecrets ? properties : (withSecretsOf(sent, properties) as Properties);
  }

  async call<Response>(
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

/** Whether a plugin does not implement a call. */
export function isUnimplemented(error: unknown): boolean {
  return error instanceof PluginError && error.code === status.UNIMPLEMENTED;
}
