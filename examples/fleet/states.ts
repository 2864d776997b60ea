/** What the stacks' states say about the devices, without a run of Pulumi. */
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { projectFolder } from "./fleet";

/** A device's token as a state has it. */
export interface DeviceState {
  readonly device: string;
  readonly stack: string;
  readonly inputs: Record<string, unknown>;
  /** Secrets are objects that hold the value as JSON: see {@link plainOf}. */
  readonly outputs: Record<string, unknown>;
}

/** A resource in a stack's state. */
interface Resource {
  readonly type: string;
  readonly urn: string;
  readonly delete?: boolean;
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
}

/** How many states are read at the same time. */
const maxConcurrency = 4;

/** The names of the stacks in the backend that have resources. */
export async function stacksWithResources(): Promise<string[]> {
  const workspace = await LocalWorkspace.create({ workDir: projectFolder });
  const stacks = await workspace.listStacks();
  return stacks.filter(({ resourceCount }) => resourceCount !== 0).map(({ name }) => name);
}

/** The devices that have a token in these stacks. */
export async function readStates(stacks: readonly string[]): Promise<DeviceState[]> {
  const workspace = await LocalWorkspace.create({ workDir: projectFolder });
  const waiting = [...stacks];
  const devices: DeviceState[] = [];
  const work = async () => {
    for (let stack = waiting.shift(); stack !== undefined; stack = waiting.shift()) {
      const { deployment } = await workspace.exportStack(stack);
      devices.push(...devicesIn(deployment?.resources ?? [], stack));
    }
  };
  await Promise.all(Array.from({ length: maxConcurrency }, work));
  return devices.sort((one, other) => one.device.localeCompare(other.device));
}

function devicesIn(resources: readonly Resource[], stack: string): DeviceState[] {
  return resources
    .filter((resource) => resource.type === "acr-token:index:TokenCredentials" && resource.delete !== true)
    .map(({ urn, inputs = {}, outputs = {} }) => ({ device: deviceOf(urn), stack, inputs, outputs }));
}

/** The device whose resource has this URN. */
export function deviceOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

/** The value of a secret in a state; other values as they are. */
export function plainOf(output: unknown): unknown {
  const { plaintext } = (output ?? {}) as { plaintext?: string };
  return plaintext === undefined ? output : JSON.parse(plaintext);
}
