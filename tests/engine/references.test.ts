/** A RegistryToken as an argument and an output, between programs and components in several languages. */
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
import { Reader, readerPlugin } from "./readerComponent";
import { describeWith, describeWithCli, describeWithPython, onlyAtFullSize, TestStack } from "./support";

const args = {
  resourceGroupName: "myresourcegroup",
  registryName: "myregistry",
  tokenName: "edge-client",
  repositories: { "azureiotedge-agent": ["content/read"] },
} as const;

const folder = temporaryFolder(afterAll);

beforeAll(() => {
  writeFiles(join(folder, "reader"), { "pulumi-resource-reader": readerPlugin });
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

/** Creates the stack. Expects that the reader read the token, and the program the token that the reader returned. */
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

describeWithCli("a RegistryToken that is an argument and an output of a component in another plugin", () => {
  it("is a RegistryToken in the component and in the program in TypeScript", async () => {
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

  it("ends with the error of a token that fails", async () => {
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

  it("waits for no token in a run that skips the token", async () => {
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
    it("is a RegistryToken in the component and in the program in YAML", async () => {
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
    it("is a RegistryToken in the component and in the program in Python", async () => {
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
    it("is a RegistryToken in the component and in the program in Go", async () => {
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
