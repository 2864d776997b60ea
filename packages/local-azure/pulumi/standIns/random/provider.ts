/** The stand-in for the random provider: RandomUuid, RandomString and RandomPassword. */

import { randomUUID } from "node:crypto";
import {
  type Changes,
  type CheckResult,
  isObject,
  type Properties,
  type PropertyValue,
  type Provider,
  type ReadState,
  type ResourceReference,
  type ResourceState,
  secret,
  unknown,
} from "provider-server";
import { changedProperties } from "../differences.js";
import { characterSettings, randomCharacters } from "./characters.js";
import { randomSchema } from "./schema.js";

const kinds = ["RandomUuid", "RandomString", "RandomPassword"] as const;
type Kind = (typeof kinds)[number];

export class RandomProvider implements Provider {
  readonly acceptsSecrets = false;

  constructor(readonly version: string) {}

  schema(): string {
    return JSON.stringify(randomSchema(this.version));
  }

  configure(): void {}

  async check({ type }: ResourceReference, _olds: Properties, news: Properties): Promise<CheckResult> {
    const reason = kindOf(type) === "RandomUuid" ? undefined : problemWithCharacters(news);
    const keepers = news.keepers;
    if (keepers !== undefined && keepers !== unknown && !isObject(keepers)) {
      return failed(news, "keepers", `'keepers' must be a map of strings, not ${JSON.stringify(keepers)}.`);
    }
    return reason ? failed(news, "length", reason) : { inputs: news, failures: [] };
  }

  /** Random values cannot be updated: any change replaces the resource. */
  diff(_resource: ResourceReference, { inputs }: ResourceState, news: Properties): Changes {
    const properties = changedProperties(inputs, news);
    return { hasChanges: properties.length > 0, properties, replaces: properties };
  }

  async create({ type }: ResourceReference, inputs: Properties) {
    const kind = kindOf(type);
    if (kind === "RandomUuid") {
      const result = randomUUID();
      return { id: result, outputs: { ...inputs, id: result, result } };
    }
    const overrideSpecial = inputs.overrideSpecial as string | undefined;
    const result = randomCharacters(characterSettings(inputs), overrideSpecial);
    return { id: idOf(kind, result), outputs: outputsOf(kind, inputs, result) };
  }

  previewCreate({ type }: ResourceReference, inputs: Properties): Properties {
    const kind = kindOf(type);
    return kind === "RandomUuid"
      ? { ...inputs, id: unknown, result: unknown }
      : { ...outputsOf(kind, inputs, unknown), id: unknown, result: unknown };
  }

  /** The state alone has the random value. An import uses the id as the value. */
  async read({ type }: ResourceReference, id: string, { inputs, outputs }: ReadState) {
    return inputs ? { id, inputs, outputs } : imported(kindOf(type), id);
  }

  async update(): Promise<Properties> {
    throw new Error("Random values are replaced, never updated.");
  }

  previewUpdate(): Properties {
    throw new Error("Random values are replaced, never updated.");
  }

  async delete(): Promise<void> {}

  async invoke(token: string): Promise<Properties> {
    throw new Error(`The random provider has no function '${token}'.`);
  }

  cancel(): void {}
}

function kindOf(type: string): Kind {
  const name = type.slice(type.lastIndexOf(":") + 1);
  const kind = kinds.find((candidate) => candidate === name);
  if (!kind) {
    throw new Error(`This stand-in for the random provider has no '${type}', only ${kinds.join(", ")}.`);
  }
  return kind;
}

function failed(inputs: Properties, property: string, reason: string): CheckResult {
  return { inputs, failures: [{ property, reason }] };
}

function problemWithCharacters(inputs: Properties): string | undefined {
  const { length } = inputs;
  if (length === undefined) {
    return "Missing required property 'length'.";
  }
  if (Object.values(inputs).includes(unknown)) {
    return undefined;
  }
  const settings = characterSettings(inputs);
  const least = settings.minLower + settings.minUpper + settings.minNumeric + settings.minSpecial;
  if (!Number.isInteger(settings.length) || settings.length < Math.max(1, least)) {
    return `'length' must be a whole number of at least ${Math.max(1, least)}, not ${JSON.stringify(length)}.`;
  }
  if (!(settings.lower || settings.upper || settings.numeric || settings.special)) {
    return "At least one of 'lower', 'upper', 'numeric' and 'special' must be true.";
  }
  return undefined;
}

/** A string is its own id. A password must not be in its id. */
function idOf(kind: Kind, result: string): string {
  return kind === "RandomPassword" ? "none" : result;
}

function outputsOf(kind: Kind, inputs: Properties, result: PropertyValue): Properties {
  const settings = characterSettings(inputs);
  const outputs = { ...inputs, ...settings, number: settings.numeric };
  if (kind === "RandomString") {
    return { ...outputs, id: result, result };
  }
  return { ...outputs, id: "none", result: secret(result) };
}

function imported(kind: Kind, id: string): ResourceState {
  if (kind === "RandomUuid") {
    if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(id)) {
      throw new Error(`The id of an imported RandomUuid must be its UUID, but it is '${id}'.`);
    }
    return { id, outputs: { id, result: id }, inputs: {} };
  }
  const inputs = { length: id.length };
  return { id: idOf(kind, id), outputs: outputsOf(kind, inputs, id), inputs };
}
