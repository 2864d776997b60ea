/**
 * The section of docs/moving-in.md about another provider in Pulumi, run as it stands there. azure-native's Token and
 * ScopeMap take the place of the classic provider's resources, which not every machine has.
 */
import { expect, it, test } from "vitest";
import { describeWith, onlyAtFullSize } from "../engine/support";
import { blocksOf, Project, program, programWithoutAdopt, urnIn } from "./movingIn";

const title = "From another provider in Pulumi";
const [commands = ""] = blocksOf(title, "sh");
const [setTokenId = "", setPassword = "", up = "", , showUrns = "", deleteToken = "", deleteScopeMap = ""] =
  commands.split("\n");

const timeout = 180_000;

/** A token of other resources. @param options of both resources */
function oldProgram(options = "{}"): string {
  return `
const { ScopeMap, Token } = require("@pulumi/azure-native/containerregistry");
const registry = { resourceGroupName: "myresourcegroup", registryName: "myregistry" };
const actions = ["repositories/azureiotedge-agent/content/read"];
const scopeMap = new ScopeMap("theirs", { ...registry, scopeMapName: "edge-client-scope-map", actions }, ${options});
const token = new Token("theirs", { ...registry, tokenName: "edge-client", scopeMapId: scopeMap.id }, ${options});
exports.password1 = new pulumi.Config().getSecret("theirs");
`;
}

/** Creates the token and its password in the project's stack. */
async function makeToken(project: Project): Promise<string> {
  await project.run("pulumi up\n");
  const password = await project.generate("password1");
  await project.run("pulumi config set --secret theirs\n", { typed: password });
  await project.run("pulumi up\n");
  return password;
}

test("the page has the commands for another provider that are run here", () => {
  expect([setTokenId, setPassword, up, showUrns, deleteToken, deleteScopeMap].join("\n")).toMatch(
    /^pulumi config set tokenId .*\npulumi stack output .* \| pulumi config set --secret password1\npulumi up\npulumi stack .*--show-urns\npulumi state delete .*--target-dependents .*\npulumi state delete .*$/,
  );
});

describeWith("docs/moving-in.md, from another provider in Pulumi", onlyAtFullSize, () => {
  it("in a stack of its own: the old stack forgets the token, and deletes nothing", { timeout }, async () => {
    const backend = await Project.start();
    const before = await backend.beside("old", oldProgram());
    const after = await backend.beside("new", program);
    const password = await makeToken(before);
    const since = before.azure.requests.length;

    await after.run(setTokenId.replace("<id of the token>", before.tokenId));
    await after.run(setPassword);
    await after.run(up);
    const urns = await after.run(showUrns);
    const token = urnIn(urns, "azure-native:containerregistry:Token");
    await after.run(deleteToken.replace("<urn of the token>", token));
    const scopeMap = urnIn(urns, "azure-native:containerregistry:ScopeMap");
    await after.run(deleteScopeMap.replace("<urn of the scope map>", scopeMap));

    before.program("");
    expect(await before.run("pulumi up\n")).not.toMatch(/delete/);
    after.program(programWithoutAdopt);
    await after.run("pulumi preview --expect-no-changes\n");
    expect(await before.logins([password])).toEqual([200]);
    expect(before.writes(since).filter((write) => !write.endsWith("/generateCredentials"))).toEqual([]);
  });

  it("in the same program: the old resources leave the state, and stay in Azure", { timeout }, async () => {
    const project = await Project.start(oldProgram());
    const password = await makeToken(project);
    project.program(oldProgram("{ retainOnDelete: true }"));
    await project.run("pulumi up\n");
    await project.run(`pulumi config set tokenId '${project.tokenId}'\n`);
    await project.run("pulumi config set --secret password1\n", { typed: password });

    project.program(program);
    const preview = await project.run("pulumi preview\n");
    expect(preview).toMatch(/containerregistry:Token +edge-client +import/);
    expect(preview).toMatch(/containerregistry:Token +theirs +delete\[retain\]/);
    await project.run("pulumi up\n");

    project.program(programWithoutAdopt);
    await project.run("pulumi preview --expect-no-changes\n");
    expect(await project.logins([password])).toEqual([200]);
  });
});
