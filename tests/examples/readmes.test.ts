/** The commands of each example's README, as they stand there, on a local Azure. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { parse } from "yaml";
import { registryOf } from "../../packages/local-azure/tests/support";
import { pythonSdkModules, whyNoGo, whyNoJava } from "../engine/languages";
import { describeWith, describeWithCli, describeWithPython, onlyAtFullSize } from "../engine/support";
import { commandsIn, runCommands } from "./pageCommands";

const examples = readdirSync("examples", { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** The shell commands of a README. */
function commandsOf(example: string): string {
  return commandsIn(readFileSync(join("examples", example, "README.md"), "utf8"));
}

/** Runs the commands of a README in a copy of the example. */
function runReadme(
  example: string,
  replaced: [string, string][] = [],
  environment: NodeJS.ProcessEnv = {},
  files: Record<string, string> = {},
) {
  let commands = commandsOf(example);
  for (const [text, replacement] of replaced) {
    expect(commands).toContain(text);
    commands = commands.replace(text, replacement);
  }
  return runCommands(commands, example, { environment, files });
}

/** Expects that the last line that the README's commands print is a password of the token. */
async function expectPassword(example: string, username: string, environment?: NodeJS.ProcessEnv) {
  const { azure, out } = await runReadme(example, [], environment);
  const password = out.trimEnd().split("\n").at(-1) ?? "";
  expect(await registryOf(azure).login(username, password)).toBe(200);
}

test("every example has a README, and the index lists it", () => {
  const index = readFileSync(join("examples", "README.md"), "utf8");
  expect(examples.filter((name) => !existsSync(join("examples", name, "README.md")))).toEqual([]);
  expect(examples.filter((name) => !index.includes(`](${name}/README.md)`))).toEqual([]);
});

test("every example's Pulumi.yaml is valid", () => {
  const files = ["", "application", "platform"].flatMap((part) =>
    examples.map((name) => join("examples", name, part, "Pulumi.yaml")),
  );
  const names = files
    .filter((file) => existsSync(file))
    .map((file) => parse(readFileSync(file, "utf8")).name);
  // The policy pack has none, and stack-reference has two.
  expect(names).toHaveLength(examples.length);
  expect(new Set(names).size).toBe(names.length);
});

test.each(examples)(
  "the README of %s has no placeholder in its commands, which a shell takes for a file",
  (example) => {
    expect(commandsOf(example)).not.toMatch(/<[a-z]/);
  },
);

describe("the README of an example, run as it stands", { timeout: 400_000 }, () => {
  describeWithCli("in TypeScript", () => {
    it("typescript-esm prints a password that works", () => expectPassword("typescript-esm", "esm-client"));
  });

  describeWith("in TypeScript of another kind", onlyAtFullSize, () => {
    it.each([
      ["typescript-commonjs", "commonjs-client"],
      ["typescript-tsx", "tsx-client"],
    ])("%s prints a password that works", expectPassword);
  });

  describeWith("in YAML", onlyAtFullSize, () => {
    it("prints a password that works", () => expectPassword("yaml", "yaml-client"));
  });

  const offline = { PIP_NO_INDEX: "1", PIP_NO_BUILD_ISOLATION: "0", PIP_DISABLE_PIP_VERSION_CHECK: "1" };
  describeWithPython(
    "in Python",
    () => {
      it("prints a password that works", () => {
        const modules = spawnSync("python3", ["-c", "import pulumi; print(pulumi.__path__[0] + '/..')"], {
          encoding: "utf8",
        }).stdout.trim();
        return expectPassword("python", "python-client", { ...offline, PYTHONPATH: modules });
      });
    },
    pythonSdkModules,
  );

  describeWith("in Go", onlyAtFullSize ?? whyNoGo(), () => {
    it(
      "prints a password that works",
      () => expectPassword("go", "go-client", { GOPROXY: "off", GOFLAGS: "-mod=mod" }),
      600_000,
    );
  });

  describeWith("in Java", onlyAtFullSize ?? whyNoJava(), () => {
    it(
      "prints a password that works",
      () => expectPassword("java", "java-client", { PULUMI_IGNORE_AMBIENT_PLUGINS: undefined }),
      600_000,
    );
  });

  describeWith("of a use", onlyAtFullSize, () => {
    it("fleet prints one device's credentials, which work", async () => {
      // The whole list would take minutes.
      const files = {
        "devices.csv": "device\nleeds-pump-01\n",
        "fleet.json": JSON.stringify({ devices: "devices.csv", stacks: 1, stacksAtOnce: 1 }),
      };
      const { azure, out } = await runReadme("fleet", [], {}, files);
      const [json = "{}"] = /^\{[\s\S]*?^\}/m.exec(out) ?? [];
      const { username, password } = JSON.parse(json);
      expect(username).toBe("leeds-pump-01");
      expect(await registryOf(azure).login(username, password)).toBe(200);
    });

    it("github-actions creates the stack and commits its files, with a local backend in place of the cloud's", async () => {
      const { calls } = await runReadme("github-actions", [
        ["export PULUMI_BACKEND_URL='azblob://state?storage_account=mystate'\n", ""],
        [" --secrets-provider azurekeyvault://myvault.vault.azure.net/keys/pulumi", ""],
      ]);
      expect(calls).toMatch(
        /^git add package\.json package-lock\.json pulumi-acr-token-[\d.]+\.tgz Pulumi\.prod\.yaml$/m,
      );
    });

    it("connected-registry deploys the extension's settings, again after a rotation", async () => {
      const { calls } = await runReadme("connected-registry");
      expect(calls).toMatch(
        /^az k8s-extension create .* --config-protected-file protected-settings-extension\.json$/m,
      );
      expect(calls).toMatch(
        /^az k8s-extension update .* --config-protected-file protected-settings-extension\.json$/m,
      );
      expect(calls).toMatch(/^kubectl create secret generic regcred .*=config\.json$/m);
    });

    it("iot-edge deploys the manifest", async () => {
      const { calls } = await runReadme("iot-edge");
      expect(calls.match(/^az acr import --name myedgeregistry --source mcr/gm)).toHaveLength(4);
      expect(calls).toMatch(/^az iot edge set-modules .* --content manifest\.json$/m);
    });

    it("key-vault grants a client the secret, and logs in with it", async () => {
      const { calls } = await runReadme("key-vault");
      expect(calls).toMatch(/^az role assignment create .* --scope \/subscriptions\/\S+\/vaults\/\S+$/m);
      expect(calls).toMatch(/^docker login \S+ --username build-agent --password-stdin$/m);
    });

    it("kubernetes applies the manifest, again after a rotation", async () => {
      const { calls } = await runReadme("kubernetes");
      expect(calls.match(/^kubectl apply --server-side -f -$/gm)).toHaveLength(2);
      expect(calls).toMatch(/^kubectl run web --image=127\.0\.0\.1:\d+\/samples\/nginx /m);
    });

    it("stack-reference deploys both stacks", async () => {
      const { out } = await runReadme("stack-reference");
      expect(out).toMatch(/^ +revisionName *: "application-/m);
    });
  });
});
