/** What the documentation says about keyVault agrees with the product, and with the tools that read a secret. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { Ajv, type SchemaObject } from "ajv";
import { describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { dockerConfigJson } from "../../components/args/credentialFiles";
import { checkKeyVault } from "../../components/args/keyVault";
import { compile } from "../component/compile";
import { escEnvironment, manifests, secretObject, secretObjects, workflow } from "./keyVaultSchemas";

const reference = readFileSync("docs/reference.md", "utf8");
const page = readFileSync("docs/key-vault.md", "utf8");

test("the reference says at every output with a password that it is not set with keyVault", () => {
  const [, section = ""] = /^## RegistryToken outputs\n([\s\S]*?)^## /m.exec(reference) ?? [];
  const secrets = [...section.matchAll(/^- \*\*`(\w+)`\*\* .*A secret\.$/gm)];
  expect(secrets.map(([, name]) => name)).toEqual([
    "password",
    "password1",
    "password2",
    "credentials",
    "dockerConfigJson",
    "edgeRegistryCredentials",
  ]);
  for (const [line] of secrets) {
    expect(line).toMatch(/Not set .*with `keyVault`\./);
  }
});

/** The code of a section of the page, without the indentation of a list. */
function codeOf(section: string, language: string): string {
  const [, text = ""] = new RegExp(`^#+ ${section}\\n([\\s\\S]*?)^##`, "m").exec(page) ?? [];
  const [, indent = "", code = ""] =
    new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\``, "m").exec(text) ?? [];
  expect(code, section).not.toBe("");
  return code.replaceAll(new RegExp(`^${indent}`, "gm"), "");
}

test("the program of the page compiles", () => {
  const program = codeOf("Set up", "ts").replace('"pulumi-acr-token"', '"./index"');
  expect(compile([program])).toEqual([[]]);
});

const ajv = new Ajv({ allErrors: true });
ajv.addFormat("vault", (vaultUri: string) => checkKeyVault({ vaultUri }).length === 0);

function problemsWith(schema: SchemaObject | undefined, value: unknown): unknown {
  expect(schema).toBeDefined();
  ajv.validate(schema as SchemaObject, value);
  return ajv.errors ?? [];
}

const kubernetesManifests = (section: string) =>
  parseAllDocuments(codeOf(section, "yaml")).map((document) => document.toJS());

describe("the manifest of the page for", () => {
  test("External Secrets Operator is valid, and its template is a Docker config with the password", () => {
    const found = kubernetesManifests("External Secrets Operator");
    expect(found.map(({ kind }) => kind)).toEqual(["SecretStore", "ExternalSecret"]);
    for (const manifest of found) {
      expect(problemsWith(manifests[manifest.kind], manifest)).toEqual([]);
    }
    const [store, { spec }] = found;
    expect(spec.secretStoreRef).toEqual({ kind: store.kind, name: store.metadata.name });
    const template = spec.target.template.data[".dockerconfigjson"];
    expect(spec.data.map(({ secretKey }: { secretKey: string }) => `{{ .${secretKey} }}`)).toEqual([
      "{{ .password }}",
    ]);
    const config = JSON.parse(template.replace("{{ .password }}", "hush"));
    const [[host, entry]] = Object.entries(config.auths) as [[string, Record<string, string>]];
    const { auth: _, ...ours } = JSON.parse(dockerConfigJson([host], "edge-client", "hush")).auths[host];
    expect(entry).toEqual(ours);
  });

  test("the Secrets Store CSI driver is valid, with the objects in its text", () => {
    const [manifest] = kubernetesManifests("Secrets Store CSI driver");
    expect(problemsWith(manifests[manifest.kind], manifest)).toEqual([]);
    const objects = parse(manifest.spec.parameters.objects);
    expect(problemsWith(secretObjects, objects)).toEqual([]);
    for (const text of objects.array) {
      expect(problemsWith(secretObject, parse(text))).toEqual([]);
    }
  });

  test("Pulumi ESC is valid, and each of its references has a value", () => {
    const environment = parse(codeOf("Pulumi ESC", "yaml"));
    expect(problemsWith(escEnvironment, environment)).toEqual([]);
    const { login, vault, get } = environment.values.registry["fn::open::azure-secrets"];
    expect([login, vault, Object.keys(get)]).toEqual([
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference of ESC
      "${azure.login}",
      "myvault",
      ["password"],
    ]);
    expect(Object.values(environment.values.environmentVariables)).toEqual([
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference of ESC
      "${registry.password}",
    ]);
  });

  test("GitHub Actions is a valid workflow", () => {
    expect(problemsWith(workflow, parse(codeOf("GitHub Actions", "yaml")))).toEqual([]);
  });

  const hasLinter = spawnSync("actionlint", ["-version"]).status === 0;
  const linted = `GitHub Actions passes actionlint${hasLinter ? "" : " (skipped: there is no actionlint on PATH)"}`;

  test.skipIf(!hasLinter)(linted, () => {
    const { stdout } = spawnSync("actionlint", ["-no-color", "-"], {
      input: codeOf("GitHub Actions", "yaml"),
      encoding: "utf8",
    });
    expect(stdout).toBe("");
  });

  test("each tool names the same vault, secret, registry and username", () => {
    const tools = ["GitHub Actions", "External Secrets Operator", "Secrets Store CSI driver", "Pulumi ESC"];
    const code = tools.map((tool) => codeOf(tool, "yaml"));
    for (const text of code) {
      expect(text).toMatch(/\bmyvault\b/);
      expect(text).toMatch(/\bedge-client-password\b/);
    }
    expect(code.join("").match(/\w+\.azurecr\.io/g)).toEqual(Array(3).fill("myregistry.azurecr.io"));
  });
});

test("the schemas refuse a field that a tool does not know", () => {
  const [manifest] = kubernetesManifests("Secrets Store CSI driver");
  manifest.spec.parameters.vaultName = "myvault";
  expect(problemsWith(manifests.SecretProviderClass, manifest)).toMatchObject([
    { message: "must NOT have additional properties" },
  ]);
});
