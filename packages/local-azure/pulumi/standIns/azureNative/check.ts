/** azure-native's check of inputs: adds names, location and version, then validates. */

import { createHash } from "node:crypto";
import {
  type Autonaming,
  type CheckResult,
  type Properties,
  type PropertyValue,
  type ResourceReference,
  unknown,
} from "provider-server";
import type { PathParameter, ResourceType } from "./typeDescription.js";

/** Set on inputs with a random name: such a resource is replaced before the old resource is deleted. */
export const createBeforeDelete = "__createBeforeDelete";

/** @param locationOf returns the default location in a resource group */
export async function checkInputs(
  type: ResourceType,
  resource: ResourceReference,
  olds: Properties,
  news: Properties,
  seed: Uint8Array,
  autonaming: Autonaming | undefined,
  locationOf: (resourceGroupName: PropertyValue | undefined) => Promise<string | undefined>,
): Promise<CheckResult> {
  const inputs: Properties = {
    azureApiVersion: type.apiVersion,
    ...named(type, resource.name, olds, news, seed, autonaming),
  };
  if ("location" in type.envelope && inputs.location === undefined) {
    const location = olds.location ?? (await locationOf(inputs.resourceGroupName));
    if (location !== undefined) {
      inputs.location = location;
    }
  }
  return { inputs, failures: [...missing(type, inputs), ...badNames(type, inputs)] };
}

function named(
  type: ResourceType,
  logicalName: string,
  olds: Properties,
  news: Properties,
  seed: Uint8Array,
  autonaming: Autonaming | undefined,
): Properties {
  const key = type.parameters.at(-1)?.name ?? "";
  if (news[key] !== undefined) {
    return news;
  }
  if (olds[key] !== undefined) {
    const random = olds[createBeforeDelete];
    return { ...news, [key]: olds[key], ...(random !== undefined && { [createBeforeDelete]: random }) };
  }
  if (autonaming?.mode === "disable") {
    return news;
  }
  if (autonaming !== undefined) {
    return { ...news, [key]: autonaming.proposedName, [createBeforeDelete]: true };
  }
  if (type.autoName === "copy") {
    return { ...news, [key]: logicalName };
  }
  const suffix = createHash("sha256").update(seed).digest("hex").slice(0, 8);
  return { ...news, [key]: `${logicalName}${suffix}`, [createBeforeDelete]: true };
}

function missing(type: ResourceType, inputs: Properties) {
  const required = [...type.parameters.map(({ name }) => name), ...type.required];
  return (
    required
      .filter((property) => inputs[property] === undefined)
      // azure-native's failures have no property.
      .map((property) => {
        const hint =
          property === "location"
            ? ". Either set it explicitly or configure it with 'pulumi config set azure-native:location <value>'."
            : "";
        return { property: "", reason: `missing required property '${property}'${hint}` };
      })
  );
}

function badNames(type: ResourceType, inputs: Properties) {
  return type.parameters.flatMap((parameter) => {
    const value = inputs[parameter.name];
    const reason = typeof value === "string" && value !== unknown ? problem(parameter, value) : undefined;
    return reason ? [{ property: "", reason }] : [];
  });
}

function problem(parameter: PathParameter, value: string): string | undefined {
  const { name, minLength, maxLength, pattern } = parameter;
  if (value.length < minLength) {
    return `'${name}' is too short (${value.length}): at least ${minLength} characters required`;
  }
  if (value.length > maxLength) {
    return `'${name}' is too long (${value.length}): at most ${maxLength} characters allowed`;
  }
  return pattern?.test(value) === false
    ? `'${name}' does not match expression '${pattern.source}'`
    : undefined;
}
