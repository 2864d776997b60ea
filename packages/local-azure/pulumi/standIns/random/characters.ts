/** Random text of given kinds of characters, as in the random provider. */

import { randomInt } from "node:crypto";
import type { Properties } from "provider-server";

/** The provider's settings for characters, with its defaults. */
export interface CharacterSettings {
  length: number;
  lower: boolean;
  upper: boolean;
  numeric: boolean;
  special: boolean;
  minLower: number;
  minUpper: number;
  minNumeric: number;
  minSpecial: number;
}

export function characterSettings(inputs: Properties): CharacterSettings {
  return {
    length: Number(inputs.length),
    lower: inputs.lower !== false,
    upper: inputs.upper !== false,
    // `number` is the older name of `numeric`.
    numeric: (inputs.numeric ?? inputs.number) !== false,
    special: inputs.special !== false,
    minLower: Number(inputs.minLower ?? 0),
    minUpper: Number(inputs.minUpper ?? 0),
    minNumeric: Number(inputs.minNumeric ?? 0),
    minSpecial: Number(inputs.minSpecial ?? 0),
  };
}

const lower = "abcdefghijklmnopqrstuvwxyz";
const digits = "0123456789";
const specialCharacters = "!@#$%&*()-_=+[]{}<>:?";

/** @param overrideSpecial the special characters to choose from; default: the provider's list */
export function randomCharacters(settings: CharacterSettings, overrideSpecial?: string): string {
  const kinds = [
    { use: settings.lower, least: settings.minLower, from: lower },
    { use: settings.upper, least: settings.minUpper, from: lower.toUpperCase() },
    { use: settings.numeric, least: settings.minNumeric, from: digits },
    { use: settings.special, least: settings.minSpecial, from: overrideSpecial || specialCharacters },
  ];
  const required = kinds.flatMap(({ least, from }) => pick(from, least));
  const any = kinds.map(({ use, from }) => (use ? from : "")).join("");
  return shuffled([...required, ...pick(any, settings.length - required.length)]).join("");
}

function pick(from: string, count: number): string[] {
  return Array.from({ length: count }, () => from[randomInt(from.length)] as string);
}

function shuffled(items: string[]): string[] {
  for (let last = items.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [items[last], items[other]] = [items[other] as string, items[last] as string];
  }
  return items;
}
