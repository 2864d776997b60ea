import {
  type CheckFailure,
  containsSecret,
  containsUnknown,
  type Properties,
  unwrapSecrets,
} from "provider-server";
import { checkSetting } from "../args/azureSettings";
import { isMap, withoutValue } from "../args/checks";
import { argumentRules } from "../args/registryTokenArgs";
import type { ValidationFailure } from "../args/repositoryActions";
import { type ArgumentRule, is, mapOfSettings } from "../args/rules";

/** Reads a resource's inputs and collects the failures of all of them. An unknown value is checked once it is known. */
export class InputReader {
  readonly failures: CheckFailure[] = [];
  /** The inputs without the envelopes of secrets. */
  readonly inputs: Properties;
  /** The inputs whose values no failure may show. */
  private readonly secrets: ReadonlySet<string>;

  constructor(inputs: Properties) {
    this.inputs = unwrapSecrets(inputs);
    this.secrets = new Set(Object.keys(inputs).filter((name) => containsSecret(inputs[name])));
  }

  /** Whether the value is known. A missing value is known. */
  knows(property: string): boolean {
    return !containsUnknown(this.inputs[property]);
  }

  /**
   * Reads an input and checks it by its rule.
   *
   * @returns the value; `unknown` if a preview does not know it; undefined if it is missing or invalid
   */
  read<T>(property: string, rule: ArgumentRule): T | undefined {
    const value: unknown = this.inputs[property] ?? undefined;
    if (value === undefined || containsUnknown(value)) {
      return value as T | undefined;
    }
    const failures = rule(value, property);
    this.fail(failures);
    return failures.length === 0 ? (value as T) : undefined;
  }

  /** Reads those of the arguments with these names, and checks each by its rule. */
  readArguments(names: readonly (keyof typeof argumentRules)[]): Record<string, unknown> {
    return Object.fromEntries(names.map((name) => [name, this.read(name, argumentRules[name])]));
  }

  /** Checks the identity to call Azure with. A setting is checked even if a preview does not know another one yet. */
  readAzure(): void {
    const { azure } = this.inputs;
    const settings = isMap(azure) ? Object.entries(azure) : [];
    for (const [name, setting] of settings) {
      if (!containsUnknown(setting)) {
        this.fail(is((value) => checkSetting(name, value))(setting, `azure.${name}`));
      }
    }
    if (settings.length === 0) {
      this.read("azure", is(mapOfSettings));
    }
  }

  fail(failures: readonly ValidationFailure[]): void {
    for (const { property, reason } of failures) {
      const [input = ""] = property.split(".", 1);
      const isSecret = this.secrets.has(input);
      // The engine prints the value of the property that a failure names, even if it is a secret. Then only the text names it.
      this.failures.push({
        property: isSecret || mayHoldSecret(property) ? "" : property,
        reason: `${property} ${isSecret ? withoutValue(reason) : reason}`,
      });
    }
  }
}

/**
 * Fills in missing ids of other resources from the old inputs. With `pulumi up --continue-on-error` an id is missing if the other
 * resource has failed. The engine skips the dependent resource only after its check, and a failure of the check would end the whole
 * update.
 */
export function withReferences(inputs: Properties, olds: Properties, names: readonly string[]): Properties {
  const kept = names.filter((name) => inputs[name] === undefined);
  return { ...inputs, ...Object.fromEntries(kept.map((name) => [name, olds[name] as Properties[string]])) };
}

/** @throws Error that names each missing id of another resource: a resource cannot be created without it */
export function requireReferences(inputs: Properties, names: readonly string[]): void {
  const missing = names.filter((name) => inputs[name] === undefined);
  if (missing.length > 0) {
    throw new Error(missing.map((name) => `${name} is required`).join("\n"));
  }
}

/** The maps that can hold a secret, even if the program does not mark them. */
function mayHoldSecret(property: string): boolean {
  return property === "azure" || property === "adopt";
}
