/** The example examples/stack-reference, in folders outside of this workspace, on a local Azure. */
import { join } from "node:path";
import { startLocalAzure } from "local-azure";
import { expect, it, onTestFinished } from "vitest";
import { registryOf } from "../../packages/local-azure/tests/support";
import { describeWith, onlyAtFullSize } from "../engine/support";
import { SharedClock } from "../support/clock";
import { run } from "./command";
import { installExample, pulumiEnvironment, temporaryFolder } from "./outside";

async function started() {
  const clock = new SharedClock();
  onTestFinished(() => clock.close());
  const azure = await startLocalAzure({ now: clock.now });
  onTestFinished(() => azure.close());
  const folder = temporaryFolder();
  const env = {
    ...process.env,
    ...azure.environment,
    ...clock.environment,
    ...pulumiEnvironment(temporaryFolder()),
  };
  const pulumi = async (project: string, ...args: string[]): Promise<string> => {
    const command = ["pulumi", ...args, "--non-interactive", "--color", "never"];
    const { code, out, err } = await run(command, join(folder, project), env);
    expect(code, out + err).toBe(0);
    return out;
  };
  for (const project of ["platform", "application"]) {
    installExample(join("stack-reference", project), join(folder, project));
    await pulumi(project, "stack", "init", "prod");
  }
  await pulumi("platform", "config", "set", "resourceGroupName", "myresourcegroup");
  await pulumi("platform", "config", "set", "registryName", "myregistry");
  await pulumi("application", "config", "set", "platform", "organization/platform/prod");
  return {
    clock,
    pulumi,
    up: (project: string) => pulumi(project, "up", "--yes", "--skip-preview"),
    preview: (project: string) => pulumi(project, "preview"),
    /** The application's login. */
    login: async () =>
      JSON.parse(await pulumi("application", "stack", "output", "--show-secrets", "--json")).login,
    /** The registry's answer to a login. */
    knock: (login: { username: string; password: string }) =>
      registryOf(azure).login(login.username, login.password),
    azure,
  };
}

describeWith("the example stack-reference", onlyAtFullSize, () => {
  it("passes the password on as a secret, and the application changes after a rotation while the old password works", {
    timeout: 300_000,
  }, async () => {
    const { clock, pulumi, up, preview, login, knock, azure } = await started();
    await up("platform");
    const made = azure.requests.length;
    const first = await up("application");
    expect(azure.requests.length).toBe(made);
    expect(first).toMatch(/^ +login +: \[secret\]$|^ +password *: \[secret\]$/m);
    const before = await login();
    expect(before).toEqual({
      loginServer: azure.connection.registries[0].loginServer,
      username: "application",
      password: expect.stringMatching(/^.{52}$/),
    });
    expect(await knock(before)).toBe(200);
    const state = await pulumi("application", "stack", "export");
    expect(state).toContain("pulumi:pulumi:StackReference");
    expect(state).not.toContain(before.password);
    expect(await preview("application")).toMatch(/^ +\d+ unchanged$/m);

    clock.advance(30);
    await up("platform");
    const announced = await preview("application");
    expect(announced).toMatch(/random:index:RandomUuid revision replace/);
    expect(announced).not.toContain(before.password);
    // The application has not read the new password yet, and still logs in.
    expect(await login()).toEqual(before);
    expect(await knock(before)).toBe(200);

    await up("application");
    const after = await login();
    expect(after.password).not.toBe(before.password);
    expect(await knock(after)).toBe(200);
    expect(await knock(before)).toBe(200);

    clock.advance(8);
    await up("platform");
    expect(await preview("application")).toMatch(/^ +\d+ unchanged$/m);
    expect(await knock(after)).toBe(200);
    expect(await knock(before)).toBe(401);
  });
});
