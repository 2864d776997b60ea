/** Messages of a provider about an operation that is running. */
import { credentials } from "@grpc/grpc-js";
import { printable } from "./printable.js";
import { showsStatus } from "./terminal.js";

/** Loads the messages with the first report only. */
const load = async () => ({
  ...(await import("@pulumi/pulumi/proto/engine_grpc_pb.js")).default,
  ...(await import("@pulumi/pulumi/proto/engine_pb.js")).default,
});

type Client = InstanceType<Awaited<ReturnType<typeof load>>["EngineClient"]>;

/** Clears the column. The engine ignores an empty message; this message has only a colour code. */
const nothing = "<{%reset%}>";

/**
 * Shows messages in the Status column beside a resource. They are ephemeral: not in the diagnostics of a run. Nothing is sent
 * where Pulumi would print them as lines. A failure to send is ignored, and nobody waits for it.
 */
export class StatusReporter {
  private isShown: boolean | undefined;
  private client: Promise<Client> | undefined;
  /** The previous message: sends them in order, because the engine handles several at a time. */
  private before = Promise.resolve();

  /** @param address the engine's host and port; empty without an engine, and nothing is sent */
  constructor(private readonly address: string) {}

  /** @param message replaces the previous message about the resource; empty clears it */
  show(urn: string, message: string): void {
    this.isShown ??= this.address !== "" && showsStatus();
    if (this.isShown) {
      this.before = this.before
        .then(() => this.send(urn, printable(message) || nothing))
        .catch(() => undefined);
    }
  }

  private async send(urn: string, message: string): Promise<void> {
    const { LogRequest, LogSeverity } = await load();
    this.client ??= this.connect();
    const client = await this.client;
    const request = new LogRequest()
      .setSeverity(LogSeverity.INFO)
      .setUrn(urn)
      .setMessage(message)
      .setEphemeral(true);
    await new Promise<void>((done) => client.log(request, () => done()));
  }

  private async connect(): Promise<Client> {
    const { EngineClient } = await load();
    // Loopback needs no proxy.
    return new EngineClient(this.address, credentials.createInsecure(), { "grpc.enable_http_proxy": 0 });
  }
}
