/** Serves a provider over the protocol that Pulumi's engine speaks to plugins. */
import { fstatSync } from "node:fs";
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import { type PluginAttach, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb.js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import {
  type CheckRequest,
  CheckResponse,
  type ConfigureRequest,
  ConfigureResponse,
  type CreateRequest,
  CreateResponse,
  type DeleteRequest,
  type DiffRequest,
  DiffResponse,
  GetSchemaResponse,
  type InvokeRequest,
  InvokeResponse,
  type ReadRequest,
  ReadResponse,
  type UpdateRequest,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb.js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import { exitOnUncaughtError } from "./crashReport.js";
import type { Autonaming, Provider } from "./provider.js";
import { checkResponse, diffResponse, errorResponse } from "./responses.js";
import { StatusReporter } from "./statusReporter.js";
import { fromStruct, toStruct } from "./structs.js";
import { parseUrn } from "./values.js";

/**
 * Serves on loopback and prints the port, which the engine reads. The process exits when Pulumi interrupts it, when its parent
 * process exits, or after an uncaught error.
 */
export function serve(provider: Provider): void {
  exitOnUncaughtError(provider.version);
  const server = new Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  server.addService(service, handlers(provider, engineAddress(process.argv.slice(2))));
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error) {
      throw error;
    }
    process.stdout.write(`${port}\n`);
  });
  // The engine keeps a pipe to a plugin open. Another input, such as /dev/null, ends at once and means nothing.
  const input = fstatSync(0);
  if (input.isFIFO() || input.isSocket()) {
    process.stdin.on("end", () => process.exit()).resume();
  }
}

/** A request to construct a component is passed on as bytes. */
const service = {
  ...ResourceProviderService,
  construct: {
    ...ResourceProviderService.construct,
    requestDeserialize: (message: Buffer) => message,
    responseSerialize: (message: Buffer) => message,
  },
};

/** The engine's address: the argument that is not a flag. */
function engineAddress(args: readonly string[]): string {
  const rest = args.filter((arg, index) => !arg.startsWith("-") && args[index - 1] !== "--tracing");
  return rest[0] ?? "";
}

/** The provider announces its features in the response to Configure, not in a handshake. */
function handlers(provider: Provider, startedBy: string) {
  let engine = startedBy;
  let status = new StatusReporter(engine);
  const resourceOf = (request: { getUrn(): string; getTimeout?(): number }) => {
    const urn = request.getUrn();
    const timeoutMs = (request.getTimeout?.() ?? 0) * 1000;
    return {
      urn,
      ...parseUrn(urn),
      showStatus: (message: string) => status.show(urn, message),
      ...(timeoutMs > 0 && { timeoutMs }),
    };
  };
  return {
    getPluginInfo: handler(() => new PluginInfo().setVersion(provider.version)),
    getSchema: handler(() => new GetSchemaResponse().setSchema(provider.schema())),
    checkConfig: handler((request: CheckRequest) => new CheckResponse().setInputs(request.getNews())),
    diffConfig: handler(() => new DiffResponse()),
    configure: handler((request: ConfigureRequest) => {
      const variables: [string, string][] = request.getVariablesMap().getEntryList();
      provider.configure(
        new Map(variables.map(([name, value]) => [name.slice(name.lastIndexOf(":") + 1), value])),
      );
      return new ConfigureResponse()
        .setSupportspreview(true)
        .setSupportsAutonamingConfiguration(provider.supportsAutonaming ?? false)
        .setAcceptsecrets(provider.acceptsSecrets)
        .setAcceptresources(provider.construct !== undefined)
        .setAcceptoutputs(provider.construct !== undefined);
    }),

    check: handler(async (request: CheckRequest) => {
      const olds = withoutNulls(request.getOlds());
      const news = withoutNulls(request.getNews());
      const seed = request.getRandomseed_asU8();
      return checkResponse(
        await provider.check(resourceOf(request), olds, news, seed, autonamingOf(request)),
      );
    }),
    diff: handler(async (request: DiffRequest) =>
      diffResponse(
        await provider.diff(resourceOf(request), oldState(request), withoutNulls(request.getNews())),
      ),
    ),
    create: handler(async (request: CreateRequest) => {
      const inputs = withoutNulls(request.getProperties());
      if (request.getPreview()) {
        const expected = await provider.previewCreate(resourceOf(request), inputs);
        return new CreateResponse().setProperties(toStruct(expected));
      }
      const { id, outputs } = await provider.create(resourceOf(request), inputs);
      return new CreateResponse().setId(id).setProperties(toStruct(outputs));
    }),
    read: handler(async (request: ReadRequest) => {
      const inputs = request.getInputs();
      const old = { outputs: withoutNulls(request.getProperties()), inputs: inputs && withoutNulls(inputs) };
      const state = await provider.read(resourceOf(request), request.getId(), old);
      if (!state) {
        return new ReadResponse();
      }
      return new ReadResponse()
        .setId(state.id)
        .setProperties(toStruct(state.outputs))
        .setInputs(toStruct(state.inputs));
    }),
    update: handler(async (request: UpdateRequest) => {
      const resource = resourceOf(request);
      const news = withoutNulls(request.getNews());
      const outputs = request.getPreview()
        ? await provider.previewUpdate(resource, oldState(request), news)
        : await provider.update(resource, oldState(request), news);
      return new UpdateResponse().setProperties(toStruct(outputs));
    }),
    delete: handler(async (request: DeleteRequest) => {
      const id = request.getId();
      const outputs = withoutNulls(request.getProperties());
      await provider.delete(resourceOf(request), {
        id,
        outputs,
        inputs: withoutNulls(request.getOldInputs()),
      });
      return new Empty();
    }),
    invoke: handler(async (request: InvokeRequest) => {
      const result = await provider.invoke(request.getTok(), withoutNulls(request.getArgs()));
      return new InvokeResponse().setReturn(toStruct(result));
    }),
    ...(provider.construct && {
      construct: handler((request: Buffer) => provider.construct?.(request, engine)),
    }),
    // With PULUMI_DEBUG_PROVIDERS the engine attaches to a running plugin.
    attach: handler((request: PluginAttach) => {
      engine = request.getAddress();
      status = new StatusReporter(engine);
      return new Empty();
    }),
    cancel: handler(() => {
      provider.cancel();
      return new Empty();
    }),
  };
}

const modes = ["propose", "enforce", "disable"] as const;

function autonamingOf(request: CheckRequest): Autonaming | undefined {
  const options = request.getAutonaming();
  return options && { mode: modes[options.getMode()] ?? "propose", proposedName: options.getProposedName() };
}

function oldState(request: DiffRequest | UpdateRequest) {
  return {
    id: request.getId(),
    outputs: withoutNulls(request.getOlds()),
    inputs: withoutNulls(request.getOldInputs()),
  };
}

/** Treats a property that is null as absent. */
function withoutNulls(struct: Parameters<typeof fromStruct>[0]) {
  return Object.fromEntries(Object.entries(fromStruct(struct)).filter(([, value]) => value !== null));
}

function handler<Request, Response>(handle: (request: Request) => Response | Promise<Response>) {
  return async (call: ServerUnaryCall<Request, Response>, respond: sendUnaryData<Response>) => {
    try {
      respond(null, await handle(call.request));
    } catch (error) {
      respond(errorResponse(error));
    }
  };
}
