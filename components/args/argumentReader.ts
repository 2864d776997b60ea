import * as pulumi from "@pulumi/pulumi";
import { knownValue } from "../program/knownValue";
import { isMap, show, withoutValue } from "./checks";
import type { Fault } from "./repositoryActions";

/** Reads arguments and collects what is wrong with them. */
export class ArgumentReader {
  private readonly faults: Fault[] = [];
  private readonly later: Promise<readonly Fault[]>[] = [];

  constructor(private readonly resource: string) {}

  fault(property: string, reason: string): void {
    this.faults.push({ property, reason });
  }

  /** Records that a required argument has no value, now or once it is known. */
  require(property: string, value: unknown): void {
    const missing = { property, reason: "is required" };
    this.checkOnceKnown(value, (known) => (known === undefined ? [missing] : []));
  }

  /** Checks a value if there is one: at once if it is known, else as soon as it is. */
  check<T>(value: T, rule: (known: pulumi.Unwrap<T>) => readonly Fault[]): void {
    this.checkOnceKnown(value, (known) => (known === undefined ? [] : rule(known)));
  }

  private checkOnceKnown<T>(value: T, rule: (known: pulumi.Unwrap<T>) => readonly Fault[]): void {
    if (isKnown(value)) {
      this.faults.push(...rule(value as pulumi.Unwrap<T>));
    } else {
      this.later.push(faultsOnceKnown(value, rule));
    }
  }

  /** @throws pulumi.InputPropertiesError that lists everything that is wrong with what is known by now */
  throwFaults(): void {
    if (this.faults.length > 0) {
      throw inputError(this.resource, this.faults);
    }
  }

  /**
   * Resolves once everything is known, or, in a preview, known not to be.
   *
   * @throws pulumi.InputPropertiesError that lists everything that is wrong with it
   */
  async whenKnown(): Promise<void> {
    const faults = (await Promise.all(this.later)).flat();
    if (faults.length > 0) {
      throw inputError(this.resource, faults);
    }
  }
}

async function faultsOnceKnown<T>(
  value: T,
  rule: (known: pulumi.Unwrap<T>) => readonly Fault[],
): Promise<readonly Fault[]> {
  const known = await knownValue(value);
  const faults = known === undefined ? [] : rule(known.value);
  if (!(await pulumi.isSecret(pulumi.output(value)))) {
    return faults;
  }
  const hideKeys = await hasSecretMap(value);
  const hidden = faults.map(({ property, reason }) => ({
    property: hideKeys ? property.replace(/\[[\s\S]*/, "") : property,
    reason: withoutValue(reason),
  }));
  const isRepeated = (fault: Fault, index: number) =>
    hidden.findIndex(({ property, reason }) => property === fault.property && reason === fault.reason) <
    index;
  return hidden.filter((fault, index) => !isRepeated(fault, index));
}

/** Whether a whole map is secret, its keys included; not only a value in it. */
async function hasSecretMap(value: unknown): Promise<boolean> {
  if (pulumi.Output.isInstance(value)) {
    return (await pulumi.isSecret(value)) && isMap((await knownValue(value))?.value);
  }
  return isMap(value) && (await Promise.all(Object.values(value).map(hasSecretMap))).includes(true);
}

/** How many faults an error lists, how long a line is, in characters, and all of them, in bytes. */
const limits = { count: 20, line: 1_000, bytes: 20_000 };

/** The first of many faults: an error travels in a gRPC trailer of at most 64 KB, which takes three bytes for most bytes. */
function listed(faults: readonly Fault[]): Fault[] {
  let rest = limits.bytes;
  return faults.slice(0, limits.count).filter((fault) => {
    rest -= Buffer.byteLength(lineOf(fault));
    return rest >= 0;
  });
}

function lineOf({ property, reason }: Fault): string {
  return `  ${property}: ${reason}`.slice(0, limits.line);
}

/** The error that the engine shows on the properties, and that a program shows with all of them in its message. */
function inputError(resource: string, faults: readonly Fault[]): pulumi.InputPropertiesError {
  const first = listed(faults);
  const rest = first.length < faults.length ? [`  and ${faults.length - first.length} more`] : [];
  const message = [`RegistryToken ${show(resource)} has bad arguments:`, ...first.map(lineOf), ...rest].join(
    "\n",
  );
  const errors = first.map(({ property, reason }) => ({ propertyPath: property, reason }));
  const error = new pulumi.InputPropertiesError({ message, errors });
  // The user's mistake is not in this package's lines. Pulumi prints an error of this mark, and no other, by its message
  // alone; where the program is in another language, it prints the properties.
  error.stack = message;
  Object.defineProperty(error, "__pulumiRunError", { value: true });
  // Every resource that waits for the arguments is stopped by this one error, and newer SDKs put the property that each of
  // them could not serialize before its message, which is none of those that are wrong.
  Object.defineProperty(error, "message", { get: () => message, set: () => {} });
  return error;
}

/** Whether a value is known already, without waiting: no part of it is an Output or a promise. */
export function isKnown(value: unknown, outer: readonly unknown[] = []): boolean {
  if (pulumi.Output.isInstance(value) || value instanceof Promise) {
    return false;
  }
  // What contains itself is told so by its rule.
  return typeof value !== "object" || value === null || outer.includes(value)
    ? true
    : Object.values(value).every((inner) => isKnown(inner, [...outer, value]));
}
