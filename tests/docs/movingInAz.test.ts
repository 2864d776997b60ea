/** The commands of docs/moving-in.md for az: az creates a token, and a stack adopts the token. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it, test } from "vitest";
import { describeWith } from "../engine/support";
import { blocksOf, Project, programWithoutAdopt } from "./movingIn";

const title = "From az";
const [show = "", takeOver = "", tidyUp = ""] = (blocksOf(title, "sh")[0] ?? "").split("\n\n");
const [showToken = "", showScopeMap = ""] = show.split("\n");

const timeout = 300_000;

const hasAz = spawnSync("az", ["version"]).status === 0;

/** A project in whose shell az is signed in to the local Azure. */
class AzProject {
  private constructor(readonly project: Project) {}

  static async start(): Promise<AzProject> {
    const project = new AzProject(await Project.start());
    const { resourceManager, clientId, clientSecret, tenantId } = project.project.azure.connection;
    await project.run(`
      az cloud register --name LocalAzure --endpoint-resource-manager ${resourceManager}
      az cloud set --name LocalAzure
      az login --service-principal --username ${clientId} --password ${clientSecret} --tenant ${tenantId}
    `);
    return project;
  }

  /** @param typed the answer to a prompt */
  run(commands: string, typed?: string): Promise<string> {
    return this.project.run(commands, {
      typed,
      environment: {
        AZURE_CONFIG_DIR: join(this.project.folder, "azure"),
        AZURE_CORE_INSTANCE_DISCOVERY: "false",
        AZURE_CORE_COLLECT_TELEMETRY: "false",
        AZURE_CORE_ONLY_SHOW_ERRORS: "true",
      },
    });
  }

  /** Makes the token and its scope map, and returns its passwords in the order of the slots. */
  async createToken(): Promise<string[]> {
    const made = await this.run(
      "az acr token create --name edge-client --registry myregistry --repository azureiotedge-agent content/read\n",
    );
    const passwords: { name: string; value: string }[] = JSON.parse(made).credentials.passwords;
    return passwords.sort((one, other) => one.name.localeCompare(other.name)).map(({ value }) => value);
  }

  /** Adopts the token as the page describes, and then removes `adopt` from the program. */
  async takeOver(password: string): Promise<string> {
    const shown = await this.run(takeOver, `${password}\n`);
    this.project.program(programWithoutAdopt);
    return shown;
  }
}

test("the page has the commands of az that are run here", () => {
  expect(showToken).toMatch(/^az acr token show /);
  expect(showScopeMap).toMatch(/^az acr scope-map show /);
  expect(takeOver).toMatch(/^pulumi config set tokenId .*\npulumi config set .*\npulumi preview\npulumi up$/);
  expect(tidyUp).toMatch(/^pulumi config rm .*\npulumi preview --expect-no-changes\n$/);
});

describeWith("docs/moving-in.md, from az", hasAz ? undefined : "there is no az on PATH", () => {
  it("both passwords keep working, also the password that is not given", { timeout }, async () => {
    const az = await AzProject.start();
    const passwords = await az.createToken();
    const { tokenId } = az.project;
    expect(JSON.parse(await az.run(showToken))).toEqual({
      id: tokenId,
      scopeMapId: tokenId.replace("/tokens/edge-client", "/scopeMaps/edge-client-scope-map"),
      status: "enabled",
      passwords: [
        { name: "password1", value: null, creationTime: expect.any(String), expiry: null },
        { name: "password2", value: null, creationTime: expect.any(String), expiry: null },
      ],
    });
    expect(JSON.parse(await az.run(showScopeMap))).toEqual(["repositories/azureiotedge-agent/content/read"]);
    const since = az.project.azure.requests.length;

    const shown = await az.takeOver(passwords[0]);
    expect(await az.project.logins(passwords)).toEqual([200, 200]);
    const after = await az.run(tidyUp);

    expect(shown).toContain("import");
    expect(after).toMatch(/Resources:\n +7 unchanged/);
    expect(az.project.writes(since).filter((write) => /generateCredentials|\/tokens\//.test(write))).toEqual(
      [],
    );
    expect(await az.project.logins(passwords)).toEqual([200, 200]);
  });

  it("warns of az acr token credential generate: without a slot it regenerates both", {
    timeout,
  }, async () => {
    const az = await AzProject.start();
    const passwords = await az.createToken();
    await az.takeOver(passwords[0]);

    await az.run("az acr token credential generate --name edge-client --registry myregistry --password2\n");
    expect(await az.project.logins(passwords)).toEqual([200, 401]);

    await az.run("az acr token credential generate --name edge-client --registry myregistry\n");
    expect(await az.project.logins(passwords)).toEqual([401, 401]);
  });
});
