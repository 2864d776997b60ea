/**
 * Writes docs/reference.md, or another file, from the doc comments of what the package exports: `npm run docs`. It reads the
 * sources alone, with TypeScript's parser, and so is quick and the same everywhere.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import ts from "typescript";

const components = resolve(import.meta.dirname, "../..", "components");

/** The classes first, in the order of their use; then the arguments and shapes, by name. */
const classes = ["RegistryToken", "TokenCredentials", "TokenAccess"];

const sources = new Map();
const declarations = exported(join(components, "index.ts"));
const others = [...declarations.keys()]
  .filter((name) => !classes.some((one) => name === one || name === `${one}Args`))
  .sort(byCodePoint);

const lines = [
  "# Reference",
  "",
  "<!-- Made by `npm run docs` from the doc comments in components/. -->",
  "",
  "Every `string` and `number` of an argument may also be an output of another resource. Programs in other languages have the",
  "same names in the manner of their language.",
  ...classes.flatMap((name) => [...section(name), ...section(`${name}Args`)]),
  ...others.flatMap(section),
];
writeFileSync(process.argv[2] ?? resolve(components, "..", "docs", "reference.md"), `${lines.join("\n")}\n`);

/** What a file exports by name, from wherever it has it: the name and its declarations. */
function exported(path) {
  const found = new Map();
  for (const statement of parse(path).statements) {
    if (!ts.isExportDeclaration(statement) || !statement.moduleSpecifier) {
      continue;
    }
    const from = join(path, "..", `${statement.moduleSpecifier.text}.ts`);
    for (const { name } of statement.exportClause.elements) {
      found.set(name.text, declarationOf(from, name.text));
    }
  }
  return found;
}

function parse(path) {
  if (!sources.has(path)) {
    const text = readFileSync(path, "utf8");
    sources.set(path, ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true));
  }
  return sources.get(path);
}

/** The statement that declares a name; of a constant and a type of one name, the constant. */
function declarationOf(path, name) {
  const found = parse(path).statements.find((statement) =>
    ts.isVariableStatement(statement)
      ? statement.declarationList.declarations.some((one) => one.name.text === name)
      : statement.name?.text === name,
  );
  if (found === undefined) {
    throw new Error(`${path} declares no ${name}`);
  }
  return found;
}

function section(name) {
  const declaration = declarations.get(name);
  const outputs = ts.isClassDeclaration(declaration) ? ["Outputs:", ""] : [];
  return ["", `## ${name}`, "", textOf(declaration), "", ...outputs, ...partsOf(declaration)];
}

function partsOf(declaration) {
  if (ts.isVariableStatement(declaration)) {
    const [{ initializer }] = declaration.declarationList.declarations;
    return initializer.expression.properties.map((value) =>
      item(value.initializer.text, `as \`${value.name.text}\``, textOf(value)),
    );
  }
  if (ts.isTypeAliasDeclaration(declaration)) {
    return [`\`${typeOf(declaration.type)}\``];
  }
  return propertiesOf(declaration).map((property) => {
    const isArgument = ts.isPropertySignature(property) && isInput(property.type);
    const required = isArgument && !property.questionToken ? ", required" : "";
    return item(property.name.text, `\`${typeOf(property.type)}\`${required}`, textOf(property));
  });
}

function item(name, what, text) {
  return `- **\`${name}\`** ${what}${text === "" ? "" : `. ${text}`}`;
}

/** The public ones, and those that it has from another interface. */
function propertiesOf(declaration) {
  const own = declaration.members.filter(
    (member) => ts.isPropertyDeclaration(member) || ts.isPropertySignature(member),
  );
  const bases = ts.isInterfaceDeclaration(declaration) ? (declaration.heritageClauses ?? []) : [];
  const inherited = bases.flatMap(({ types }) =>
    types.flatMap(({ expression }) => propertiesOf(declarations.get(expression.text))),
  );
  return [...own, ...inherited];
}

/** The text of a doc comment, in one line a paragraph. */
function textOf(node) {
  const [comment] = (node.jsDoc ?? []).slice(-1);
  const text = ts.getTextOfJSDocComment(comment?.comment) ?? "";
  return text
    .replace(/\{@link (\w+)\}/g, "`$1`")
    .split("\n\n")
    .map((paragraph) => paragraph.replace(/\s*\n\s*/g, " "))
    .join("\n\n");
}

function isInput(type) {
  return ts.isTypeReferenceNode(type) && type.typeName.getText() === "pulumi.Input";
}

/** A type as a reader needs it: without what Pulumi wraps around it, and a name for what has one. */
function typeOf(type) {
  if (ts.isTypeReferenceNode(type) && /^pulumi\.(Input|Output)$/.test(type.typeName.getText())) {
    return typeOf(type.typeArguments[0]);
  }
  if (ts.isTypeReferenceNode(type) && type.typeArguments?.length) {
    return `${type.typeName.getText()}<${type.typeArguments.map(typeOf).join(", ")}>`;
  }
  if (ts.isArrayTypeNode(type)) {
    return `${typeOf(type.elementType)}[]`;
  }
  if (ts.isUnionTypeNode(type)) {
    return type.types.map(typeOf).join(" | ");
  }
  if (ts.isTypeOperatorNode(type)) {
    return typeOf(type.type);
  }
  // An indexed type, of a list of names.
  if (ts.isIndexedAccessTypeNode(type)) {
    return namesIn(type).join(" | ");
  }
  return type.getText();
}

/** The texts of the constant list that a type is an element of: `(typeof names)[number]`. */
function namesIn({ objectType }) {
  const list = objectType.type.exprName.text;
  const [{ initializer }] = declarationOf(objectType.getSourceFile().fileName, list).declarationList
    .declarations;
  return initializer.expression.elements.map((element) => `"${element.text}"`);
}

/** The same order in every locale. */
function byCodePoint(one, other) {
  return one < other ? -1 : 1;
}
