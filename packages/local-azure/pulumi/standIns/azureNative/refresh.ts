/**
 * What a refresh does to the inputs. As azure-native does it: everything that changed in Azure since the last outputs is
 * copied into the inputs, so that the next preview shows it as a difference from the program.
 */

import { isDeepStrictEqual } from "node:util";
import { isObject, type Properties, type PropertyValue } from "provider-server";

/**
 * @param inputs the inputs in the state
 * @param olds what of the outputs in the state can be an input
 * @param news the same of Azure's
 */
export function refreshedInputs(inputs: Properties, olds: Properties, news: Properties): Properties {
  const result: Properties = {};
  for (const [name, value] of Object.entries(inputs)) {
    if (!(name in olds && !(name in news))) {
      result[name] = value;
    }
  }
  for (const [name, next] of Object.entries(news)) {
    const old = olds[name];
    if (!isDeepStrictEqual(old, next)) {
      const input = inputs[name];
      result[name] = old === undefined || input === undefined ? next : refreshedValue(input, old, next);
    }
  }
  return result;
}

/** Inside objects and arrays too only what changed is copied: the rest may be Azure's defaults. */
function refreshedValue(input: PropertyValue, old: PropertyValue, next: PropertyValue): PropertyValue {
  if (isObject(input) && isObject(old) && isObject(next)) {
    return refreshedInputs(input as Properties, old as Properties, next as Properties);
  }
  if (Array.isArray(input) && Array.isArray(old) && Array.isArray(next)) {
    return next.map((element, index) => {
      const [was, before] = [input[index], old[index]];
      return was === undefined || before === undefined ? element : refreshedValue(was, before, element);
    });
  }
  return next;
}
