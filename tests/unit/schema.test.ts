/** The schema, which other languages' packages are made of, says what the TypeScript says. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";

/** One argument, output or part of a named type, as both sides can put it. */
interface Property {
  /** `string`, `number`, `boolean`, the name of a type, or one of these in `…[]` or `Record<string, …>`. */
  readonly type: string;
  readonly isRequired: boolean;
  readonly text: string;
}

type Properties = Record<string, Property>;

const folder = join(__dirname, "..", "..", "components");

describe("the schema's version", () => {
  test("is the package's", () => {
    const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    expect(schema.version).toBe(version);
  });
});

interface SchemaProperty {
  readonly type?: string;
  readonly $ref?: string;
  readonly items?: SchemaProperty;
  readonly additionalProperties?: SchemaProperty;
  readonly description?: string;
  readonly secret?: boolean;
}

interface SchemaType {
  readonly description: string;
  readonly properties: Record<string, SchemaProperty>;
  readonly required?: string[];
}

interface SchemaResource extends SchemaType {
  readonly inputProperties: Record<string, SchemaProperty>;
  readonly requiredInputs: string[];
}

const schema: {
  version: string;
  types: Record<string, SchemaType>;
  resources: Record<string, SchemaResource>;
} = JSON.parse(readFileSync(join(folder, "schema.json"), "utf8"));

/** The types' and resources' names without the package's. */
const types = withoutPackage(schema.types);
const resources = withoutPackage(schema.resources);

function withoutPackage<T>(all: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(all).map(([token, item]) => [token.split(":").pop(), item]));
}

function schemaType({ type, $ref, items, additionalProperties }: SchemaProperty): string {
  if ($ref !== undefined) {
    return $ref.replace(/^#\/types\/acr-token:index:/, "");
  }
  if (type === "array") {
    return `${items && schemaType(items)}[]`;
  }
  if (type === "object") {
    return `Record<string, ${additionalProperties && schemaType(additionalProperties)}>`;
  }
  return type === "integer" ? "number" : String(type);
}

function inSchema(properties: Record<string, SchemaProperty>, required: readonly string[] = []): Properties {
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [
      name,
      {
        type: schemaType(property),
        isRequired: required.includes(name),
        text: plain(property.description ?? ""),
      },
    ]),
  );
}

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
const compiler = ts.createProgram([join(folder, "index.ts")], options, host);
const checker = compiler.getTypeChecker();

/** What the package exports, by name. */
const exported = new Map<string, ts.Symbol>();
const entry = compiler.getSourceFile(join(folder, "index.ts"));
for (const symbol of checker.getExportsOfModule(checker.getSymbolAtLocation(entry as ts.Node) as ts.Symbol)) {
  exported.set(symbol.name, checker.getAliasedSymbol(symbol));
}

function symbolOf(name: string): ts.Symbol {
  const symbol = exported.get(name);
  if (symbol === undefined) {
    throw new Error(`the package does not export ${name}`);
  }
  return symbol;
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
  const [part, ...others] = partsOf(type);
  // What is always null, or a list that is always empty, is no type of a schema.
  if (part === undefined || part.flags & ts.TypeFlags.Never) {
    return "string";
  }
  for (const [flag, name] of [
    [ts.TypeFlags.StringLike, "string"],
    [ts.TypeFlags.NumberLike, "number"],
    [ts.TypeFlags.BooleanLike, "boolean"],
  ] as const) {
    if ([part, ...others].every(({ flags }) => flags & flag)) {
      return name;
    }
  }
  if (others.length > 0) {
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
function ofInterface(name: string): Properties {
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
function ofClass(name: string): Properties {
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

/** A text without what only one side has: links, marks of code, line breaks. */
function plain(text: string): string {
  return text
    .replace(/\{@link ([^}]+)\}/g, "$1")
    .replace(/ \(https:[^)]+\)/g, "")
    .replace(/`/g, "")
    .replace(/\s+/g, " ")
    .trim();
}

/** Both sides with the same texts where TypeScript has none: then the schema must have one. */
function described(typeScript: Properties, inSchema: Properties): Properties {
  return Object.fromEntries(
    Object.entries(typeScript).map(([name, property]) => [
      name,
      { ...property, text: property.text || inSchema[name]?.text || `a description of ${name}` },
    ]),
  );
}

describe("the schema's resources", () => {
  test("are the package's classes", () => {
    const classes = [...exported]
      .filter(([, { flags }]) => flags & ts.SymbolFlags.Class)
      .map(([name]) => name);
    expect(Object.keys(resources).sort()).toEqual(classes.sort());
  });
});

describe.each(Object.entries(resources))("the schema of %s", (name, resource) => {
  test("has its arguments", () => {
    expect(inSchema(resource.inputProperties, resource.requiredInputs)).toEqual(ofInterface(`${name}Args`));
  });

  test("has its outputs, and requires those that always have a value", () => {
    expect(inSchema(resource.properties, resource.required)).toEqual(ofClass(name));
  });

  test("calls secret exactly those outputs that the class calls so", () => {
    const secret = Object.entries(resource.properties).filter(([, property]) => property.secret);
    const called = Object.entries(ofClass(name)).filter(([, { text }]) => /\bsecrets?\b/.test(text));
    expect(secret.map(([output]) => output)).toEqual(called.map(([output]) => output));
  });

  test("says what its class says", () => {
    expect(plain(resource.description)).toBe(textOf(symbolOf(name)));
  });
});

describe("the schema's types", () => {
  test("are the package's interfaces that are no resource's arguments", () => {
    const interfaces = [...exported]
      .filter(([, { flags }]) => flags & ts.SymbolFlags.Interface)
      .map(([name]) => name.replace(/Args$/, ""))
      .filter((name) => !(name in resources));
    expect(Object.keys(types).sort()).toEqual(interfaces.sort());
  });

  test.each(Object.entries(types))("have %s as it is", (name, type) => {
    const interfaceName = exported.has(name) ? name : `${name}Args`;
    const properties = inSchema(type.properties, type.required);
    expect(properties).toEqual(described(ofInterface(interfaceName), properties));
    expect(plain(type.description)).toBe(textOf(symbolOf(interfaceName)));
  });

  test("call secret what opens something, wherever it turns up", () => {
    const secret = Object.entries(types).flatMap(([name, { properties }]) =>
      Object.entries(properties).flatMap(([part, property]) => (property.secret ? [`${name}.${part}`] : [])),
    );
    expect(secret.sort()).toEqual([
      "Adopt.password1",
      "Adopt.password2",
      "AdoptedPasswords.password1",
      "AdoptedPasswords.password2",
      "AzureAccess.clientCertificatePassword",
      "AzureAccess.clientSecret",
      "AzureAccess.oidcRequestToken",
      "AzureAccess.oidcToken",
      "EdgeRegistryCredential.password",
      "Password.value",
    ]);
  });
});
