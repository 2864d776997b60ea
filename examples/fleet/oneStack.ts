/** One stack's `pulumi up` or `pulumi preview`. */
import {
  type EngineEvent,
  LocalWorkspace,
  type OpMap,
  type Stack,
  type UpOptions,
} from "@pulumi/pulumi/automation";
import { projectFolder } from "./fleet";

export type Command = "up" | "preview";

/** How a stack came out. */
export interface Outcome {
  readonly stack: string;
  /** How many resources were, or would be, created, updated and so on. */
  readonly changes: OpMap;
  /** What went wrong, in Pulumi's words; none: all went well. */
  readonly errors: readonly string[];
}

/**
 * Runs it, and never throws: what goes wrong is in the outcome.
 *
 * @param onDevice is called whenever it is done with one more device
 * @param cancel makes Pulumi stop: it waits for nothing more, and saves what it knows
 */
export async function runStack(
  command: Command,
  name: string,
  onDevice: () => void,
  cancel: AbortSignal,
): Promise<Outcome> {
  const errors: string[] = [];
  let changes: OpMap = {};
  const onEvent = ({ resourcePreEvent, resOutputsEvent, diagnosticEvent, summaryEvent }: EngineEvent) => {
    const done = command === "up" ? resOutputsEvent : resourcePreEvent;
    if (done?.metadata.type === "acr-token:index:TokenCredentials") {
      onDevice();
    }
    if (diagnosticEvent?.severity === "error") {
      errors.push(plain(diagnosticEvent.message, diagnosticEvent.urn));
    }
    changes = summaryEvent?.resourceChanges ?? changes;
  };
  const options: UpOptions = {
    color: "never",
    onEvent,
    signal: cancel,
  };
  try {
    const stack = await open(name);
    if (command === "up") {
      await stack.up(options);
    } else {
      await stack.preview(options);
    }
  } catch (error) {
    if (errors.length === 0) {
      errors.push(wordsOf(error as Error));
    }
  }
  return { stack: name, changes, errors };
}

let opening: Promise<unknown> = Promise.resolve();

/** One after the other: `pulumi stack init` and `select` write to a file that all stacks of a project share. */
function open(stackName: string): Promise<Stack> {
  const opened = opening.then(() =>
    LocalWorkspace.createOrSelectStack({ stackName, workDir: projectFolder }),
  );
  opening = opened.catch(() => undefined);
  return opened;
}

/** What a `pulumi` that failed has said; the Automation API puts the whole of its output around that. */
export function wordsOf({ message }: Error): string {
  const [, stderr = message] = /^ stderr: (.*?)^ err\?:/ms.exec(message) ?? [];
  return stderr.trim();
}

/** An engine's message without its colours, after the resource that it is about. */
function plain(message: string, urn: string | undefined): string {
  const text = message.replace(/<\{%.*?%\}>/g, "").trim();
  const resource = urn?.split("::").slice(2).join(" ");
  return resource === undefined || resource === "" ? text : `${resource}: ${text}`;
}
