import { setMaxListeners } from "node:events";
import type * as pulumi from "@pulumi/pulumi";
import type { Clock } from "./clock";
import { TokenAccessProvider } from "./tokenAccess";
import { TokenCredentialsProvider } from "./tokenCredentials";
import type { Wire } from "./values";

/** The life cycle of one type of resource. */
export interface CustomResourceProvider {
  check(urn: string, before: Wire, given: Wire): Promise<pulumi.provider.CheckResult>;
  diff(id: string, urn: string, olds: Wire, news: Wire): Promise<pulumi.provider.DiffResult>;
  create(urn: string, news: Wire): Promise<pulumi.provider.CreateResult>;
  read(id: string, urn: string, props: Wire): Promise<pulumi.provider.ReadResult>;
  update(id: string, urn: string, olds: Wire, news: Wire): Promise<pulumi.provider.UpdateResult>;
  delete(id: string, urn: string, props: Wire): Promise<void>;
}

/** What the engine talks to: the custom resources by type, and the component for programs in other languages. */
export class AcrTokenProvider implements pulumi.provider.Provider {
  private readonly cancellation = new AbortController();
  private readonly resources: Record<string, CustomResourceProvider>;

  /**
   * @param version the package's version
   * @param schema the package's schema, as JSON
   * @param clock tells the time
   */
  constructor(
    readonly version: string,
    readonly schema: string,
    clock: Clock = () => new Date(),
  ) {
    const { signal } = this.cancellation;
    // Every call in a large stack listens to the one signal: that is no leak.
    setMaxListeners(0, signal);
    this.resources = {
      "acr-token:index:TokenCredentials": new TokenCredentialsProvider(clock, signal),
      "acr-token:index:TokenAccess": new TokenAccessProvider(signal),
    };
  }

  check(urn: string, before: Wire, given: Wire): Promise<pulumi.provider.CheckResult> {
    return quietly(() => this.resource(urn).check(urn, before, given));
  }

  diff(id: string, urn: string, olds: Wire, news: Wire): Promise<pulumi.provider.DiffResult> {
    return quietly(() => this.resource(urn).diff(id, urn, olds, news));
  }

  create(urn: string, news: Wire): Promise<pulumi.provider.CreateResult> {
    return quietly(() => this.resource(urn).create(urn, news));
  }

  read(id: string, urn: string, props: Wire): Promise<pulumi.provider.ReadResult> {
    return quietly(() => this.resource(urn).read(id, urn, props));
  }

  update(id: string, urn: string, olds: Wire, news: Wire): Promise<pulumi.provider.UpdateResult> {
    return quietly(() => this.resource(urn).update(id, urn, olds, news));
  }

  delete(id: string, urn: string, props: Wire): Promise<void> {
    return quietly(() => this.resource(urn).delete(id, urn, props));
  }

  /** Creates the component for a program in another language. Only here azure-native is loaded. */
  async construct(
    name: string,
    type: string,
    inputs: pulumi.Inputs,
    options: pulumi.ComponentResourceOptions,
  ): Promise<pulumi.provider.ConstructResult> {
    if (type !== "acr-token:index:RegistryToken") {
      throw new Error(`acr-token has no component of the type ${type}`);
    }
    const { constructRegistryToken } = await import("./registryToken.js");
    return constructRegistryToken(name, inputs, options);
  }

  /** Ends every wait at once: the user has cancelled. */
  async cancel(): Promise<void> {
    this.cancellation.abort();
  }

  private resource(urn: string): CustomResourceProvider {
    const type = urn.split("::")[2]?.split("$").pop() ?? "";
    const resource = this.resources[type];
    if (resource === undefined) {
      throw new Error(
        `acr-token has no resource of the type ${type}; it has ${Object.keys(this.resources).join(", ")}`,
      );
    }
    return resource;
  }
}

/** Pulumi's server prints the stack of an error beside its message: here the message says it all. */
async function quietly<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error) {
      error.stack = "";
    }
    throw error;
  }
}
