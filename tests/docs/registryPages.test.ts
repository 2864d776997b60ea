/** The pages for Pulumi's registry: their form, and their examples, which are run. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import ts from "typescript";
import { expect, it, onTestFinished, test } from "vitest";
import { resolveSettings } from "../../components/provider/azure/auth/settings";
import { describeWith, onlyAtFullSize, TestStack } from "../engine/support";

const pages = ["_index.md", "installation-configuration.md"];
const languages = ["typescript", "python", "go", "csharp", "java", "yaml"];

function read(page: string): string {
  return readFileSync(resolve("docs", page), "utf8");
}

/** The content for one language in a page's chooser. */
function choice(page: string, language: string): string {
  const start = `{{% choosable language ${language} %}}`;
  const [, rest = ""] = read(page).split(start);
  return rest.split("{{% /choosable %}}")[0] ?? "";
}

/** The code of the first block in a text, of a language or any. */
function code(text: string, language = "\\w+"): string {
  return new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(text)?.[1] ?? "";
}

test.each(pages)("%s has the front matter and the choices that Pulumi's registry wants", (page) => {
  const text = read(page);
  const [, matter = ""] = /^---\n([\s\S]*?)\n---\n/.exec(text) ?? [];
  expect(matter).toMatch(/^title: \S.*$/m);
  expect(matter).toMatch(/^meta_desc: \S.{20,160}$/m);
  expect(matter).toMatch(/^layout: package$/m);
  expect(text).toContain(`{{< chooser language "${languages.join(",")}" >}}`);
  expect(text.match(/\{\{< \/chooser >\}\}/g)).toHaveLength(1);
  const choices = [...text.matchAll(/choosable language (\w+) %\}\}/g)].map(([, name]) => name);
  expect(choices).toEqual(languages);
  expect(text.match(/\{\{% \/choosable %\}\}/g)).toHaveLength(languages.length);
  for (const language of languages) {
    expect(code(choice(page, language))).not.toBe("");
  }
});

test("the table of settings has each one with its environment variable", () => {
  const rows = [...read("installation-configuration.md").matchAll(/^\| `(\w+)` +\| `([A-Z_]+)` +\|/gm)];
  const named = Object.fromEntries(rows.map(([, name, variable]) => [name, variable]));
  // The provider's settings from an environment in which each variable has its own name as its value.
  const echo = new Proxy({} as NodeJS.ProcessEnv, {
    get: (_, variable) => (String(variable).startsWith("ARM_USE_") ? "true" : String(variable)),
  });
  const settings = resolveSettings({}, echo);
  expect(Object.keys(named).sort()).toEqual(Object.keys(settings).sort());
  for (const [name, value] of Object.entries(settings)) {
    expect([true, false, named[name]], name).toContain(value);
  }
});

/** A project with a program from the page, and with the package where its installation puts it. */
function project(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "page-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "node_modules"));
  for (const name of ["pulumi-acr-token", "@pulumi", "@types"]) {
    symlinkSync(resolve("node_modules", name), join(folder, "node_modules", name), "junction");
  }
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

test("the example in TypeScript compiles as it stands", () => {
  const folder = project({ "index.ts": code(choice("_index.md", "typescript")) });
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    preserveSymlinks: true,
  };
  const program = ts.createProgram([join(folder, "index.ts")], options);
  expect(ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText)).toEqual([]);
});

describeWith("with Pulumi's CLI", onlyAtFullSize, () => {
  it("the generated package for Python accepts the arguments of the example in Python", () => {
    const folder = project({});
    const schema = resolve("components", "schema.json");
    const args = ["package", "gen-sdk", schema, "--language", "python", "--out", folder];
    execFileSync("pulumi", args, { stdio: "pipe", env: { ...process.env, PULUMI_HOME: folder } });
    const made = readFileSync(join(folder, "python", "pulumi_acr_token", "registry_token.py"), "utf8");
    const given = [...code(choice("_index.md", "python")).matchAll(/^ {4}(\w+)=/gm)].map(([, name]) => name);
    expect(given).toEqual(["resource_group_name", "registry_name", "repositories", "rotate_every_days"]);
    for (const name of given) {
      expect(made).toMatch(new RegExp(`^ +${name}: `, "m"));
    }
  });

  it("the example in YAML generates a password that works, with the plugin at the path of its installation", async () => {
    const plugins = code(choice("installation-configuration.md", "yaml"), "yaml");
    const folder = project({ "Pulumi.yaml": `${code(choice("_index.md", "yaml"))}${plugins}` });
    const stack = await TestStack.start(folder);
    await stack.up();
    expect(await stack.output("username")).toBe("build-agent");
    expect(await stack.login("build-agent", await stack.output("password"))).toBe(200);
  });
});
