/** The commands of docs/moving-in.md for another stack of this package. */
import { expect, it, test } from "vitest";
import { describeWith, onlyAtFullSize } from "../engine/support";
import { blocksOf, Project, program, programWithoutAdopt, urnIn } from "./movingIn";

const title = "From another stack of this package";
const [move = "", forget = ""] = blocksOf(title, "sh");
const [showUrns = "", moveState = "", preview = ""] = move.split("\n");
const [showPassword = "", deleteState = ""] = forget.split("\n");

const timeout = 180_000;

const registryToken = "acr-token:index:RegistryToken";
const placeholder = "<urn of the RegistryToken>";

const oldProgram = `${programWithoutAdopt.replace("new RegistryToken(", "const token = new RegistryToken(")}
exports.password1 = token.password1;
exports.password2 = token.password2;
`;

/** The page's program with both passwords. */
const newProgram = program.replace(
  /( *)(password)1(: config\.requireSecret\("password)1("\),\n)/,
  "$&$1$22$32$4",
);

/** Two projects in one backend; the token is in the old one's stack, its passwords are among the outputs. */
async function start(text: string): Promise<{ before: Project; after: Project; passwords: string[] }> {
  const backend = await Project.start();
  const before = await backend.beside("old", oldProgram);
  const after = await backend.beside("new", text);
  await before.run("pulumi up\n");
  const outputs = JSON.parse(await before.run("pulumi stack output --show-secrets --json\n"));
  return { before, after, passwords: [outputs.password1, outputs.password2] };
}

/** The old program, without the token, has no change, and both passwords log in. */
async function expectForgotten(before: Project, passwords: readonly string[]): Promise<void> {
  before.program("");
  expect(await before.run("pulumi preview --expect-no-changes\n")).toContain("1 unchanged");
  expect(await before.run("pulumi up --expect-no-changes\n")).not.toMatch(/delete/);
  expect(await before.logins(passwords)).toEqual([200, 200]);
}

test("the page has the commands for another stack that are run here", () => {
  expect([showUrns, moveState, preview, showPassword, deleteState].join("\n")).toMatch(
    /^pulumi stack .*--show-urns\npulumi state move .*\npulumi preview .*\npulumi stack output .*\npulumi state delete .*$/,
  );
  expect(blocksOf(title, "sh")).toHaveLength(2);
  expect(newProgram).toContain('password2: config.requireSecret("password2"),');
});

describeWith("docs/moving-in.md, from another stack of this package", onlyAtFullSize, () => {
  it("by state move: nothing is written to Azure", { timeout }, async () => {
    const { before, after, passwords } = await start("");
    const since = before.azure.requests.length;

    const urn = urnIn(await after.run(showUrns), registryToken);
    await after.run(moveState.replace(placeholder, urn).replace("state move", "$& --yes"));
    after.program(programWithoutAdopt);

    expect(await after.run(preview)).toMatch(/Resources:\n +7 unchanged/);
    await after.run("pulumi up --expect-no-changes\n");
    await expectForgotten(before, passwords);
    expect(before.writes(since)).toEqual([]);
  });

  it("by adopt and state delete: nothing is written to Azure that touches a password", {
    timeout,
  }, async () => {
    const { before, after, passwords } = await start(newProgram);
    const since = before.azure.requests.length;

    expect((await before.run(showPassword)).trim()).toBe(passwords[0]);
    await after.run(`pulumi config set tokenId '${before.tokenId}'\n`);
    await after.run("pulumi config set --secret password1\n", { typed: passwords[0] });
    await after.run("pulumi config set --secret password2\n", { typed: passwords[1] });
    await after.run("pulumi up\n");
    const urn = urnIn(await before.run("pulumi stack --show-urns\n"), registryToken);
    await before.run(deleteState.replace(placeholder, urn));

    await after.run("pulumi preview --expect-no-changes\n");
    await expectForgotten(before, passwords);
    expect(before.writes(since)).toEqual([]);
  });
});
