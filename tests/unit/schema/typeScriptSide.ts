/** What the package's TypeScript says, by the compiler. */
import { join } from "node:path";
import ts from "typescript";
import { type EnumValue, type Properties, plain } from "./property";
import { folder } from "./schemaSide";

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  skipLibCheck: true,
  types: [],
};
const host = ts.createCompilerHost(options);
// azure-native's types are many, and none is in sight of a user of this package.
host.resolveModuleNameLiterals = (literals, file, redirected, given) =>
  literals.map(({ text }) =>
    text.startsWith("@pulumi/azure-native")
      ? { resolvedModule: undefined }
      : ts.resolveModuleName(text, file, given, host, undefined, redirected, ts.ModuleKind.CommonJS),
  );
const entryFile = join(folder, "index.ts");
const compiler = ts.createProgram([entryFile], options, host);
const checker = compiler.getTypeChecker();

/** What the package exports, by name. */
const exported = new Map<string, ts.Symbol>();
const entry = compiler.getSourceFile(entryFile) as ts.Node;
for (const symbol of checker.getExportsOfModule(checker.getSymbolAtLocation(entry) as ts.Symbol)) {
  exported.set(symbol.name, checker.getAliasedSymbol(symbol));
}

/** The names of what is exported of a kind. */
export function namesOf(kind: "class" | "interface" | "const"): string[] {
  const flag = {
    class: ts.SymbolFlags.Class,
    interface: ts.SymbolFlags.Interface,
    const: ts.SymbolFlags.BlockScopedVariable,
  }[kind];
  return [...exported].filter(([, { flags }]) => flags & flag).map(([name]) => name);
}

export function isExported(name: string): boolean {
  return exported.has(name);
}

function symbolOf(name: string): ts.Symbol {
  const symbol = exported.get(name);
  if (symbol === undefined) {
    throw new Error(`the package does not export ${name}`);
  }
  return symbol;
}

/** What a doc comment says of an export. */
export function textOfExport(name: string): string {
  return textOf(symbolOf(name));
}

/** The values of a constant object that is an enumeration: each property with its text. */
export function ofEnum(name: string): EnumValue[] {
  const symbol = symbolOf(name);
  return checker
    .getTypeOfSymbol(symbol)
    .getProperties()
    .map((property) => ({
      name: property.name,
      value: (checker.getTypeOfSymbol(property) as ts.StringLiteralType).value,
      text: textOf(property),
    }));
}

/** The enumerations by their values, in the order of the values' names. */
const enumsByValues = new Map(
  namesOf("const").map((name) => [valuesKey(ofEnum(name).map(({ value }) => value)), name]),
);

function valuesKey(values: readonly string[]): string {
  return [...values].sort().join(" ");
}

/** The parts of a union without Pulumi's ways of giving a value later; without null and undefined too. */
function partsOf(type: ts.Type): ts.Type[] {
  const nothing = ts.TypeFlags.Undefined | ts.TypeFlags.Null;
  return (type.isUnion() ? type.types : [type]).filter(
    (part) =>
      !(part.flags & nothing) && !["Promise", "OutputInstance"].includes(part.getSymbol()?.name ?? ""),
  );
}

function typeScriptType(type: ts.Type): string {
  const parts = partsOf(type);
  const [part] = parts;
  // What is always null, or a list that is always empty, is no type of a schema.
  if (part === undefined || part.flags & ts.TypeFlags.Never) {
    return "string";
  }
  if (parts.every((one) => one.isStringLiteral())) {
    const found = enumsByValues.get(valuesKey(parts.map(({ value }) => value)));
    if (found === undefined) {
      throw new Error(`no enumeration has the values of ${checker.typeToString(type)}`);
    }
    return found;
  }
  for (const [flag, name] of [
    [ts.TypeFlags.String, "string"],
    [ts.TypeFlags.NumberLike, "number"],
    [ts.TypeFlags.BooleanLike, "boolean"],
  ] as const) {
    if (parts.every(({ flags }) => flags & flag)) {
      return name;
    }
  }
  if (parts.length > 1) {
    throw new Error(`a schema has no union such as ${checker.typeToString(type)}`);
  }
  if (checker.isArrayType(part)) {
    const [element] = checker.getTypeArguments(part as ts.TypeReference);
    return `${typeScriptType(element as ts.Type)}[]`;
  }
  const values = part.getStringIndexType();
  return values === undefined
    ? (part.getSymbol()?.name ?? "").replace(/Args$/, "")
    : `Record<string, ${typeScriptType(values)}>`;
}

function canBeNothing(type: ts.Type): boolean {
  return [type, ...(type.isUnion() ? type.types : [])].some(
    ({ flags }) => flags & (ts.TypeFlags.Null | ts.TypeFlags.Undefined),
  );
}

/** The parts of an interface. One that may be null or left out is not required. */
export function ofInterface(name: string): Properties {
  const properties = checker.getDeclaredTypeOfSymbol(symbolOf(name)).getProperties();
  return Object.fromEntries(
    properties.map((property) => {
      const type = checker.getTypeOfSymbol(property);
      return [
        property.name,
        { type: typeScriptType(type), isRequired: !canBeNothing(type), text: textOf(property) },
      ];
    }),
  );
}

/** The outputs that a resource's class declares itself. One that may be null or undefined is not required. */
export function ofClass(name: string): Properties {
  const declaration = symbolOf(name).valueDeclaration as ts.ClassDeclaration;
  const outputs = declaration.members.filter(
    (member): member is ts.PropertyDeclaration =>
      ts.isPropertyDeclaration(member) && !(ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private),
  );
  return Object.fromEntries(
    outputs.map((output) => {
      const [held] = (output.type as ts.TypeReferenceNode).typeArguments ?? [];
      const symbol = checker.getSymbolAtLocation(output.name) as ts.Symbol;
      const type = checker.getTypeFromTypeNode(held as ts.TypeNode);
      const isRequired = !canBeNothing(type);
      return [symbol.name, { type: typeScriptType(type), isRequired, text: textOf(symbol) }];
    }),
  );
}

function textOf(symbol: ts.Symbol): string {
  return plain(ts.displayPartsToString(symbol.getDocumentationComment(checker)));
}

/** What the compiler says of each of some programs that use the package, which stand beside it. */
export function compile(programs: readonly string[]): string[][] {
  const texts = new Map(programs.map((program, index) => [join(folder, `program${index}.ts`), program]));
  const withPrograms: ts.CompilerHost = {
    ...host,
    fileExists: (name) => texts.has(name) || host.fileExists(name),
    readFile: (name) => texts.get(name) ?? host.readFile(name),
    getSourceFile: (name, version, ...others) => {
      const text = texts.get(name);
      return text === undefined
        ? (compiler.getSourceFile(name) ?? host.getSourceFile(name, version, ...others))
        : ts.createSourceFile(name, text, version);
    },
  };
  const compiled = ts.createProgram([...texts.keys()], options, withPrograms, compiler);
  return [...texts.keys()].map((name) =>
    compiled
      .getSemanticDiagnostics(compiled.getSourceFile(name))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " ").replace(/\s+/g, " ")),
  );
}
