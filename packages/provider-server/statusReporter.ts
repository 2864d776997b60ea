/** What a provider tells the engine while it works. */
import { credentials } from "@grpc/grpc-js";
import { printable } from "./printable.js";
import { showsStatus } from "./terminal.js";

/** Only a provider that has something to say loads the messages for it. */
const load = async () => ({
  ...(await import("@pulumi/pulumi/proto/engine_grpc_pb.js")).default,
  ...(await import("@pulumi/pulumi/proto/engine_pb.js")).default,
});

type Client = InstanceType<Awaited<ReturnType<typeof load>>["EngineClient"]>;

/** The engine overlooks an empty message, and the last one would stay. This is one of nothing but the usual colour. */
const nothing = "<{%reset%}>";

/**
 * Shows what goes on in the Status column beside a resource, as messages that the engine calls ephemeral: they are in no
 * list of diagnostics. Where they would be printed all the same nothing is sent. Nothing depends on them, so nothing of it
 * fails or has to be waited for.
 */
export class StatusReporter {
  private isShown: boolean | undefined;
  private client: Promise<Client> | undefined;
  /** The message before: the engine takes several at a time, and the last one is to be the last. */
  private before = Promise.resolve();

  /** @param address where the engine listens; empty where there is none, and nothing is shown */
  constructor(private readonly address: string) {}

  /** @param message replaces the last one about the same resource; an empty one takes it away */
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
    // A proxy for the internet is not one for loopback.
    return new EngineClient(this.address, credentials.createInsecure(), { "grpc.enable_http_proxy": 0 });
  }
}
