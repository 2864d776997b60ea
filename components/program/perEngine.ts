import { isMainThread } from "node:worker_threads";
import * as pulumi from "@pulumi/pulumi";

/** The part of a gRPC client that its type in Pulumi's SDK leaves out. */
interface GrpcClient {
  getChannel?(): { getTarget(): string };
}

/** One value for each engine that this process runs a program for. */
export class PerEngine<T> {
  private readonly byClient = new WeakMap<object, T>();
  private readonly byAddress = new Map<string, T>();

  constructor(private readonly make: () => T) {}

  /** The value for the engine of the current program. */
  get(): T {
    const client = pulumi.runtime.getMonitor() as object as GrpcClient;
    // In the plugin's thread each construction has a client of its own, all of one engine.
    const address = isMainThread ? undefined : client.getChannel?.().getTarget();
    const found = address === undefined ? this.byClient.get(client) : this.byAddress.get(address);
    if (found !== undefined) {
      return found;
    }
    const made = this.make();
    if (address === undefined) {
      this.byClient.set(client, made);
    } else {
      this.byAddress.set(address, made);
    }
    return made;
  }
}
