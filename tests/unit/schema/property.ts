/** One argument, output or part of a named type, as both sides can put it. */
export interface Property {
  /** `string`, `number`, `boolean`, the name of a type, or one of these in `…[]` or `Record<string, …>`. */
  readonly type: string;
  readonly isRequired: boolean;
  readonly text: string;
}

export type Properties = Record<string, Property>;

/** One value of an enumeration. */
export interface EnumValue {
  readonly name: string;
  readonly value: string;
  readonly text: string;
}

/** A text without what only one side has: links, marks of code, line breaks, and the examples, which are for readers of the schema. */
export function plain(text: string): string {
  return text
    .replace(/\{\{% examples %\}\}.*\{\{% \/examples %\}\}/s, "")
    .replace(/\{@link ([^}]+)\}/g, "$1")
    .replace(/ \(https:[^)]+\)/g, "")
    .replace(/`/g, "")
    .replace(/\s+/g, " ")
    .trim();
}
