/** Compiles programs that use the package, without writing anything. */
import { join, resolve } from "node:path";
import ts from "typescript";
// @ts-expect-error It has no types.
import { host, options } from "../../tools/scripts/compilerHost.mjs";

const folder = resolve("components");

/** The compiler's errors for each program, as if the program stood beside components/index.ts. */
export function compile(programs: readonly string[]): string[][] {
  const texts = new Map(programs.map((program, index) => [join(folder, `program${index}.ts`), program]));
  const withPrograms: ts.CompilerHost = {
    ...host,
    fileExists: (name) => texts.has(name) || host.fileExists(name),
    readFile: (name) => texts.get(name) ?? host.readFile(name),
    getSourceFile: (name, version, ...others) => {
      const text = texts.get(name);
      return text === undefined
        ? host.getSourceFile(name, version, ...others)
        : ts.createSourceFile(name, text, version);
    },
  };
  const compiled = ts.createProgram([...texts.keys()], options, withPrograms);
  return [...texts.keys()].map((name) =>
    compiled
      .getSemanticDiagnostics(compiled.getSourceFile(name))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " ").replace(/\s+/g, " ")),
  );
}
