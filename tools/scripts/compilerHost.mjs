/** TypeScript's compiler as it meets the package, without the types of azure-native. */
import ts from "typescript";

/** @type {ts.CompilerOptions} */
export const options = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  skipLibCheck: true,
  types: [],
};

export const host = ts.createCompilerHost(options);
// No user of this package meets a type of azure-native, and loading all of them takes a minute.
host.resolveModuleNameLiterals = (literals, file, redirected, given) =>
  literals.map(({ text }) =>
    text.startsWith("@pulumi/azure-native")
      ? { resolvedModule: undefined }
      : ts.resolveModuleName(text, file, given, host, undefined, redirected, ts.ModuleKind.CommonJS),
  );
