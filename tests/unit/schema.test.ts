/** The schema, which other languages' packages are made of, says what the TypeScript says. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Properties, plain } from "./schema/property";
import { enumInSchema, enums, folder, inSchema, resources, schema, types } from "./schema/schemaSide";
import { isExported, namesOf, ofClass, ofEnum, ofInterface, textOfExport } from "./schema/typeScriptSide";

const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

describe("the schema's version", () => {
  test("is the package's", () => {
    expect(schema.version).toBe(version);
  });
});

describe("the schema's languages", () => {
  test("have what Pulumi's generators need to know, and the npm package's name", () => {
    expect(Object.keys(schema.language)).toEqual(["nodejs", "python", "go", "csharp", "java"]);
    expect(schema.language.nodejs?.packageName).toBe(name);
  });
});

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
    expect(Object.keys(resources).sort()).toEqual(namesOf("class").sort());
  });
});

describe.each(Object.entries(resources))("the schema of %s", (name, resource) => {
  test("has its arguments", () => {
    expect(inSchema(resource.inputProperties, resource.requiredInputs)).toEqual(ofInterface(`${name}Args`));
  });

  test("has its outputs, and requires those that always have a value", () => {
    expect(inSchema(resource.properties, resource.required)).toEqual(ofClass(name));
  });

  // The values of a component's outputs say themselves that they are secrets. Of a schema that says it too, Pulumi's generator
  // for Java makes a call that its SDK has for custom resources only, and no compiler takes it.
  test("calls secret exactly those outputs that the class calls so, and none of a component's", () => {
    const secret = Object.entries(resource.properties).filter(([, property]) => property.secret);
    const called = Object.entries(ofClass(name)).filter(([, { text }]) => /\bsecrets?\b/.test(text));
    const expected = resource.isComponent ? [] : called.map(([output]) => output);
    expect(secret.map(([output]) => output)).toEqual(expected);
  });

  test("has the defaults that are a value, and no other", () => {
    const inTexts = Object.entries(ofInterface(`${name}Args`)).flatMap(([argument, { text, type }]) => {
      const [, value = ""] = /Default: ([a-z]+)\.$/.exec(text) ?? [];
      const isValue =
        type === "boolean" || (type in enums && enumInSchema(type).some((one) => one.value === value));
      return isValue ? [[argument, type === "boolean" ? value === "true" : value]] : [];
    });
    const given = Object.entries(resource.inputProperties).flatMap(([argument, property]) =>
      property.default === undefined ? [] : [[argument, property.default]],
    );
    expect(given).toEqual(inTexts);
    expect(given).not.toEqual([]);
  });

  test("says what its class says", () => {
    expect(plain(resource.description)).toBe(textOfExport(name));
  });
});

describe("the schema's examples", () => {
  const { description } = resources.RegistryToken ?? { description: "" };
  const blocks = [...description.matchAll(/```(\w+)\n(.*?)\n```/gs)].map(([, language, text]) => [
    language,
    text,
  ]);
  const settings = (yaml: string) => yaml.slice(yaml.indexOf("config:"));

  test.each([
    ["typescript", "typescript-esm/index.ts"],
    ["python", "python/__main__.py"],
    ["go", "go/main.go"],
    ["java", "java/src/main/java/program/App.java"],
    ["yaml", "yaml/Pulumi.yaml"],
  ])("in %s is the program that is run: %s", (language, file) => {
    const program = readFileSync(join(folder, "..", "examples", file), "utf8");
    expect(Object.fromEntries(blocks)[language]).toBe(
      (language === "yaml" ? settings(program) : program).trim(),
    );
  });

  test("are in these languages", () => {
    expect(blocks.map(([language]) => language)).toEqual(["typescript", "python", "go", "java", "yaml"]);
  });
});

describe("the schema's types", () => {
  test("are the package's interfaces that are no resource's arguments", () => {
    const interfaces = namesOf("interface")
      .map((name) => name.replace(/Args$/, ""))
      .filter((name) => !(name in resources));
    expect(Object.keys(types).sort()).toEqual(interfaces.sort());
  });

  test.each(Object.entries(types))("have %s as it is", (name, type) => {
    const interfaceName = isExported(name) ? name : `${name}Args`;
    const properties = inSchema(type.properties, type.required);
    expect(properties).toEqual(described(ofInterface(interfaceName), properties));
    expect(plain(type.description)).toBe(textOfExport(interfaceName));
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
      "Credentials.passwords",
      "EdgeRegistryCredential.password",
      "Password.value",
    ]);
  });
});

describe("the schema's enumerations", () => {
  test("are the package's", () => {
    expect(Object.keys(enums).sort()).toEqual(namesOf("const").sort());
  });

  test.each(Object.entries(enums))("have %s with its values", (name, { description }) => {
    expect(enumInSchema(name)).toEqual(ofEnum(name));
    expect(plain(description)).toBe(textOfExport(name));
  });
});
