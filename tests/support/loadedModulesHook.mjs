import { appendFileSync } from "node:fs";

let file;

export function initialize(data) {
  file = data.file;
}

export function resolve(specifier, context, next) {
  appendFileSync(file, `${specifier}\n`);
  return next(specifier, context);
}
