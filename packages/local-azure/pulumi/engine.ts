/** The part of Pulumi's engine that a plugin calls: the log and the root resource. */
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import {
  GetRootResourceResponse,
  type LogRequest,
  type SetRootResourceRequest,
  SetRootResourceResponse,
} from "@pulumi/pulumi/proto/engine_pb.js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";

/** One message that a plugin logged with `pulumi.log`. */
export interface LogMessage {
  severity: "debug" | "info" | "warning" | "error";
  message: string;
  /** The message's resource; empty without one. */
  urn: string;
  /** Whether it appears only in the Status column, and in no log. */
  ephemeral: boolean;
}

const severities = ["debug", "info", "warning", "error"] as const;

/** An Engine service on loopback that keeps the messages of plugins. */
export class Engine {
  readonly messages: LogMessage[] = [];
  #rootResource = "";

  private constructor(
    readonly address: string,
    private readonly server: Server,
  ) {}

  static async start(): Promise<Engine> {
    const server = new Server();
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    const engine = new Engine(`127.0.0.1:${port}`, server);
    server.addService(EngineService, {
      log: (call: ServerUnaryCall<LogRequest, Empty>, done: sendUnaryData<Empty>) => {
        const request = call.request;
        engine.messages.push({
          severity: severities[request.getSeverity()] ?? "info",
          message: request.getMessage(),
          urn: request.getUrn(),
          ephemeral: request.getEphemeral(),
        });
        done(null, new Empty());
      },
      getRootResource: (_call: unknown, done: sendUnaryData<GetRootResourceResponse>) =>
        done(null, new GetRootResourceResponse().setUrn(engine.#rootResource)),
      setRootResource: (
        call: ServerUnaryCall<SetRootResourceRequest, SetRootResourceResponse>,
        done: sendUnaryData<SetRootResourceResponse>,
      ) => {
        engine.#rootResource = call.request.getUrn();
        done(null, new SetRootResourceResponse());
      },
    });
    return engine;
  }

  close(): void {
    this.server.forceShutdown();
  }
}
