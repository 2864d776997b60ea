import * as pulumi from "@pulumi/pulumi";
import { knownValue } from "../program/knownValue";
import { isMap, show, withoutValue } from "./checks";
import type { ValidationFailure } from "./repositoryActions";

/** Reads arguments and collects what is wrong with them. */
export class ArgumentReader {
  private readonly failures: ValidationFailure[] = [];
  private readonly later: Promise<readonly ValidationFailure[]>[] = [];

  constructor(private readonly resource: string) {}

  fail(property: string, reason: string): void {
    this.failures.push({ property, reason });
  }

  /** Records that a required argument has no value, now or once it is known. */
  require(property: string, value: unknown): void {
    const missing = { property, reason: "is required" };
    this.checkOnceKnown(value, (known) => (known === undefined ? [missing] : []));
  }

  /** Checks a value if there is one: at once if it is known, else as soon as it is. */
  check<T>(value: T, rule: (known: pulumi.Unwrap<T>) => readonly ValidationFailure[]): void {
    this.checkOnceKnown(value, (known) => (known === undefined ? [] : rule(known)));
  }

  private checkOnceKnown<T>(value: T, rule: (known: pulumi.Unwrap<T>) => readonly ValidationFailure[]): void {
    if (isKnown(value)) {
      this.failures.push(...rule(value as pulumi.Unwrap<T>));
    } else {
      this.later.push(failuresOnceKnown(value, rule));
    }
  }

  /** @throws pulumi.InputPropertiesError that lists everything that is wrong with what is known by now */
  throwFailures(): void {
    if (this.failures.length > 0) {
      throw inputError(this.resource, this.failures);
    }
  }

  /**
   * Resolves once everything is known, or, in a preview, known not to be.
   *
   * @throws pulumi.InputPropertiesError that lists everything that is wrong with it
   */
  async whenKnown(): Promise<void> {
    const failures = (await Promise.all(this.later)).flat();
    if (failures.length > 0) {
      throw inputError(this.resource, failures);
    }
  }
}

async function failuresOnceKnown<T>(
  value: T,
  rule: (known: pulumi.Unwrap<T>) => readonly ValidationFailure[],
): Promise<readonly ValidationFailure[]> {
  const known = await knownValue(value);
  const failures = known === undefined ? [] : rule(known.value);
  if (!(await pulumi.isSecret(pulumi.output(value)))) {
    return failures;
  }
  const hideKeys = await hasSecretMap(value);
  const hidden = failures.map(({ property, reason }) => ({
    property: hideKeys ? property.replace(/\[[\s\S]*/, "") : property,
    reason: withoutValue(reason),
  }));
  const isRepeated = (failure: ValidationFailure, index: number) =>
    hidden.findIndex(({ property, reason }) => property === failure.property && reason === failure.reason) <
    index;
  return hidden.filter((failure, index) => !isRepeated(failure, index));
}

/** Whether a whole map is secret, its keys included; not only a value in it. */
async function hasSecretMap(value: unknown): Promise<boolean> {
  if (pulumi.Output.isInstance(value)) {
    return (await pulumi.isSecret(value)) && isMap((await knownValue(value))?.value);
  }
  return isMap(value) && (await Promise.all(Object.values(value).map(hasSecretMap))).includes(true);
}

/** How many failures an error lists, how long a line is, in characters, and all of them, in bytes. */
const limits = { count: 20, line: 1_000, bytes: 20_000 };

/** The first of many failures: an error travels in a gRPC trailer of at most 64 KB, which takes three bytes for most bytes. */
function listed(failures: readonly ValidationFailure[]): ValidationFailure[] {
  let rest = limits.bytes;
  return failures.slice(0, limits.count).filter((failure) => {
    rest -= Buffer.byteLength(lineOf(failure));
    return rest >= 0;
  });
}

function lineOf({ property, reason }: ValidationFailure): string {
  return `  ${property}: ${reason}`.slice(0, limits.line);
}

/** The error that the engine shows on the properties, and that a program shows with all of them in its message. */
function inputError(resource: string, failures: readonly ValidationFailure[]): pulumi.InputPropertiesError {
  const first = listed(failures);
  const rest = first.length < failures.length ? [`  and ${failures.length - first.length} more`] : [];
  const message = [
    `RegistryToken ${show(resource)} has invalid arguments:`,
    ...first.map(lineOf),
    ...rest,
  ].join("\n");
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

/** Whether a value is an Output or a promise. */
export function isAwaited(value: unknown): value is pulumi.Output<unknown> | Promise<unknown> {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}

/** Whether a value is known already, without waiting: no part of it is an Output or a promise. */
export function isKnown(value: unknown, outer: readonly unknown[] = []): boolean {
  if (isAwaited(value)) {
    return false;
  }
  // The rule reports circular values.
  return typeof value !== "object" || value === null || outer.includes(value)
    ? true
    : Object.values(value).every((inner) => isKnown(inner, [...outer, value]));
}
