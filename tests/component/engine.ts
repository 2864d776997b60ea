import * as pulumi from "@pulumi/pulumi";

/** The registry of these tests. */
export const registryId =
  "/subscriptions/sub/resourceGroups/group/providers/Microsoft.ContainerRegistry/registries/myregistry";

/** Both passwords, as the provider hands them out. */
export const passwords = [
  { name: "password1", value: "value-of-1", creationTime: "2026-11-24T00:00:00.000Z", expiry: null },
  {
    name: "password2",
    value: "value-of-2",
    creationTime: "2026-11-24T00:00:01.000Z",
    expiry: "2027-11-24T00:00:00.000Z",
  },
];

/** The types of a RegistryToken's children. */
export const types = {
  component: "acr-token:index:RegistryToken",
  scopeMap: "azure-native:containerregistry:ScopeMap",
  token: "azure-native:containerregistry:Token",
  access: "acr-token:index:TokenAccess",
  generation: "random:index/randomUuid:RandomUuid",
  credentials: "acr-token:index:TokenCredentials",
};

/** Mocks the engine and its providers, and records the requests. */
export class Engine implements pulumi.runtime.Mocks {
  readonly registered: pulumi.runtime.MockResourceArgs[] = [];
  readonly calls: pulumi.runtime.MockCallArgs[] = [];

  /** The outputs of TokenCredentials that differ from the usual. */
  credentials: pulumi.Inputs = {};
  /** The outputs of the scope map that differ from its inputs. */
  scopeMap: pulumi.Inputs = {};

  private constructor(private readonly isPreview: boolean) {}

  /** A new engine for the program that follows, which replaces the one before. */
  static async start({ preview = false, config = {}, secretConfig = [] as string[] } = {}): Promise<Engine> {
    const engine = new Engine(preview);
    await pulumi.runtime.setMocks(engine, "registry-token", "test", preview);
    pulumi.runtime.setAllConfig(config, secretConfig);
    return engine;
  }

  /** Waits until the program has registered all that it is going to. */
  static stop(): Promise<void> {
    return pulumi.runtime.disconnect();
  }

  async newResource(args: pulumi.runtime.MockResourceArgs) {
    this.registered.push(args);
    const { id, state: usual } = answer(args);
    const others = { [types.credentials]: this.credentials, [types.scopeMap]: this.scopeMap }[args.type];
    const state = { ...usual, ...others };
    // A preview knows neither the id nor what the provider adds to the inputs.
    return this.isPreview && args.custom
      ? { id: undefined, state: { ...unknownOf(state), ...args.inputs } }
      : { id, state };
  }

  async call(args: pulumi.runtime.MockCallArgs) {
    this.calls.push(args);
    return {};
  }

  /** The inputs of the one resource of a type, as they cross to the engine. */
  inputs(type: string): Record<string, unknown> {
    const found = this.registered.filter((resource) => resource.type === type);
    if (found.length !== 1) {
      throw new Error(`${found.length} resources of the type ${type} were registered`);
    }
    return found[0]?.inputs;
  }
}

function answer({ type, name, inputs }: pulumi.runtime.MockResourceArgs): {
  id: string;
  state: pulumi.Inputs;
} {
  switch (type) {
    case types.scopeMap:
      return { id: `${registryId}/scopeMaps/${inputs.scopeMapName}`, state: inputs };
    case types.token:
      return { id: `${registryId}/tokens/${inputs.tokenName}`, state: inputs };
    case types.generation:
      return { id: "uuid", state: { ...inputs, result: "uuid" } };
    case types.credentials:
      return {
        id: "credentials",
        state: {
          ...inputs,
          username: String(inputs.tokenId).split("/").pop(),
          loginServer: inputs.loginServer ?? "myregistry-hash.azurecr.io",
          password: pulumi.secret("value-of-2"),
          passwords: pulumi.secret(passwords),
          current: "password2",
          expiry: "2027-11-24T00:00:00.000Z",
          rotatesOn: "2027-05-24",
        },
      };
    default:
      return { id: name, state: inputs };
  }
}

function unknownOf(state: pulumi.Inputs): pulumi.Inputs {
  return Object.fromEntries(Object.keys(state).map((name) => [name, pulumi.runtime.unknownValue]));
}

/** The value of an output, once it has resolved. */
export function resolved<T>(output: pulumi.Output<T>): Promise<pulumi.Unwrap<T>> {
  return new Promise((resolve) => {
    pulumi.output(output).apply((value) => resolve(value as pulumi.Unwrap<T>));
  });
}

/** Whether an output has a value, or is unknown in this preview. */
export function isKnown(output: pulumi.Output<unknown>): Promise<boolean> {
  return (output as unknown as { isKnown: Promise<boolean> }).isKnown;
}

/** The value of a secret that is sent to the engine. Fails if it is not a secret. */
export function unwrapSecret(value: unknown): unknown {
  if (!pulumi.runtime.isRpcSecret(value)) {
    throw new Error(`not a secret: ${JSON.stringify(value)}`);
  }
  return pulumi.runtime.unwrapRpcSecret(value);
}

/**
 * The errors of a program whose outputs resolve to invalid values. Pulumi reports them as
 * unhandled rejections.
 */
export async function failuresOf(program: () => unknown): Promise<Error[]> {
  const failures: Error[] = [];
  const listeners = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", (error: Error) => failures.push(error));
  try {
    program();
    // Pulumi passes an output through many turns of the event loop before a resource takes it.
    const limit = Date.now() + 5_000;
    while (failures.length === 0 && Date.now() < limit) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  } finally {
    process.removeAllListeners("unhandledRejection");
    for (const listener of listeners) {
      process.on("unhandledRejection", listener);
    }
  }
  return failures;
}
