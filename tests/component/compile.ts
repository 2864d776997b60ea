/** Compiles programs that use the package, without writing anything. */
import { join, resolve } from "node:path";
import ts from "typescript";

const folder = resolve("components");

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  skipLibCheck: true,
  types: [],
};
const host = ts.createCompilerHost(options);
// No user of this package meets a type of azure-native, and loading all of them takes a minute.
host.resolveModuleNameLiterals = (literals, file, redirected, given) =>
  literals.map(({ text }) =>
    text.startsWith("@pulumi/azure-native")
      ? { resolvedModule: undefined }
      : ts.resolveModuleName(text, file, given, host, undefined, redirected, ts.ModuleKind.CommonJS),
  );
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
