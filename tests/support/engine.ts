import { isDeepStrictEqual } from "node:util";
import { type PluginClient, PluginError } from "local-azure/pulumi";
import { type CheckFailure, type Properties, unwrapSecrets, urn } from "provider-server";

/** A resource in a stack's state. */
export interface ResourceState {
  id: string;
  inputs: Properties;
  outputs: Properties;
  /** Why it is not all that it should be: the next `up` updates it, changed or not. */
  initErrors: string[];
}

/** A step of an `up` or of a preview. */
export interface Step {
  operation: "create" | "same" | "update" | "replace";
  /** The inputs that change, as a preview prints them: `slots.password2.madeOn`. */
  changed: string[];
  /** The new inputs. */
  inputs: Properties;
}

export interface UpOptions {
  /** `--replace` with the resource's URN. */
  replace?: boolean;
  /** `--refresh`. */
  refresh?: boolean;
}

/** Inputs that the provider refused. */
export class CheckError extends Error {
  constructor(readonly failures: CheckFailure[]) {
    super(failures.map(({ reason }) => reason).join("\n"));
  }
}

type Arguments = Record<string, unknown>;

/** One resource of a stack: calls its plugin in the order in which Pulumi's engine does, and keeps its state. */
export class Resource {
  state: ResourceState | undefined;
  /** Replaced, and not deleted yet. */
  pendingDeletes: ResourceState[] = [];
  readonly urn: string;

  /** @param plugin asked with every call, so that a plugin may be started again in between */
  constructor(
    type: string,
    name: string,
    private readonly plugin: () => PluginClient,
  ) {
    this.urn = urn(type, name);
  }

  /** The state of a resource that is there. */
  get saved(): ResourceState {
    if (this.state === undefined) {
      throw new Error(`${this.urn} is not in the state`);
    }
    return this.state;
  }

  /** The step of a preview. */
  async preview(args: Arguments, options: UpOptions = {}): Promise<Step> {
    await this.newRun();
    return this.plan(args, options);
  }

  private async plan(args: Arguments, { replace = false }: UpOptions): Promise<Step> {
    const old = this.state;
    // A replacement ignores the inputs of the replaced resource.
    const inputs = await this.check(replace ? {} : (old?.inputs ?? {}), args);
    if (old === undefined) {
      return { operation: "create", changed: changedPaths({}, inputs), inputs };
    }
    const diff = replace
      ? undefined
      : await this.plugin().diff(old.id, this.urn, old.outputs, inputs, old.inputs);
    if (diff === undefined || diff.replaces.length > 0) {
      const fresh = await this.check({}, args);
      return { operation: "replace", changed: changedPaths(old.inputs, fresh), inputs: fresh };
    }
    const isSame =
      diff.changes === "none" || (diff.changes === "unknown" && isDeepStrictEqual(old.inputs, inputs));
    const operation = isSame && old.initErrors.length === 0 ? "same" : "update";
    return { operation, changed: changedPaths(old.inputs, inputs), inputs };
  }

  /** `pulumi up`. A call that fails leaves the state as it is, or as the plugin says that it is. */
  async up(args: Arguments, options: UpOptions = {}): Promise<Step> {
    await this.newRun();
    if (options.refresh) {
      await this.refresh();
    }
    const step = await this.plan(args, options);
    const old = this.state;
    if (step.operation === "same" && old !== undefined) {
      this.save({ ...old, inputs: step.inputs });
    } else if (step.operation === "update" && old !== undefined) {
      await this.keepPartial(step.inputs, async () => {
        const { id, outputs, inputs } = old;
        const updated = await this.plugin().update(id, this.urn, outputs, step.inputs, inputs);
        this.save({ id, inputs: step.inputs, outputs: updated, initErrors: [] });
      });
    } else {
      await this.keepPartial(step.inputs, async () => {
        const { id, outputs } = await this.plugin().create(this.urn, step.inputs);
        this.retire(old);
        this.save({ id, inputs: step.inputs, outputs, initErrors: [] });
      });
    }
    await this.deletePending();
    return step;
  }

  /** `pulumi refresh`: what the plugin reads is the state from now on, or the resource is gone from it. */
  async refresh(): Promise<void> {
    const old = this.state;
    if (old === undefined) {
      return;
    }
    const read = await this.plugin().read(old.id, this.urn, old.outputs, old.inputs);
    if (read === undefined) {
      this.state = undefined;
      return;
    }
    // A plugin that answers no inputs leaves them as they are.
    const inputs = Object.keys(read.inputs).length > 0 ? read.inputs : old.inputs;
    this.save({ id: read.id, inputs, outputs: read.outputs, initErrors: [] });
  }

  /** `pulumi destroy`. */
  async destroy(): Promise<void> {
    await this.newRun();
    this.retire(this.state);
    this.state = undefined;
    await this.deletePending();
  }

  /** Forgets the resource as a crash before the first save would. */
  forget(): void {
    this.state = undefined;
    this.pendingDeletes = [];
  }

  /** As a command begins: the engine configures its plugins. */
  private async newRun(): Promise<void> {
    await this.plugin().configure();
  }

  private async check(olds: Properties, args: Arguments): Promise<Properties> {
    const { inputs, failures } = await this.plugin().check(this.urn, olds, args);
    if (failures.length > 0) {
      throw new CheckError(failures);
    }
    return inputs;
  }

  private async keepPartial(inputs: Properties, work: () => Promise<void>): Promise<void> {
    const old = this.state;
    try {
      await work();
    } catch (error) {
      if (error instanceof PluginError && error.partial !== undefined) {
        const { id, properties, reasons } = error.partial;
        if (old !== undefined && old.id !== id) {
          this.retire(old);
        }
        this.save({
          id: id || (old?.id ?? ""),
          // The engine ignores those of the error.
          inputs,
          outputs: properties,
          initErrors: reasons,
        });
      }
      throw error;
    }
  }

  private retire(state: ResourceState | undefined): void {
    if (state !== undefined) {
      this.pendingDeletes.push(state);
    }
  }

  private async deletePending(): Promise<void> {
    for (const { id, outputs, inputs } of [...this.pendingDeletes]) {
      await this.plugin().delete(id, this.urn, outputs, inputs);
      this.pendingDeletes.shift();
    }
  }

  /** As a file keeps it: nothing in it is shared with anything else. */
  private save(state: ResourceState): void {
    this.state = structuredClone(state);
  }
}

/** The paths at which two sets of inputs differ, secrets by value. */
function changedPaths(before: Properties, after: Properties): string[] {
  const walk = (one: unknown, other: unknown, path: string): string[] => {
    if (isDeepStrictEqual(one, other)) {
      return [];
    }
    if (isObject(one) && isObject(other)) {
      const names = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
      return names.flatMap((name) => walk(one[name], other[name], path ? `${path}.${name}` : name));
    }
    return [path];
  };
  return walk(unwrapSecrets(before), unwrapSecrets(after), "");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
