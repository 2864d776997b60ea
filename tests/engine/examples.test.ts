/** The examples in each language, run outside of this repository, with packages generated from the built plugin. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import {
  addSdk,
  buildGo,
  copyExample,
  installNpmPackage,
  installPythonSdk,
  pythonSdkModules,
  temporaryFolder,
  whyNoGo,
  whyNoJava,
} from "./languages";
import { describeWith, describeWithCli, describeWithPython, onlyAtFullSize, TestStack } from "./support";

type Environment = Record<string, string | undefined>;

/** Creates the stack, logs in with its outputs, and expects no change afterwards. */
async function expectWorking(folder: string, username: string, environment: Environment = {}) {
  const test = await TestStack.start(folder);
  test.setEnvironment(environment);
  await test.stack.setAllConfig({
    registryName: { value: "myregistry" },
    resourceGroupName: { value: "myresourcegroup" },
  });
  expect((await test.preview()).text).toMatch(/password\s*: \[unknown\]/);
  await test.up();
  const outputs = await test.stack.outputs();
  expect(outputs.username).toEqual({ value: username, secret: false });
  expect(outputs.password?.secret).toBe(true);
  expect(outputs.loginServer?.value).toBe(test.azure.connection.registries[0]?.loginServer);
  expect(await test.login(username, outputs.password?.value)).toBe(200);
  expect((await test.up()).steps).toEqual([]);
  await test.stack.destroy();
}

describeWithCli("the example in TypeScript", () => {
  it("works as CommonJS, compiled by Pulumi", async () => {
    const folder = copyExample("typescript-commonjs");
    installNpmPackage(folder);
    await expectWorking(folder, "commonjs-client");
  });
});

describeWith("another example in TypeScript", onlyAtFullSize, () => {
  it("works as an ECMAScript module, compiled by tsc", async () => {
    const folder = copyExample("typescript-esm");
    installNpmPackage(folder);
    execFileSync(process.execPath, [resolve("node_modules/typescript/bin/tsc")], { cwd: folder });
    await expectWorking(folder, "esm-client");
  });

  it("works by tsx, without a compiler", async () => {
    const folder = copyExample("typescript-tsx");
    installNpmPackage(folder);
    await expectWorking(folder, "tsx-client");
  });
});

describeWithPython(
  "the example in Python",
  () => {
    it("works", async () => {
      await expectWorking(copyExample("python"), "python-client", installPythonSdk(temporaryFolder()));
    });
  },
  pythonSdkModules,
);

describeWith("the example in Go", onlyAtFullSize ?? whyNoGo(), () => {
  it("works", async () => {
    const folder = copyExample("go");
    addSdk("go", folder);
    const project = join(folder, "Pulumi.yaml");
    const built = `runtime: ${JSON.stringify(buildGo(folder))}`;
    writeFileSync(project, readFileSync(project, "utf8").replace("runtime: go", built));
    await expectWorking(folder, "go-client");
  }, 600_000);
});

describeWith("the example in Java", onlyAtFullSize ?? whyNoJava(), () => {
  it("works", async () => {
    const folder = copyExample("java");
    addSdk("java", folder);
    // Pulumi's host for Java is on PATH, and not beside Pulumi itself as the others are.
    await expectWorking(folder, "java-client", { PULUMI_IGNORE_AMBIENT_PLUGINS: undefined });
  }, 600_000);
});
