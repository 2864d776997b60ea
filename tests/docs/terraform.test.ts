/** The commands of docs/moving-in.md for Terraform: azurerm creates a token, and a stack adopts the token. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, it, test } from "vitest";
import { describeWith } from "../engine/support";
import { blocksOf, Project } from "./movingIn";

const title = "From Terraform";
const [takeOver = "", forget = ""] = blocksOf(title, "sh");
const [saveOutputs = ""] = takeOver.split("\n");
const [outputs = "", removed = ""] = blocksOf(title, "hcl");
/** The resources to remove from Terraform's state: the password, the token and the scope map. */
const addresses = [...forget.matchAll(/azurerm_\w+\.example/g)].map(String);

const provider = `
provider "azurerm" {
  features {}
  resource_provider_registrations = "none"
}
`;

/** The token and its scope map, as azurerm's page has them. */
const token = `
resource "azurerm_container_registry_scope_map" "example" {
  name                    = "edge-client-scope-map"
  container_registry_name = "myregistry"
  resource_group_name     = "myresourcegroup"
  actions                 = ["repositories/azureiotedge-agent/content/read"]
}

resource "azurerm_container_registry_token" "example" {
  name                    = "edge-client"
  container_registry_name = "myregistry"
  resource_group_name     = "myresourcegroup"
  scope_map_id            = azurerm_container_registry_scope_map.example.id
}
`;

/** @param slots the blocks of its slots */
function password(...slots: string[]): string {
  return `
resource "azurerm_container_registry_token_password" "example" {
  container_registry_token_id = azurerm_container_registry_token.example.id
  ${slots.join("\n  ")}
}
`;
}

/** Azure's clients in Go poll an operation after ten seconds, unless the response has a shorter Retry-After. */
const timeout = 300_000;

const azurerm = "terraform-provider-azurerm";
const folderOfAzurerm = (process.env.PATH ?? "")
  .split(delimiter)
  .find((folder) => existsSync(join(folder, azurerm)));
const hasTerraform = spawnSync("terraform", ["version"]).status === 0;

/** The missing programs. Undefined if there are none. */
function missing(): string | undefined {
  if (!hasTerraform) {
    return "there is no terraform on PATH";
  }
  return folderOfAzurerm === undefined ? `there is no ${azurerm} on PATH` : undefined;
}

/** A project with a configuration for Terraform in its folder, too. */
class TerraformProject {
  private constructor(private readonly project: Project) {
    const dev = `dev_overrides {\n"hashicorp/azurerm" = ${JSON.stringify(folderOfAzurerm)}\n}`;
    writeFileSync(this.cliConfig, `provider_installation {\n${dev}\n}\n`);
  }

  static async start(): Promise<TerraformProject> {
    return new TerraformProject(await Project.start());
  }

  /** Replaces Terraform's configuration. */
  configure(...parts: string[]): void {
    writeFileSync(join(this.project.folder, "main.tf"), provider + parts.join(""));
  }

  /** Runs commands with their prompts answered, and returns their output. */
  run(commands: string): Promise<string> {
    return this.project.run(commands, {
      environment: {
        TF_CLI_CONFIG_FILE: this.cliConfig,
        TF_CLI_ARGS: "-no-color",
        TF_CLI_ARGS_apply: "-auto-approve",
        CHECKPOINT_DISABLE: "1",
      },
    });
  }

  terraformState() {
    return JSON.parse(readFileSync(join(this.project.folder, "terraform.tfstate"), "utf8"));
  }

  /** The passwords in Terraform's state, in the order of the slots. */
  passwords(): string[] {
    const { instances } = this.terraformState().resources.find(
      ({ type }: { type: string }) => type === "azurerm_container_registry_token_password",
    );
    const { password1, password2 } = instances[0].attributes;
    return [...password1, ...password2].map(({ value }) => value);
  }

  /** Generates a password for a slot, as az does. */
  generate(slot: string): Promise<string> {
    return this.project.generate(slot);
  }

  /** The slots that have a password in Azure. */
  slots(): Promise<string[]> {
    return this.project.slots();
  }

  /** The registry's HTTP status for a login with each password. */
  logins(passwords: readonly string[]): Promise<number[]> {
    return this.project.logins(passwords);
  }

  private get cliConfig(): string {
    return join(this.project.folder, "terraform.rc");
  }
}

/** The removed block of each resource. */
function removedEach(): string {
  return addresses.map((address) => removed.replace(/azurerm_\w+\.example/, address)).join("");
}

/** A change of resources or outputs ends it with 2. */
const nothingToDo = "terraform plan -detailed-exitcode\n";

/** The passwords log in, and neither Terraform, without the token in its configuration, nor Pulumi has a change. */
async function expectMoved(project: TerraformProject, passwords: readonly string[]): Promise<void> {
  project.configure();
  expect(await project.run(nothingToDo)).toContain("No changes.");
  await project.run("pulumi preview --expect-no-changes\n");
  expect(await project.logins(passwords)).toEqual(passwords.map(() => 200));
}

test("the page has the commands and the blocks for Terraform that are run here", () => {
  expect(addresses.map((address) => address.replace(/^azurerm_container_registry_|\.example$/g, ""))).toEqual(
    ["token_password", "token", "scope_map"],
  );
  expect(saveOutputs).toMatch(/^terraform apply -refresh-only /);
  expect(blocksOf(title, "sh")).toHaveLength(2);
  expect(blocksOf(title, "hcl")).toHaveLength(2);
});

describeWith("docs/moving-in.md, from Terraform", missing(), () => {
  it("by state rm: both passwords keep working, one of them with an expiry", { timeout }, async () => {
    const project = await TerraformProject.start();
    const both = password("password1 {}", 'password2 {\nexpiry = "2100-01-01T00:00:00+08:00"\n}');
    project.configure(token, both);
    await project.run("terraform apply\n");
    project.configure(token, both, outputs);
    const passwords = project.passwords();
    expect(passwords).toHaveLength(2);
    await project.run(takeOver);
    expect(await project.run(nothingToDo)).toContain("No changes.");

    await project.run(forget);
    project.configure();
    expect(await project.run("terraform apply\n")).toContain("0 added, 0 changed, 0 destroyed");

    expect(project.terraformState()).toMatchObject({ outputs: {}, resources: [] });
    await expectMoved(project, passwords);
  });

  it("by removed blocks: the only password keeps working, although pulumi up generated the other", {
    timeout,
  }, async () => {
    const project = await TerraformProject.start();
    project.configure(token, password("password1 {}"), outputs);
    await project.run("terraform apply\n");
    const passwords = project.passwords();
    await project.run(takeOver);

    project.configure(removedEach());
    expect(await project.run("terraform apply\n")).toContain("0 added, 0 changed, 0 destroyed");

    expect(project.terraformState()).toMatchObject({ outputs: {}, resources: [] });
    await expectMoved(project, passwords);
    expect(await project.slots()).toEqual(["password1", "password2"]);
  });

  it("warns of an apply in between: it clears the filled slot, and password1 stops working", {
    timeout,
  }, async () => {
    const project = await TerraformProject.start();
    project.configure(token, password("password1 {}"), outputs);
    await project.run("terraform apply\n");
    const passwords = project.passwords();
    await project.run(takeOver);
    expect(await project.logins(passwords)).toEqual([200]);

    expect(await project.run("terraform apply\n")).toContain("0 added, 1 changed, 0 destroyed");

    expect(await project.slots()).toEqual(["password1"]);
    expect(await project.logins(passwords)).toEqual([401]);
  });

  it("warns of a destroyed token_password: it clears both slots, also a slot of another password, and saved outputs do not help", {
    timeout,
  }, async () => {
    const project = await TerraformProject.start();
    project.configure(token, password("password1 {}"));
    await project.run("terraform apply\n");
    const passwords = [...project.passwords(), await project.generate("password2")];
    project.configure(token, password("password1 {}"), outputs);
    await project.run(saveOutputs);
    expect(await project.logins(passwords)).toEqual([200, 200]);

    project.configure(token);
    expect(await project.run("terraform apply\n")).toContain("0 added, 0 changed, 1 destroyed");

    expect(await project.slots()).toEqual([]);
    expect(await project.logins(passwords)).toEqual([401, 401]);
  });
});
