/** The loaded modules: a program never loads Azure's SDK, and the provider loads a large module only when it uses it. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const repository = resolve(__dirname, "..", "..");
const compiled = join(repository, "components", "bin");

/** Records the imported modules; the required modules are in require.cache. */
const recorder = `
  import { appendFileSync } from "node:fs";
  export async function resolve(specifier, context, next) {
    const found = await next(specifier, context);
    appendFileSync(process.env.IMPORTED, found.url + "\\n");
    return found;
  }`;

/** Runs a script in a process of its own, and tells which files it loaded. */
function loadedBy(script: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), "loading-"));
  const imported = join(folder, "imported");
  try {
    const recording = `require("node:module").register("data:text/javascript,${encodeURIComponent(recorder)}");`;
    const ending = `process.stdout.write(JSON.stringify(Object.keys(require.cache)))`;
    const required = execFileSync(
      process.execPath,
      ["-e", `${recording} (async () => { ${script}; ${ending} })()`],
      { cwd: repository, encoding: "utf8", env: { ...process.env, IMPORTED: imported } },
    );
    const urls = existsSync(imported) ? readFileSync(imported, "utf8").trim().split("\n") : [];
    return [...JSON.parse(required), ...urls.map((url) => url.replace("file://", ""))];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Those files that belong to a package, or to a scope. */
function of(name: string, files: string[]): string[] {
  return files.filter((file) => file.includes(`/node_modules/${name}/`));
}

describe("a program that imports pulumi-acr-token", () => {
  const files = loadedBy(`require("pulumi-acr-token")`);

  test("loads no module of Azure's SDK", () => {
    expect(of("@azure", files)).toEqual([]);
  });

  test("loads nothing of the provider", () => {
    expect(files).toContain(join(compiled, "registryToken.js"));
    expect(files.filter((file) => file.startsWith(join(compiled, "provider", "/")))).toEqual([]);
  });

  test("loads of azure-native the container registry and no other service", () => {
    expect(of("@pulumi/azure-native", files).join("\n")).toContain("containerregistry");
    expect(files.filter((file) => /azure-native\/(compute|network|storage|resources)\//.test(file))).toEqual(
      [],
    );
  });
});

describe("the provider", () => {
  const tokenId =
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/myregistry/tokens/mytoken";
  const checkAndDiff = `
    const { AcrTokenProvider } = require(${JSON.stringify(join(compiled, "provider", "provider.js"))});
    const provider = new AcrTokenProvider("0.1.0", () => "{}");
    for (const type of ["acr-token:index:TokenCredentials", "acr-token:index:TokenAccess"]) {
      const resource = { urn: "urn:pulumi:s::p::" + type + "::n", type, name: "n" };
      const tokenId = ${JSON.stringify(tokenId)};
      const given = { tokenId, scopeMapId: tokenId.replace("tokens", "scopeMaps") };
      const { inputs, failures } = await provider.check(resource, {}, given, new Uint8Array());
      if (failures.length) throw new Error(JSON.stringify(failures));
      const outputs = { ...inputs, username: "mytoken", loginServer: "myregistry.azurecr.io", passwords: [] };
      const { some } = await provider.diff(resource, { id: "id", inputs, outputs }, inputs);
      if (some) throw new Error("a change of nothing: " + type);
    }`;

  /** Pulumi's modules, without the messages of the protocol. */
  const ofPulumi = (files: string[]) =>
    of("@pulumi", files).filter((file) => !file.includes("/@pulumi/pulumi/proto/"));

  test("checks and compares without Azure's SDK, and of Pulumi's with the protocol alone", () => {
    const files = loadedBy(checkAndDiff);
    expect(files).toContain(join(compiled, "provider", "tokenCredentials", "lifeCycle.js"));
    expect(of("@azure", files)).toEqual([]);
    expect(ofPulumi(files)).toEqual([]);
  });

  test("loads Azure's SDK to sign in, and still not azure-native", () => {
    const files = loadedBy(`
      const { findCredential } = require(${JSON.stringify(join(compiled, "provider", "azure", "auth", "credential.js"))});
      await findCredential({}, { authority: "https://127.0.0.1:1", isOwn: true })`);
    expect(of("@azure/identity", files)).not.toEqual([]);
    expect(ofPulumi(files)).toEqual([]);
  });
});

describe("the package's types", () => {
  /** The declaration files that are reached from one, and every module that they name. */
  function reach(entry: string) {
    const files = new Set<string>();
    const modules = new Set<string>();
    const visit = (file: string) => {
      if (files.has(file)) {
        return;
      }
      files.add(file);
      for (const [, name = ""] of readFileSync(file, "utf8").matchAll(
        /(?:from|import\(|import)\s*["']([^"']+)["']/g,
      )) {
        if (name.startsWith(".")) {
          visit(`${join(dirname(file), name).replace(/\.js$/, "")}.d.ts`);
        } else {
          modules.add(name);
        }
      }
    };
    visit(entry);
    return { files: [...files], modules: [...modules] };
  }

  test("name neither azure-native's nor Azure's, which are large to read for a compiler", () => {
    const { files, modules } = reach(join(compiled, "index.d.ts"));
    expect(files).toContain(join(compiled, "registryToken.d.ts"));
    expect(modules).toEqual(["@pulumi/pulumi"]);
  });

  test("are where package.json says", () => {
    const manifest = JSON.parse(readFileSync(join(repository, "components", "package.json"), "utf8"));
    for (const path of [
      manifest.types,
      manifest.main,
      manifest.exports["."].types,
      manifest.exports["."].default,
    ]) {
      expect(existsSync(join(repository, "components", path)), path).toBe(true);
    }
  });
});
