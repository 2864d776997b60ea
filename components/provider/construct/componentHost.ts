import { join } from "node:path";
import { getAsset, isSea } from "node:sea";
import { Worker } from "node:worker_threads";
import { Client, credentials } from "@grpc/grpc-js";

interface Server {
  readonly client: Client;
  /** Rejects when the worker thread ends. */
  readonly end: Promise<never>;
}

/**
 * Constructs components for programs in other languages. Only Pulumi's SDK can construct a component, and only in a server
 * that it starts and whose port it prints. The SDK takes most of a second to load, so it runs in a worker thread that
 * starts with the first component.
 */
export class ComponentHost {
  private server: Promise<Server> | undefined;

  /**
   * @param engineAddress where the engine listens: the same in every call
   * @returns the serialized response
   * @throws Error if the worker thread does not start, or ends: the next call starts another thread
   */
  async construct(request: Buffer, engineAddress: string): Promise<Buffer> {
    this.server ??= this.start(engineAddress);
    const { client, end } = await this.server;
    return Promise.race([end, call(client, request)]);
  }

  private start(engineAddress: string): Promise<Server> {
    const options = { argv: [engineAddress], stdout: true };
    // A single executable contains its files, and a thread cannot start from one of them.
    const thread = isSea()
      ? new Worker(getAsset("construct.js", "utf8"), { ...options, eval: true })
      : new Worker(join(__dirname, "construct.js"), options);
    const end = new Promise<never>((_, reject) => {
      const fail = (why: string) => {
        this.server = undefined;
        reject(new Error(`the thread that constructs components has ended: ${why}`));
      };
      // The message may contain a secret.
      thread.once("error", (error) => fail(`${error.name}, an uncaught error. Please report it`));
      thread.once("exit", (code) => fail(`exit code ${code}. Please report it`));
    });
    const listening = new Promise<Server>((resolve) => {
      thread.stdout.setEncoding("utf8").once("data", (port: string) => {
        const channel = {
          "grpc.max_receive_message_length": -1,
          "grpc.max_send_message_length": -1,
          // Loopback needs no proxy.
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
