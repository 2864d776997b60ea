/**
 * The inputs after a refresh, as in azure-native: changes in Azure since the last outputs are copied into the inputs, so that
 * the next preview shows them as differences from the program.
 */

import { isDeepStrictEqual } from "node:util";
import { isObject, type Properties, type PropertyValue } from "provider-server";

/**
 * @param inputs the inputs in the state
 * @param olds the outputs in the state that can be inputs
 * @param news Azure's outputs that can be inputs
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

/** Copies only changes inside objects and arrays, too: other values may be Azure's defaults. */
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
