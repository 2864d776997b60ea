/** The operations of both resources under faults, and the checks after each. */
import { PluginError } from "local-azure/pulumi";
import { type ExpectStatic, expect } from "vitest";
import { CheckError, type Resource } from "../support/engine.js";
import { type CredentialsResource, nameOf, type TestEnvironment } from "../support/testEnvironment.js";

/** One token in a registry of its own, so that the faults of other tests do not affect it. */
export class Case {
  readonly credentials: CredentialsResource;
  readonly access: Resource;
  /** The program's arguments. */
  args: Record<string, unknown>;
  /** The identity of both resources. Undefined: the environment's. */
  azure: Record<string, unknown> | undefined;
  private scopeMap = "_repositories_pull";

  private constructor(
    readonly environment: TestEnvironment,
    readonly registry: string,
    readonly tokenId: string,
  ) {
    this.credentials = environment.credentials(registry);
    this.access = environment.access(registry);
    this.args = { tokenId, generation: "one" };
  }

  static async on(environment: TestEnvironment, registry: string): Promise<Case> {
    return new Case(environment, registry, await environment.newToken({ registry, name: "mytoken" }));
  }

  upCredentials(others: Record<string, unknown> = {}) {
    this.args = { ...this.args, ...others };
    return this.credentials.up({ ...this.args, azure: this.azure });
  }

  upAccess(scopeMap = this.scopeMap) {
    this.scopeMap = scopeMap;
    const scopeMapId = this.environment.scopeMapId(scopeMap, this.registry);
    return this.access.up({ tokenId: this.tokenId, scopeMapId, azure: this.azure });
  }

  /** The exported password logs in, if there is one. */
  async keepsItsPromise(): Promise<void> {
    const { password } = this.credentials.state ? this.credentials.exported : {};
    if (password !== undefined) {
      const isAccepted = await this.environment.canLogIn(nameOf(this.tokenId), password, this.registry);
      expect(isAccepted, "the exported password works").toBe(true);
    }
  }

  /** Runs the operation again, after which a preview shows no change. */
  async converges(operation: Operation): Promise<void> {
    if (operation.of === "access") {
      await this.upAccess();
      await this.access.refresh();
      expect(this.access.saved.outputs.scopeMapId).toBe(
        this.environment.scopeMapId(this.scopeMap, this.registry),
      );
    } else if (operation.isDeletion) {
      await this.credentials.destroy();
      expect(await this.environment.client.slots(this.tokenId)).toEqual([]);
    } else {
      const settled = async (why: string) => {
        const { operation } = await this.credentials.preview({ ...this.args, azure: this.azure });
        expect(operation, why).toBe("same");
      };
      await this.upCredentials();
      await settled("one more up is all that it takes");
      await this.keepsItsPromise();
      await this.credentials.refresh();
      await settled("nothing was lost on the way");
    }
  }

  /** An error of the plugin with this text, which names the token or its registry, and says what to do. */
  expectComplete(failure: unknown, said: RegExp, { expect }: { expect: ExpectStatic }): void {
    expect(failure instanceof PluginError || failure instanceof CheckError, String(failure)).toBe(true);
    const { message } = failure as Error;
    expect(message).toMatch(said);
    expect(message).toMatch(new RegExp(`of (token mytoken of )?registry ${this.registry}\\b`));
    expect(message).toMatch(/; |: (run pulumi|check )/);
  }
}

/** An operation, and the setup before it. */
export interface Operation {
  readonly name: string;
  readonly of: "credentials" | "access";
  readonly isDeletion?: boolean;
  before?(one: Case): Promise<unknown>;
  run(one: Case): Promise<unknown>;
}

export const operations: readonly Operation[] = [
  { name: "create of credentials", of: "credentials", run: (one) => one.upCredentials() },
  {
    name: "rotation",
    of: "credentials",
    before: (one) => one.upCredentials(),
    run: (one) => one.upCredentials({ generation: "two" }),
  },
  {
    name: "clearing of an overlap that is over",
    of: "credentials",
    before: async (one) => {
      await one.upCredentials();
      await one.upCredentials({ generation: "two" });
      // As if the last rotation had been long ago.
      for (const state of [one.credentials.saved.inputs, one.credentials.saved.outputs]) {
        const { password1 } = state.slots as Record<string, { previousSince?: string }>;
        password1.previousSince = "2020-01-01";
      }
    },
    run: (one) => one.upCredentials({ overlapDays: 1 }),
  },
  {
    name: "refresh of credentials",
    of: "credentials",
    before: (one) => one.upCredentials(),
    run: ({ credentials }) => credentials.refresh(),
  },
  {
    name: "deletion of credentials",
    of: "credentials",
    isDeletion: true,
    before: (one) => one.upCredentials(),
    run: ({ credentials }) => credentials.destroy(),
  },
  {
    name: "adoption",
    of: "credentials",
    before: async (one) => {
      const [password] = await one.environment.client.generate(one.tokenId, "password1");
      one.args = { ...one.args, adopt: { password1: password.value } };
    },
    run: (one) => one.upCredentials(),
  },
  { name: "create of access", of: "access", run: (one) => one.upAccess("_repositories_push") },
  {
    name: "update of access",
    of: "access",
    before: (one) => one.upAccess("_repositories_pull"),
    run: (one) => one.upAccess("_repositories_push"),
  },
  {
    name: "refresh of access",
    of: "access",
    before: (one) => one.upAccess("_repositories_pull"),
    run: ({ access }) => access.refresh(),
  },
];

/** The name of a registry that no other test uses. */
export function registryOf(operation: Operation, index: number): string {
  return `${operation.name.replace(/\W/g, "")}${index}`;
}

/** The error of the work. Undefined if it succeeded. */
export function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}
