/** A run of Pulumi on one stack. */
import { type EngineEvent, LocalWorkspace, type OpMap, type Stack } from "@pulumi/pulumi/automation";
import { projectFolder } from "./fleet";
import { deviceOf } from "./states";

export type Command = "up" | "preview" | "destroy";

/** What happens to the tokens of devices, in the words of the report. */
const deviceChanges: Partial<Record<string, string>> = {
  create: "new tokens",
  "create-replacement": "both passwords regenerated",
  delete: "tokens deleted",
};

/** The result of a run. */
export interface Outcome {
  readonly stack: string;
  /** How many resources were, or would be, created, updated and so on. */
  readonly changes: OpMap;
  /** The devices whose tokens appear or go, by what happens to them. */
  readonly devices: ReadonlyMap<string, readonly string[]>;
  /** Pulumi's error messages; empty if the run succeeded. */
  readonly errors: readonly string[];
}

/**
 * Runs a command. Errors are in the outcome; it throws none.
 *
 * @param onDevice is called when one more device is done
 * @param cancel makes Pulumi stop: it waits for nothing more, and saves what it knows
 */
export async function runStack(
  command: Command,
  name: string,
  onDevice: () => void,
  cancel: AbortSignal,
): Promise<Outcome> {
  const errors: string[] = [];
  const devices = new Map<string, string[]>();
  let changes: OpMap = {};
  const onEvent = ({ resourcePreEvent, resOutputsEvent, diagnosticEvent, summaryEvent }: EngineEvent) => {
    if (resourcePreEvent !== undefined && isCredentials(resourcePreEvent.metadata.type)) {
      const { op, urn } = resourcePreEvent.metadata;
      const change = deviceChanges[op];
      if (change !== undefined) {
        devices.set(change, [...(devices.get(change) ?? []), deviceOf(urn)]);
      }
    }
    const done = command === "preview" ? resourcePreEvent : resOutputsEvent;
    if (done !== undefined && isCredentials(done.metadata.type)) {
      onDevice();
    }
    if (diagnosticEvent?.severity === "error") {
      errors.push(plain(diagnosticEvent.message, diagnosticEvent.urn));
    }
    changes = summaryEvent?.resourceChanges ?? changes;
  };
  try {
    const stack = await open(name);
    await stack[command]({ color: "never", onEvent, signal: cancel });
  } catch (error) {
    if (errors.length === 0) {
      errors.push(messageOf(error as Error));
    }
  }
  return { stack: name, changes, devices, errors };
}

function isCredentials(type: string): boolean {
  return type === "acr-token:index:TokenCredentials";
}

let opening: Promise<unknown> = Promise.resolve();

/** One after another: `pulumi stack init` and `select` write to a file that all stacks of a project share. */
function open(stackName: string): Promise<Stack> {
  const opened = opening.then(() =>
    LocalWorkspace.createOrSelectStack({ stackName, workDir: projectFolder }),
  );
  opening = opened.catch(() => undefined);
  return opened;
}

/** The message of a failed `pulumi`, without the rest of its output, which the Automation API puts around it. */
export function messageOf({ message }: Error): string {
  const [, stderr = message] = /^ stderr: (.*?)^ err\?:/ms.exec(message) ?? [];
  return stderr.trim();
}

/** An engine's message without colors, after the resource that it is about. */
function plain(message: string, urn: string | undefined): string {
  const text = message.replace(/<\{%.*?%\}>/g, "").trim();
  const resource = urn?.split("::").slice(2).join(" ");
  return resource === undefined || resource === "" ? text : `${resource}: ${text}`;
}
