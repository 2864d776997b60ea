/** keyVault in programs of other languages: the clients get the password from the vault, and no output of the program has it. */
import { resolve } from "node:path";
import { expect, it, vi } from "vitest";
import { arm } from "../../packages/local-azure/tests/support";
import { makeVault, vaultSender } from "../../packages/local-azure/tests/vaultSupport";
import {
  addSdk,
  buildGo,
  copyExample,
  installPythonSdk,
  pythonSdkModules,
  temporaryFolder,
  whyNoGo,
  writeFiles,
} from "./languages";
import { describeWith, onlyAtFullSize, TestStack, whyNoPython } from "./support";

vi.setConfig({ testTimeout: 600_000 });

const python = `
import pulumi
from pulumi_acr_token import KeyVaultArgs, RegistryToken, RepositoryAction

config = pulumi.Config()

token = RegistryToken(
    "client",
    resource_group_name="myresourcegroup",
    registry_name="myregistry",
    repositories={"azureiotedge-agent": [RepositoryAction.CONTENT_READ]},
    rotation_triggers={"day": config.require("day")},
    key_vault=KeyVaultArgs(vault_uri=config.require("vaultUri"), secret_name="client"),
)

pulumi.export("passwordSecretId", token.password_secret_id)
pulumi.export("password", token.password)
pulumi.export("dockerConfigJson", token.docker_config_json)
`;

const go = `package main

import (
	"pulumi-acr-token/sdk/go/acrtoken"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		settings := config.New(ctx, "")
		token, err := acrtoken.NewRegistryToken(ctx, "client", &acrtoken.RegistryTokenArgs{
			ResourceGroupName: pulumi.String("myresourcegroup"),
			RegistryName:      pulumi.String("myregistry"),
			Repositories: acrtoken.RepositoryActionArrayMap{
				"azureiotedge-agent": acrtoken.RepositoryActionArray{acrtoken.RepositoryActionContentRead},
			},
			RotationTriggers: pulumi.StringMap{"day": pulumi.String(settings.Require("day"))},
			KeyVault: acrtoken.KeyVaultArgs{
				VaultUri:   pulumi.String(settings.Require("vaultUri")),
				SecretName: pulumi.String("client"),
			},
		})
		if err != nil {
			return err
		}
		ctx.Export("passwordSecretId", token.PasswordSecretId)
		ctx.Export("password", token.Password)
		ctx.Export("dockerConfigJson", token.DockerConfigJson)
		return nil
	})
}
`;

/** Creates, rotates and destroys a token whose password is in the vault. */
async function expectWorking(folder: string, environment: Record<string, string> = {}) {
  const test = await TestStack.start(folder);
  test.setEnvironment(environment);
  const vaultUri = await makeVault(test.azure, await arm(test.azure));
  const vault = await vaultSender(test.azure, vaultUri);
  const values: string[] = [];
  for (const day of ["monday", "tuesday"]) {
    await test.stack.setAllConfig({ vaultUri: { value: vaultUri }, day: { value: day } });
    await test.up();
    const { value } = (await vault("GET", "secrets/client")).body;
    expect(await test.login("client", value)).toBe(200);
    values.push(value);
    expect((await test.up()).steps).toEqual([]);
  }
  expect(new Set(values).size).toBe(2);
  const { passwordSecretId, password, dockerConfigJson } = await test.stack.outputs();
  expect(passwordSecretId).toEqual({ value: `${vaultUri}secrets/client`, secret: false });
  expect([password?.value, dockerConfigJson?.value].filter(Boolean)).toEqual([]);
  // With its secrets decrypted.
  const state = JSON.stringify(await test.stack.exportStack());
  for (const value of values) {
    expect(state).not.toContain(value);
  }
  await test.stack.destroy();
  expect((await vault("GET", "secrets/client")).status).toBe(404);
}

/** Makes a folder the project of a program. */
function writeProject(folder: string, runtime: unknown): void {
  const plugins = { providers: [{ name: "acr-token", path: resolve("components") }] };
  writeFiles(folder, { "Pulumi.yaml": JSON.stringify({ name: "client", runtime, plugins }) });
}

describeWith("a program in Python with keyVault", onlyAtFullSize ?? whyNoPython(pythonSdkModules), () => {
  it("creates, rotates and destroys, with the password in the vault alone", async () => {
    const folder = temporaryFolder();
    writeFiles(folder, { "__main__.py": python });
    writeProject(folder, "python");
    await expectWorking(folder, installPythonSdk(temporaryFolder()));
  });
});

describeWith("a program in Go with keyVault", onlyAtFullSize ?? whyNoGo(), () => {
  it("creates, rotates and destroys, with the password in the vault alone", async () => {
    // Its go.mod names what the package needs.
    const folder = copyExample("go");
    writeFiles(folder, { "main.go": go });
    addSdk("go", folder);
    writeProject(folder, buildGo(folder));
    await expectWorking(folder);
  });
});
