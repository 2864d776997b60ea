/** components/schema.json, from which Pulumi generates the packages for other languages. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as exported from "../../components/index";

const schema = JSON.parse(readFileSync("components/schema.json", "utf8"));
const manifest = JSON.parse(readFileSync("components/package.json", "utf8"));

test("the schema has the package's version, name and license, and no foreign namespace", () => {
  expect(schema).toMatchObject({ version: manifest.version, license: manifest.license });
  expect(schema.language.nodejs.packageName).toBe(manifest.name);
  const { go, csharp, java } = schema.language;
  expect([go.importBasePath, csharp.rootNamespace, java.basePackage].join(" ")).not.toMatch(
    /pulumi\.|example/i,
  );
});

describe("the schema has a token for each", () => {
  const names = (tokens: object) => Object.keys(tokens).map((token) => token.split(":").pop());

  test("class that the package exports", () => {
    const classes = Object.entries(exported).filter(([, value]) => typeof value === "function");
    // Every package of a schema has a Provider: the schema describes it apart from the resources.
    expect(["Provider", ...names(schema.resources)].sort()).toEqual(classes.map(([name]) => name).sort());
  });

  test("enumeration that the package exports, with its values", () => {
    for (const [name, values] of Object.entries(exported).filter(([, value]) => typeof value === "object")) {
      const members = schema.types[`acr-token:index:${name}`].enum;
      expect(
        Object.fromEntries(members.map((one: { name: string; value: string }) => [one.name, one.value])),
      ).toEqual(values);
    }
  });
});

test("every input, output, type and value has a description", () => {
  const described = (part: Record<string, { description: string }> = {}) =>
    Object.entries(part).filter(([, { description }]) => !description);
  for (const { inputProperties, properties } of Object.values<never>(schema.resources)) {
    expect([...described(inputProperties), ...described(properties)]).toEqual([]);
  }
  for (const type of Object.values<{ description: string; properties?: never; enum?: never }>(schema.types)) {
    expect(type.description).toBeTruthy();
    expect([...described(type.properties), ...described(type.enum)]).toEqual([]);
  }
});

describe("secrets", () => {
  const secretsOf = (
    owners: Record<string, Record<string, Record<string, { secret?: boolean }>>>,
    kind: string,
  ) =>
    Object.entries(owners).flatMap(([token, owner]) =>
      Object.entries(owner[kind] ?? {}).flatMap(([name, { secret }]) =>
        secret ? [`${token.split(":").pop()}.${name}`] : [],
      ),
    );

  test("are marked if a type or a custom resource has a credential", () => {
    expect(secretsOf(schema.types, "properties").sort()).toEqual([
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
    expect(secretsOf(schema.resources, "inputProperties")).toEqual([
      "TokenCredentials.adopt",
      "TokenCredentials.azure",
      "TokenAccess.azure",
    ]);
  });

  test("are marked in the outputs of custom resources alone: Pulumi's Java SDK has no call for a component's", () => {
    expect(secretsOf(schema.resources, "properties")).toEqual([
      "TokenCredentials.password",
      "TokenCredentials.passwords",
    ]);
  });
});

test("the defaults are values, and the token's id replaces a resource", () => {
  const inputsOf = (name: string): Record<string, { default?: unknown }> =>
    schema.resources[`acr-token:index:${name}`].inputProperties;
  const defaults = Object.entries(inputsOf("RegistryToken")).filter(
    ([, input]) => input.default !== undefined,
  );
  expect(defaults.map(([name, input]) => [name, input.default])).toEqual([
    ["status", "enabled"],
    ["spreadRotation", false],
    ["waitUntilLive", false],
  ]);
  expect(inputsOf("TokenAccess").tokenId).toMatchObject({ willReplaceOnChanges: true });
});
