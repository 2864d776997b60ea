/** A RegistryToken that is handed over whole, between programs and components in several languages. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { RandomUuid } from "@pulumi/random";
import { afterAll, beforeAll, expect, it } from "vitest";
import { RegistryToken } from "../../components/index";
import {
  addSdk,
  buildGo,
  copyExample,
  installPythonSdk,
  pythonSdkModules,
  shareNodeModules,
  temporaryFolder,
  whyNoGo,
  writeFiles,
} from "./languages";
import { describeWith, describeWithCli, describeWithPython, onlyAtFullSize, TestStack } from "./support";

const args = {
  resourceGroupName: "myresourcegroup",
  registryName: "myregistry",
  tokenName: "edge-client",
  repositories: { "azureiotedge-agent": ["content/read"] },
} as const;

const { version } = JSON.parse(readFileSync("components/package.json", "utf8"));

/** A component of another package, in JavaScript: it takes a RegistryToken, reads it, and hands it back. */
const reader = `#!/usr/bin/env node
const pulumi = require("@pulumi/pulumi");
const { RegistryToken } = require("pulumi-acr-token");
const token = { $ref: "/acr-token/v${version}/schema.json#/resources/acr-token:index:RegistryToken" };
const text = { type: "string" };
const schema = {
  name: "reader",
  version: "1.0.0",
  resources: {
    "reader:index:Reader": {
      isComponent: true,
      inputProperties: { token },
      requiredInputs: ["token"],
      properties: { token, kind: text, username: text, password: { ...text, secret: true } },
      required: ["token", "kind", "username", "password"],
    },
  },
};
const provider = {
  version: "1.0.0",
  getSchema: async () => JSON.stringify(schema),
  construct: async (name, type, inputs, options) => {
    const component = new pulumi.ComponentResource(type, name, {}, options);
    const token = pulumi.output(inputs.token);
    const state = {
      token: inputs.token,
      kind: token.apply((one) => (one instanceof RegistryToken ? "RegistryToken" : typeof one)),
      username: token.apply((one) => one.username),
      password: token.apply((one) => one.password),
    };
    component.registerOutputs(state);
    return { urn: component.urn, state };
  },
};
pulumi.provider.main(provider, process.argv.slice(2));
`;

const folder = temporaryFolder(afterAll);

beforeAll(() => {
  writeFiles(join(folder, "reader"), { "pulumi-resource-reader": reader });
  shareNodeModules(join(folder, "reader"));
});

/** A project that has both plugins. */
function project(name: string, files: Record<string, string>, settings: object): string {
  const providers = [
    { name: "acr-token", path: resolve("components") },
    { name: "reader", path: join(folder, "reader") },
  ];
  const yaml = { name: "registry-token", plugins: { providers }, ...settings };
  writeFiles(join(folder, name), { ...files, "Pulumi.yaml": JSON.stringify(yaml) });
  return join(folder, name);
}

/** Makes the stack, and expects the reader, and the program of what the reader hands back, to have read the token. */
async function expectRead(test: TestStack): Promise<void> {
  const preview = await test.preview();
  expect(preview.text).not.toMatch(/username\s*: "urn:/);
  await test.up();
  const { kind, username, again, password, passwordAgain } = await test.stack.outputs();
  expect(kind?.value).toBe("RegistryToken");
  expect(username?.value).toBe("edge-client");
  expect(again?.value).toBe("edge-client");
  expect(password?.secret).toBe(true);
  expect(passwordAgain).toEqual(password);
  expect(await test.login("edge-client", password?.value)).toBe(200);
  expect((await test.up()).steps).toEqual([]);
}

class Reader extends pulumi.ComponentResource {
  declare readonly token: pulumi.Output<RegistryToken>;
  declare readonly kind: pulumi.Output<string>;
  declare readonly username: pulumi.Output<string>;
  declare readonly password: pulumi.Output<string>;

  constructor(name: string, { token }: { token: RegistryToken }) {
    const outputs = { kind: undefined, username: undefined, password: undefined };
    super("reader:index:Reader", name, { token, ...outputs }, {}, true);
  }
}

describeWithCli("a RegistryToken that is an argument and an output of a component in another plugin", () => {
  it("arrives as one from a program in TypeScript, and back", async () => {
    const projectFolder = project("typescript", {}, { runtime: "nodejs" });
    let isToken: boolean | undefined;
    const test = await TestStack.start(
      async () => {
        const token = new RegistryToken("edge-client", args);
        const { kind, username, password, token: handedBack } = new Reader("reader", { token });
        const back = pulumi.output(handedBack);
        return {
          kind,
          username,
          password,
          again: back.apply((one) => one.username),
          passwordAgain: back.apply((one) => {
            isToken = one instanceof RegistryToken;
            return one.password;
          }),
        };
      },
      { projectFolder },
    );
    await expectRead(test);
    expect(isToken).toBe(true);
  });

  it("keeps nobody waiting where it is never made", async () => {
    const projectFolder = project("failing", {}, { runtime: "nodejs" });
    const test = await TestStack.start(
      async () => {
        const token = new RegistryToken("edge-client", { ...args, registryName: "nowhere" });
        return { username: new Reader("reader", { token }).username };
      },
      { projectFolder },
    );
    await expect(test.up()).rejects.toThrow(/ParentResourceNotFound|ResourceNotFound|was not found/);
  });

  it("keeps nobody waiting in a run that skips it", async () => {
    const projectFolder = project("targeted", {}, { runtime: "nodejs" });
    let round = "1";
    const test = await TestStack.start(
      async () => {
        new RandomUuid("other", { keepers: { round } });
        if (round === "1") {
          return {};
        }
        const token = new RegistryToken("edge-client", args);
        return { username: new Reader("reader", { token }).username };
      },
      { projectFolder },
    );
    await test.up();
    round = "2";
    const target = [await test.urn("random:index/randomUuid:RandomUuid")];
    await test.stack.preview({ target });
    await test.stack.up({ target });
    await test.up();
    expect(await test.output("username")).toBe("edge-client");
  });
});

describeWith(
  "a RegistryToken that is an argument and an output of a component in another plugin, from YAML",
  onlyAtFullSize,
  () => {
    it("arrives as one from a program in YAML, and back", async () => {
      const program = {
        resources: {
          token: { type: "acr-token:RegistryToken", properties: args },
          reader: { type: "reader:Reader", properties: { token: `\${token}` } },
        },
        outputs: {
          kind: `\${reader.kind}`,
          username: `\${reader.username}`,
          password: `\${reader.password}`,
          again: `\${reader.token.username}`,
          passwordAgain: `\${reader.token.password}`,
        },
      };
      await expectRead(await TestStack.start(project("yaml", {}, { runtime: "yaml", ...program })));
    });
  },
);

describeWithPython(
  "a RegistryToken that is an argument and an output of a component in another plugin",
  () => {
    it("arrives as one from a program in Python, and back", async () => {
      const program = `
import pulumi
from pulumi_acr_token import RegistryToken

class Reader(pulumi.ComponentResource):
    token: pulumi.Output[RegistryToken]
    kind: pulumi.Output[str]
    username: pulumi.Output[str]
    password: pulumi.Output[str]

    def __init__(self, name, token):
        outputs = {"kind": None, "username": None, "password": None}
        super().__init__("reader:index:Reader", name, {"token": token, **outputs}, None, remote=True)

token = RegistryToken("edge-client",
    resource_group_name="myresourcegroup",
    registry_name="myregistry",
    repositories={"azureiotedge-agent": ["content/read"]})
reader = Reader("reader", token)
pulumi.export("kind", reader.kind)
pulumi.export("username", reader.username)
pulumi.export("password", reader.password)
pulumi.export("again", reader.token.apply(lambda one: one.username))
pulumi.export("passwordAgain", reader.token.apply(lambda one: one.password))
`;
      const environment = installPythonSdk(folder);
      const projectFolder = project("python", { "__main__.py": program }, { runtime: "python" });
      await expectRead(await TestStack.start(projectFolder, { environment }));
    });
  },
  pythonSdkModules,
);

describeWith(
  "a RegistryToken that is an argument and an output of a component in another plugin",
  onlyAtFullSize ?? whyNoGo(),
  () => {
    it("arrives as one from a program in Go, and back", async () => {
      const program = `package main

import (
	"reflect"

	"pulumi-acr-token/sdk/go/acrtoken"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

type Reader struct {
	pulumi.ResourceState

	Token    acrtoken.RegistryTokenOutput \`pulumi:"token"\`
	Kind     pulumi.StringOutput          \`pulumi:"kind"\`
	Username pulumi.StringOutput          \`pulumi:"username"\`
	Password pulumi.StringOutput          \`pulumi:"password"\`
}

type readerArgs struct {
	Token *acrtoken.RegistryToken \`pulumi:"token"\`
}

type ReaderArgs struct {
	Token acrtoken.RegistryTokenInput
}

func (ReaderArgs) ElementType() reflect.Type {
	return reflect.TypeOf((*readerArgs)(nil)).Elem()
}

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		token, err := acrtoken.NewRegistryToken(ctx, "edge-client", &acrtoken.RegistryTokenArgs{
			ResourceGroupName: pulumi.String("myresourcegroup"),
			RegistryName:      pulumi.String("myregistry"),
			Repositories: acrtoken.RepositoryActionArrayMap{
				"azureiotedge-agent": acrtoken.RepositoryActionArray{acrtoken.RepositoryActionContentRead},
			},
		})
		if err != nil {
			return err
		}
		var reader Reader
		err = ctx.RegisterRemoteComponentResource("reader:index:Reader", "reader", ReaderArgs{Token: token}, &reader)
		if err != nil {
			return err
		}
		ctx.Export("kind", reader.Kind)
		ctx.Export("username", reader.Username)
		ctx.Export("password", reader.Password)
		ctx.Export("again", reader.Token.Username())
		ctx.Export("passwordAgain", reader.Token.Password())
		return nil
	})
}
`;
      const built = copyExample("go");
      addSdk("go", built);
      writeFiles(built, { "main.go": program });
      await expectRead(await TestStack.start(project("go", {}, { runtime: buildGo(built) })));
    }, 600_000);
  },
);
