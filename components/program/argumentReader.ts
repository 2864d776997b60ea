import * as pulumi from "@pulumi/pulumi";
import { show } from "../common/checks";
import type { Fault } from "../common/repositoryActions";

/** Says what is wrong with a value, as a sentence without its subject; undefined where nothing is. */
export type Rule = (value: unknown) => string | undefined;

/** Reads arguments and collects what is wrong with them. */
export class ArgumentReader {
  private readonly faults: Fault[] = [];

  constructor(private readonly resource: string) {}

  fault(property: string, reason: string): void {
    this.faults.push({ property, reason });
  }

  /** Checks an argument that need not be given and that is passed on as it is. */
  check(property: string, value: unknown, rule: Rule): void {
    if (value !== undefined && isKnown(value)) {
      const reason = rule(value);
      if (reason !== undefined) {
        this.fault(property, reason);
      }
    }
  }

  /** An argument that must be given. */
  text(property: string, value: pulumi.Input<string>, rule: Rule): pulumi.Output<string> {
    if (isKnown(value)) {
      const reason = rule(value);
      if (reason !== undefined) {
        this.fault(property, value === undefined ? "is required" : reason);
      }
      return pulumi.output(value);
    }
    return pulumi.output(value).apply((known) => {
      const reason = rule(known);
      if (reason !== undefined) {
        throw inputError(this.resource, [{ property, reason }]);
      }
      return known;
    });
  }

  optionalText(
    property: string,
    value: pulumi.Input<string> | undefined,
    rule: Rule,
  ): pulumi.Output<string> | undefined {
    return value === undefined ? undefined : this.text(property, value, rule);
  }

  throwFaults(): void {
    if (this.faults.length > 0) {
      throw inputError(this.resource, this.faults);
    }
  }
}

/** The error that the engine shows on the properties, and that a program shows with all of them in its message. */
export function inputError(resource: string, faults: readonly Fault[]): pulumi.InputPropertiesError {
  const lines = faults.map(({ property, reason }) => `  ${property}: ${reason}`);
  const message = [`RegistryToken ${show(resource)} has bad arguments:`, ...lines].join("\n");
  const errors = faults.map(({ property, reason }) => ({ propertyPath: property, reason }));
  const error = new pulumi.InputPropertiesError({ message, errors });
  // The user's mistake is not in this package's lines. Pulumi prints an error of this mark, and no other, by its message
  // alone; where the program is in another language, it prints the properties.
  error.stack = message;
  Object.defineProperty(error, "__pulumiRunError", { value: true });
  return error;
}

/** Whether a value is known already, without waiting: no part of it is an Output or a promise. */
export function isKnown(value: unknown): boolean {
  if (pulumi.Output.isInstance(value) || value instanceof Promise) {
    return false;
  }
  return typeof value === "object" && value !== null ? Object.values(value).every(isKnown) : true;
}
