import { spawn, spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { clientToken } from "./clientToken";
import { describeWithCli, TestStack } from "./support";

const conflict = {
  method: "POST",
  path: /generateCredentials/,
  kind: "answer",
  status: 409,
  code: "Conflict",
  retryAfterSeconds: 5,
} as const;

/** The message in the Status column. */
const shown = "waiting for another operation on the token to end";

const hasTerminals = process.platform === "linux" && spawnSync("script", ["--version"]).status === 0;

describeWithCli("a wait under pulumi up", () => {
  it("leaves nothing in the log of a run that went well, nor in its events", async () => {
    const test = await TestStack.start(clientToken({}));
    test.azure.faults.add(conflict);
    const events: string[] = [];

    const { stdout, stderr } = await test.stack.up({
      color: "never",
      onEvent: (event) => events.push(JSON.stringify(event)),
    });

    expect(stdout).toContain("TokenCredentials");
    expect(stdout + stderr).not.toMatch(/waiting|next try/);
    expect(events.join("\n")).not.toMatch(/waiting|next try/);
  });

  it.skipIf(!hasTerminals)(
    "is shown on a terminal, beside the resource, and is cleared at its end",
    async () => {
      const test = await TestStack.start(resolve("examples/yaml"));
      await test.stack.setAllConfig({
        registryName: { value: "myregistry" },
        resourceGroupName: { value: "myresourcegroup" },
      });
      test.azure.faults.add(conflict);

      const screen = await onTerminal("pulumi up --yes --skip-preview --color never --stack local", test);

      const rows = screen.split(/[\r\n]+/).filter((row) => row.includes("TokenCredentials"));
      const waiting = rows.map((row) => row.includes(shown)).lastIndexOf(true);
      expect(rows[waiting]).toMatch(/next try in \d s, for up to 11\d s more/);
      // The row is drawn again without the message, during the run and at its end.
      expect(rows.slice(waiting + 1).length).toBeGreaterThan(0);
      expect(screen.slice(screen.lastIndexOf("TokenCredentials"))).not.toContain("waiting");
      expect(screen).toContain("Resources:");
      // Of others there may be some: Pulumi warns of plugins that it finds on PATH.
      const [, diagnostics = ""] = screen.split("Diagnostics:");
      expect(diagnostics).not.toContain("TokenCredentials");
    },
  );
});

/** The output of a command on a terminal of its own. */
function onTerminal(command: string, { stack }: TestStack): Promise<string> {
  const { workDir, envVars, pulumiHome } = stack.workspace;
  // A pipeline that runs this test is none of the command's.
  const { CI: _, GITHUB_ACTIONS: __, TF_BUILD: ___, ...env } = process.env;
  const terminal = spawn("script", ["-qec", `stty cols 200 rows 50; ${command}`, "/dev/null"], {
    cwd: workDir,
    env: {
      ...env,
      ...envVars,
      ...(pulumiHome && { PULUMI_HOME: pulumiHome }),
      PULUMI_DISABLE_CI_DETECTION: "true",
      TERM: "xterm",
    },
  });
  let text = "";
  terminal.stdout.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  return new Promise((done, fail) => {
    terminal.once("error", fail);
    terminal.once("close", (code) =>
      code === 0 ? done(text) : fail(new Error(`ended with ${code}: ${text}`)),
    );
  });
}
