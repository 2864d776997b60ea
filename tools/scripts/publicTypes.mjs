/**
 * Reads what the package exports with TypeScript's compiler, in the terms of a Pulumi schema: the one source of schema.json,
 * and through it of docs/reference.md.
 *
 * A doc comment is a description. Its tags: `@default` becomes the last sentence, and the schema's default if it is a value in
 * backticks; `@secret` marks a secret; `@replaces` marks an input whose change replaces the resource.
 */
import { join, resolve } from "node:path";
import ts from "typescript";
import { host, options } from "./compilerHost.mjs";

const nothing = ts.TypeFlags.Undefined | ts.TypeFlags.Null;
const entryFile = join(resolve(import.meta.dirname, "../.."), "components", "index.ts");
const program = ts.createProgram([entryFile], options, host);
const checker = program.getTypeChecker();

const exported = new Map(
  checker
    .getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(entryFile)))
    .map((symbol) => [
      symbol.name,
      symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol,
    ]),
);

const symbolsOf = (flag) => [...exported].filter(([, { flags }]) => flags & flag);

/** The constant objects that are enumerations: each value with its name and description. */
export const enums = new Map(
  symbolsOf(ts.SymbolFlags.BlockScopedVariable).map(([name, symbol]) => [
    name,
    {
      description: descriptionOf(symbol),
      values: checker
        .getTypeOfSymbol(symbol)
        .getProperties()
        .map((value) => ({
          name: value.name,
          value: checker.getTypeOfSymbol(value).value,
          description: descriptionOf(value),
        })),
    },
  ]),
);

/** The interfaces: their description and properties. */
export const interfaces = new Map(
  symbolsOf(ts.SymbolFlags.Interface).map(([name, symbol]) => [
    name,
    {
      description: descriptionOf(symbol),
      properties: checker
        .getDeclaredTypeOfSymbol(symbol)
        .getProperties()
        .map((property) => propertyOf(property, checker.getTypeOfSymbol(property))),
    },
  ]),
);

/** The classes: their description and outputs. */
export const classes = new Map(
  symbolsOf(ts.SymbolFlags.Class).map(([name, symbol]) => [
    name,
    { description: descriptionOf(symbol), outputs: outputsOf(symbol.valueDeclaration) },
  ]),
);

function outputsOf(declaration) {
  const isOutput = (member) =>
    ts.isPropertyDeclaration(member) && !(ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private);
  return declaration.members.filter(isOutput).map((member) => {
    const [held] = member.type.typeArguments;
    return propertyOf(checker.getSymbolAtLocation(member.name), checker.getTypeFromTypeNode(held));
  });
}

function propertyOf(symbol, type) {
  const tags = new Map(
    symbol.getJsDocTags(checker).map((tag) => [tag.name, oneLine(ts.displayPartsToString(tag.text))]),
  );
  const schema = schemaOf(type);
  const value = tags.get("default");
  const sentences = [
    descriptionOf(symbol),
    tags.has("secret") && "A secret.",
    value !== undefined && `Default: ${value}.`,
  ];
  return {
    name: symbol.name,
    schema,
    description: sentences.filter(Boolean).join(" "),
    isRequired: !partsOf(type, true).some(({ flags }) => flags & nothing),
    isSecret: tags.has("secret"),
    replaces: tags.has("replaces"),
    default: defaultOf(schema, value),
  };
}

/** The default as a value, if the text is a value of the property's type in backticks. */
function defaultOf({ type, $ref }, text) {
  const [, value] = /^`(.*)`$/.exec(text ?? "") ?? [];
  if (type === "boolean") {
    return { true: true, false: false }[value];
  }
  const values = $ref === undefined ? undefined : enums.get($ref.split(":").pop())?.values;
  return values?.some((one) => one.value === value) ? value : undefined;
}

/** The parts of a union without the forms that pulumi.Input adds to a value. */
function partsOf(type, withNothing = false) {
  return (type.isUnion() ? type.types : [type]).filter(
    (part) =>
      (withNothing || !(part.flags & nothing)) &&
      !["Promise", "OutputInstance"].includes(part.getSymbol()?.name ?? ""),
  );
}

/** A type as a property of a schema. */
function schemaOf(type) {
  const parts = partsOf(type);
  const [part] = parts;
  // A schema has no type for a property that is always null, or for the element of a list that is always empty.
  if (part === undefined || part.flags & ts.TypeFlags.Never) {
    return { type: "string" };
  }
  if (parts.every((one) => one.isStringLiteral())) {
    return reference(enumOf(parts.map(({ value }) => value)));
  }
  for (const [flag, name] of [
    [ts.TypeFlags.String, "string"],
    [ts.TypeFlags.NumberLike, "integer"],
    [ts.TypeFlags.BooleanLike, "boolean"],
  ]) {
    if (parts.every(({ flags }) => flags & flag)) {
      return { type: name };
    }
  }
  if (parts.length > 1) {
    throw new Error(`a schema cannot express the union ${checker.typeToString(type)}`);
  }
  if (checker.isArrayType(part)) {
    return { type: "array", items: schemaOf(checker.getTypeArguments(part)[0]) };
  }
  const values = part.getStringIndexType();
  return values === undefined
    ? reference(part.getSymbol().name.replace(/Args$/, ""))
    : { type: "object", additionalProperties: schemaOf(values) };
}

function reference(name) {
  return { $ref: `#/types/acr-token:index:${name}` };
}

function enumOf(wanted) {
  const key = (values) => [...values].sort().join(" ");
  const found = [...enums].find(([, { values }]) => key(values.map(({ value }) => value)) === key(wanted));
  if (found === undefined) {
    throw new Error(`the package exports no enumeration of ${wanted.join(", ")}`);
  }
  return found[0];
}

/** The text of a doc comment: one line a paragraph, links as names. */
function descriptionOf(symbol) {
  return ts
    .displayPartsToString(symbol.getDocumentationComment(checker))
    .replace(/\{@link ([^}]+)\}/g, "`$1`")
    .split("\n\n")
    .map(oneLine)
    .join("\n\n");
}

function oneLine(text) {
  return text.replace(/\s*\n\s*/g, " ");
}
