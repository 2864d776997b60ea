/** Writes components/schema.json, or another file, from the types and doc comments of what the package exports: `npm run schema`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { classes, enums, interfaces } from "./publicTypes.mjs";

const project = resolve(import.meta.dirname, "../..");
const components = join(project, "components");
const { name, version, description, homepage, repository, author, license } = JSON.parse(
  readFileSync(join(components, "package.json"), "utf8"),
);

/** The fields that only an owner of a published repository can give: see CONTRIBUTING.md, "Releasing". */
const published = repository && {
  homepage,
  repository: repository.url,
  publisher: author,
  pluginDownloadURL: repository.url.replace(/^https:\/\/github\.com\//, "github://api.github.com/"),
};
const goModule = (repository?.url ?? name).replace(/^https:\/\//, "");

const schema = {
  name: "acr-token",
  displayName: "ACR token",
  version,
  description,
  keywords: ["pulumi", "azure", "category/cloud", "kind/component"],
  license,
  ...published,
  meta: { moduleFormat: "(.*)", supportPack: true },
  language: {
    nodejs: { packageName: name, respectSchemaVersion: true },
    python: {
      packageName: name.replaceAll("-", "_"),
      inputTypes: "classes-and-dicts",
      pyproject: { enabled: true },
      respectSchemaVersion: true,
    },
    go: {
      importBasePath: `${goModule}/sdk/go/acrtoken`,
      generateResourceContainerTypes: true,
      respectSchemaVersion: true,
    },
    csharp: {
      rootNamespace: "AcrToken",
      namespaces: { "acr-token": "Sdk" },
      packageReferences: { Pulumi: "3.*" },
      respectSchemaVersion: true,
    },
    java: { basePackage: "acrtoken", packages: { "acr-token": "sdk" }, buildFiles: "gradle" },
  },
  provider: {
    description:
      "The provider has no configuration: the identity is an argument of each resource, else that of azure-native's configuration, of the `ARM_*` variables or of `az login`.",
  },
  types: tokens([...[...enums].map(enumeration), ...[...interfaces].filter(isShape).map(shape)]),
  resources: tokens(["RegistryToken", "TokenCredentials", "TokenAccess"].map(resource)),
};
writeFileSync(
  process.argv[2] ?? join(components, "schema.json"),
  `${JSON.stringify(schema, undefined, 2)}\n`,
);

function tokens(entries) {
  return Object.fromEntries(entries.map(([name, item]) => [`acr-token:index:${name}`, item]));
}

/** Whether an interface is no resource's arguments. */
function isShape([name]) {
  return !classes.has(name.replace(/Args$/, ""));
}

function enumeration([name, { description, values }]) {
  const members = values.map(({ name, value, description }) => ({ name, value, description }));
  return [name, { type: "string", description, enum: members }];
}

function shape([name, { description, properties }]) {
  const required = requiredOf(properties);
  return [
    name.replace(/Args$/, ""),
    {
      type: "object",
      description,
      properties: propertiesOf(properties),
      ...(required.length > 0 && { required }),
    },
  ];
}

function resource(name) {
  const { description, outputs } = classes.get(name);
  const { properties: inputs } = interfaces.get(`${name}Args`);
  const isComponent = name === "RegistryToken";
  // The values of a component's outputs are marked as secrets themselves. If the schema marks them too, Pulumi's generator for
  // Java makes a call that its SDK has for custom resources alone.
  const shown = isComponent ? outputs.map((output) => ({ ...output, isSecret: false })) : outputs;
  return [
    name,
    {
      ...(isComponent && { isComponent }),
      description: isComponent ? `${description}\n\n${examples()}` : description,
      inputProperties: propertiesOf(inputs),
      requiredInputs: requiredOf(inputs),
      properties: propertiesOf(shown),
      required: requiredOf(outputs),
    },
  ];
}

function propertiesOf(properties) {
  return Object.fromEntries(
    properties.map(({ name, schema, description, isSecret, replaces, default: value }) => [
      name,
      {
        ...schema,
        description,
        ...(value !== undefined && { default: value }),
        ...(isSecret && { secret: true }),
        ...(replaces && { willReplaceOnChanges: true }),
      },
    ]),
  );
}

function requiredOf(properties) {
  return properties.filter(({ isRequired }) => isRequired).map(({ name }) => name);
}

/** The example programs, in the form in which Pulumi's registry shows one for each language. */
function examples() {
  const blocks = [
    ["typescript", "typescript-esm/index.ts"],
    ["python", "python/__main__.py"],
    ["go", "go/main.go"],
    ["java", "java/src/main/java/program/App.java"],
    ["yaml", "yaml/Pulumi.yaml"],
  ].map(([language, file]) => {
    const text = readFileSync(join(project, "examples", file), "utf8");
    // Of a project in YAML the head names what the reader's own project has.
    const shown = language === "yaml" ? text.slice(text.indexOf("config:")) : text;
    return `\`\`\`${language}\n${shown.trim()}\n\`\`\``;
  });
  return `{{% examples %}}\n## Example Usage\n\n{{% example %}}\n### A client that may pull\n\n${blocks.join("\n\n")}\n{{% /example %}}\n{{% /examples %}}`;
}
