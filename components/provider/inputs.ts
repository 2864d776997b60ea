import {
  type CheckFailure,
  containsSecret,
  containsUnknown,
  type Properties,
  unknown,
  unwrapSecrets,
} from "provider-server";
import { checkSetting } from "../common/azureSettings";
import { checkDays, isMap, show, typeOf, withoutValue } from "../common/checks";
import type { Fault } from "../common/repositoryActions";

/**
 * Reads a resource's inputs one by one and collects what is wrong with them, so that one run shows it all. A value that a
 * preview does not know yet is taken as it is: it is checked once it is known.
 */
export class InputReader {
  readonly failures: CheckFailure[] = [];
  private readonly inputs: Properties;
  /** Those whose values no failure may show. */
  private readonly secrets: ReadonlySet<string>;

  constructor(inputs: Properties) {
    this.inputs = unwrapSecrets(inputs);
    this.secrets = new Set(Object.keys(inputs).filter((name) => containsSecret(inputs[name])));
  }

  /** Whether the value is known by now. One that was not given is known. */
  knows(property: string): boolean {
    return !containsUnknown(this.inputs[property]);
  }

  /** A text, checked by a rule that answers with what is wrong, as a sentence without its subject. */
  text(property: string, rule?: (value: string) => string | undefined): string | undefined {
    const value = this.given(property);
    if (value === undefined || containsUnknown(value)) {
      return value as string | undefined;
    }
    const fault =
      typeof value === "string" ? rule?.(value) : `must be a text, got one of type ${typeOf(value)}`;
    return fault === undefined ? (value as string) : this.fail(property, fault);
  }

  /** A whole number of days, from a least one. */
  days(property: string, least: number): number | undefined {
    const value = this.given(property);
    if (value === undefined || containsUnknown(value)) {
      return undefined;
    }
    const fault = checkDays(least, value);
    return fault === undefined ? (value as number) : this.fail(property, fault);
  }

  /** A yes or no. */
  flag(property: string): boolean | undefined {
    const value = this.given(property);
    if (value === undefined || containsUnknown(value)) {
      return undefined;
    }
    return typeof value === "boolean"
      ? value
      : this.fail(property, `must be true or false, got ${show(value)}`);
  }

  /** What may have more than one fault, by a rule that says each without a value. */
  check(property: string, rule: (value: unknown) => readonly Fault[]): void {
    const value = this.given(property);
    if (value === undefined || containsUnknown(value)) {
      return;
    }
    for (const fault of rule(value)) {
      this.fail(fault.property, fault.reason);
    }
  }

  /** The identity to call Azure with. Where any part of it is a secret, no value is said. */
  azure(property: string): void {
    const value = this.given(property);
    if (value === undefined || value === unknown) {
      return;
    }
    if (!isMap(value)) {
      this.fail(property, `must be a map of settings, got one of type ${typeOf(value)}`);
      return;
    }
    for (const [name, setting] of Object.entries(value)) {
      const fault = containsUnknown(setting) ? undefined : checkSetting(name, setting);
      if (fault !== undefined) {
        this.fail(`${property}.${name}`, fault);
      }
    }
  }

  fail(property: string, reason: string): undefined {
    const [input = ""] = property.split(".", 1);
    const isSecret = this.secrets.has(input);
    const said = isSecret ? withoutValue(reason) : reason;
    // The engine prints the value of the property that a failure names, a secret's too: of such a one only the text tells.
    this.failures.push({
      property: isSecret || mayHoldSecret(property) ? "" : property,
      reason: `${property} ${said}`,
    });
  }

  private given(property: string): unknown {
    return this.inputs[property] ?? undefined;
  }
}

/**
 * The inputs with the ids of other resources as they were, where they are missing: in an update that goes on after that other
 * resource has failed (`pulumi up --continue-on-error`) nobody knows them. The engine skips what depends on it, but only after
 * the check, where a fault would end the update of everything else.
 */
export function withReferences(inputs: Properties, olds: Properties, names: readonly string[]): Properties {
  const kept = names.filter((name) => inputs[name] === undefined);
  return { ...inputs, ...Object.fromEntries(kept.map((name) => [name, olds[name] as Properties[string]])) };
}

/**
 * Refuses to create a resource where an id of another one is missing after all.
 *
 * @throws Error that names each
 */
export function requireReferences(inputs: Properties, names: readonly string[]): void {
  const missing = names.filter((name) => inputs[name] === undefined);
  if (missing.length > 0) {
    throw new Error(missing.map((name) => `${name} is required`).join("\n"));
  }
}

/** The maps that may hold a secret, whatever the program declares. */
function mayHoldSecret(property: string): boolean {
  return property === "azure" || property === "adopt";
}
