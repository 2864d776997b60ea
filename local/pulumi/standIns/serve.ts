/** Serves a stand-in provider over the protocol that Pulumi's engine speaks to plugins. */
import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceError,
  type sendUnaryData,
  status,
} from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb.js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import {
  CheckFailure,
  type CheckRequest,
  CheckResponse,
  type ConfigureRequest,
  ConfigureResponse,
  type CreateRequest,
  CreateResponse,
  type DeleteRequest,
  type DiffRequest,
  DiffResponse,
  ErrorResourceInitFailed,
  GetSchemaResponse,
  type InvokeRequest,
  InvokeResponse,
  PropertyDiff,
  type ReadRequest,
  ReadResponse,
  type UpdateRequest,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb.js";
import { Status } from "@pulumi/pulumi/proto/status_pb.js";
import { Any } from "google-protobuf/google/protobuf/any_pb.js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import { fromStruct, toStruct } from "../structs.js";
import { parseUrn } from "../values.js";
import { type Changes, PartialFailure, type StandInProvider } from "./provider.js";

/**
 * Starts serving on loopback and prints the port, which is how a plugin introduces itself. The process ends when
 * Pulumi interrupts it, or when whoever started it is gone.
 */
export function serve(provider: StandInProvider): void {
  const server = new Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  server.addService(ResourceProviderService, handlers(provider));
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error) {
      throw error;
    }
    process.stdout.write(`${port}\n`);
  });
  process.stdin.on("end", () => process.exit()).resume();
}

/** There is no handshake: like the providers they stand for, these say what they can do when configured. */
function handlers(provider: StandInProvider) {
  return {
    getPluginInfo: answer(() => new PluginInfo().setVersion(provider.version)),
    getSchema: answer(() => new GetSchemaResponse().setSchema(JSON.stringify(provider.schema()))),
    checkConfig: answer((request: CheckRequest) => new CheckResponse().setInputs(request.getNews())),
    diffConfig: answer(() => new DiffResponse()),
    configure: answer((request: ConfigureRequest) => {
      const variables: [string, string][] = request.getVariablesMap().getEntryList();
      provider.configure(
        new Map(variables.map(([name, value]) => [name.slice(name.lastIndexOf(":") + 1), value])),
      );
      return new ConfigureResponse().setSupportspreview(true);
    }),

    check: answer(async (request: CheckRequest) => {
      const checked = await provider.check(
        parseUrn(request.getUrn()),
        known(request.getOlds()),
        known(request.getNews()),
        request.getRandomseed_asU8(),
      );
      return new CheckResponse()
        .setInputs(toStruct(checked.inputs))
        .setFailuresList(
          checked.failures.map(({ property, reason }) =>
            new CheckFailure().setProperty(property).setReason(reason),
          ),
        );
    }),
    diff: answer((request: DiffRequest) => {
      const olds = known(request.getOldInputs() ?? request.getOlds());
      return difference(provider.diff(parseUrn(request.getUrn()), olds, known(request.getNews())));
    }),
    create: answer(async (request: CreateRequest) => {
      const resource = parseUrn(request.getUrn());
      const inputs = known(request.getProperties());
      if (request.getPreview()) {
        return new CreateResponse().setProperties(toStruct(provider.previewCreate(resource, inputs)));
      }
      const { id, outputs } = await provider.create(resource, inputs);
      return new CreateResponse().setId(id).setProperties(toStruct(outputs));
    }),
    read: answer(async (request: ReadRequest) => {
      const inputs = request.getInputs();
      const old = inputs && { inputs: known(inputs), outputs: known(request.getProperties()) };
      const state = await provider.read(parseUrn(request.getUrn()), request.getId(), old);
      if (!state) {
        return new ReadResponse();
      }
      return new ReadResponse()
        .setId(state.id)
        .setProperties(toStruct(state.outputs))
        .setInputs(toStruct(state.inputs));
    }),
    update: answer(async (request: UpdateRequest) => {
      const resource = parseUrn(request.getUrn());
      const news = known(request.getNews());
      const outputs = request.getPreview()
        ? provider.previewUpdate(resource, known(request.getOlds()), news)
        : await provider.update(resource, request.getId(), news);
      return new UpdateResponse().setProperties(toStruct(outputs));
    }),
    delete: answer(async (request: DeleteRequest) => {
      await provider.delete(parseUrn(request.getUrn()), request.getId());
      return new Empty();
    }),
    invoke: answer(async (request: InvokeRequest) => {
      const result = await provider.invoke(request.getTok(), known(request.getArgs()));
      return new InvokeResponse().setReturn(toStruct(result));
    }),
    // With PULUMI_DEBUG_PROVIDERS the engine comes to a plugin that runs already.
    attach: answer(() => new Empty()),
    cancel: answer(() => {
      provider.cancel();
      return new Empty();
    }),
  };
}

/** A property that is null is one that is not there. */
function known(struct: Parameters<typeof fromStruct>[0]) {
  return Object.fromEntries(Object.entries(fromStruct(struct)).filter(([, value]) => value !== null));
}

function answer<Request, Response>(handle: (request: Request) => Response | Promise<Response>) {
  return async (call: ServerUnaryCall<Request, Response>, done: sendUnaryData<Response>) => {
    try {
      done(null, await handle(call.request));
    } catch (error) {
      done(failure(error));
    }
  };
}

function failure(error: unknown): Partial<ServiceError> {
  const message = error instanceof Error ? error.message : String(error);
  const metadata = new Metadata();
  if (error instanceof PartialFailure) {
    metadata.set("grpc-status-details-bin", Buffer.from(partialState(error).serializeBinary()));
  }
  return { code: status.UNKNOWN, details: message, metadata };
}

/** The engine saves a resource that was made by halves when the details of the failure say so. */
function partialState({ message, state }: PartialFailure): Status {
  const failed = new ErrorResourceInitFailed()
    .setId(state.id)
    .setProperties(toStruct(state.outputs))
    .setInputs(toStruct(state.inputs))
    .setReasonsList([message]);
  const detail = new Any();
  detail.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const result = new Status().setCode(status.UNKNOWN).setMessage(message);
  result.addDetails(detail);
  return result;
}

const kinds = {
  add: [PropertyDiff.Kind.ADD, PropertyDiff.Kind.ADD_REPLACE],
  delete: [PropertyDiff.Kind.DELETE, PropertyDiff.Kind.DELETE_REPLACE],
  update: [PropertyDiff.Kind.UPDATE, PropertyDiff.Kind.UPDATE_REPLACE],
} as const;

function difference(changes: Changes): DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = DiffResponse.DiffChanges;
  const response = new DiffResponse()
    .setChanges(changes.properties.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setDiffsList(changes.properties)
    .setReplacesList(changes.replaces)
    .setDeletebeforereplace(changes.deleteBeforeReplace)
    .setHasdetaileddiff(changes.paths !== undefined);
  for (const [path, kind] of changes.paths ?? []) {
    const [update, replace] = kinds[kind];
    const replaces = changes.replaces.includes(path.split(/[.[]/, 1)[0] ?? "");
    response
      .getDetaileddiffMap()
      .set(path, new PropertyDiff().setInputdiff(true).setKind(replaces ? replace : update));
  }
  return response;
}
