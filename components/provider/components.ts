import { join } from "node:path";
import { getAsset, isSea } from "node:sea";
import { Worker } from "node:worker_threads";
import { Client, credentials } from "@grpc/grpc-js";

interface Server {
  readonly client: Client;
  /** Fails when the server ends. */
  readonly end: Promise<never>;
}

/**
 * Constructs components for programs in other languages. Only Pulumi's SDK can do that, and only in a server of its own,
 * which prints its port: it runs in a thread, from the first component on, and the messages are handed on as they came.
 * So a plugin that constructs nothing does not load the SDK, which takes most of a second.
 */
export class Components {
  private server: Promise<Server> | undefined;

  /**
   * @param engineAddress where the engine listens: the same in every call
   * @throws Error where the thread does not start, or ends: the next call starts another one
   */
  async construct(request: Buffer, engineAddress: string): Promise<Buffer> {
    this.server ??= this.start(engineAddress);
    const { client, end } = await this.server;
    return Promise.race([end, call(client, request)]);
  }

  private start(engineAddress: string): Promise<Server> {
    const options = { argv: [engineAddress], stdout: true };
    // A single executable has its files in itself, where a thread cannot be started from.
    const thread = isSea()
      ? new Worker(getAsset("component.js", "utf8"), { ...options, eval: true })
      : new Worker(join(__dirname, "component.js"), options);
    const end = new Promise<never>((_, reject) => {
      const fail = (why: string) => {
        this.server = undefined;
        reject(new Error(`the thread that constructs components has ended: ${why}`));
      };
      // The message may hold a secret.
      thread.once("error", (error) => fail(`${error.name}, which nobody has caught. Please report it`));
      thread.once("exit", (code) => fail(`exit code ${code}. Please report it`));
    });
    const listening = new Promise<Server>((resolve) => {
      thread.stdout.setEncoding("utf8").once("data", (port: string) => {
        const channel = {
          "grpc.max_receive_message_length": -1,
          "grpc.max_send_message_length": -1,
          // A proxy for the internet is not one for loopback.
          "grpc.enable_http_proxy": 0,
        };
        const client = new Client(`127.0.0.1:${port.trim()}`, credentials.createInsecure(), channel);
        resolve({ client, end });
      });
    });
    return Promise.race([end, listening]);
  }
}

function call(server: Client, request: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const asItIs = (message: Buffer) => message;
    server.makeUnaryRequest<Buffer, Buffer>(
      "/pulumirpc.ResourceProvider/Construct",
      asItIs,
      asItIs,
      request,
      (error, response) => (error ? reject(error) : resolve(response ?? Buffer.alloc(0))),
    );
  });
}
