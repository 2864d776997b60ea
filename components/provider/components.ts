import { join } from "node:path";
import { getAsset, isSea } from "node:sea";
import { Worker } from "node:worker_threads";
import { Client, credentials } from "@grpc/grpc-js";

/**
 * Constructs components for programs in other languages. Only Pulumi's SDK can do that, and only in a server of its own,
 * which prints its port: it runs in a thread, from the first component on, and the messages are handed on as they came.
 * So a plugin that constructs nothing does not load the SDK, which takes most of a second.
 */
export class Components {
  private server: Promise<Client> | undefined;

  /** @param engineAddress where the engine listens: the same in every call */
  async construct(request: Buffer, engineAddress: string): Promise<Buffer> {
    this.server ??= startServer(engineAddress);
    const server = await this.server;
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
}

/** Resolves when the server listens. It ends with the process. */
function startServer(engineAddress: string): Promise<Client> {
  const options = { argv: [engineAddress], stdout: true };
  // A single executable has its files in itself, where a thread cannot be started from.
  const thread = isSea()
    ? new Worker(getAsset("component.js", "utf8"), { ...options, eval: true })
    : new Worker(join(__dirname, "component.js"), options);
  return new Promise((resolve, reject) => {
    thread.once("error", reject);
    thread.stdout.setEncoding("utf8").once("data", (port: string) => {
      const channel = {
        "grpc.max_receive_message_length": -1,
        "grpc.max_send_message_length": -1,
        // A proxy for the internet is not one for loopback.
        "grpc.enable_http_proxy": 0,
      };
      resolve(new Client(`127.0.0.1:${port.trim()}`, credentials.createInsecure(), channel));
    });
    thread.once("exit", () =>
      reject(new Error("the thread that constructs components ended before it listened")),
    );
  });
}
