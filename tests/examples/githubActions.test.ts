/** The example examples/github-actions: what its workflows say, and their steps, run against a local Azure. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { delimiter, join, resolve } from "node:path";
import { startLocalAzure } from "local-azure";
import { describe, expect, it, onTestFinished } from "vitest";
import { makeCertificate } from "../../packages/local-azure/azure/certificate.js";
import { arm, registryOf, registryPath } from "../../packages/local-azure/tests/support";
import { describeWith, onlyAtFullSize, whyNoStandIns } from "../engine/support";
import { SharedClock } from "../support/clock";
import { run } from "./command";
import { installExample, pulumiEnvironment, temporaryFolder } from "./outside";
import { readWorkflow, runSteps } from "./workflow";

const folder = resolve("examples", "github-actions");
const names = readdirSync(folder)
  .filter((name) => name.endsWith(".yml"))
  .map((name) => name.replace(/\.yml$/, ""));
const workflow = (name: string) => readWorkflow(join(folder, `${name}.yml`));
const hasActionlint = spawnSync("actionlint", ["--version"]).status === 0;

describe("the example github-actions", () => {
  it("has a preview, an up and a check for drift", () => {
    expect(names.sort()).toEqual(["drift", "preview", "up"]);
  });

  it.skipIf(!hasActionlint)(
    `passes actionlint${hasActionlint ? "" : " (skipped: there is no actionlint on PATH)"}`,
    () => {
      const files = names.map((name) => `${name}.yml`);
      const { status, stdout, stderr } = spawnSync("actionlint", ["-no-color", ...files], { cwd: folder });
      expect(status, `${stdout}${stderr}`).toBe(0);
    },
  );

  it.each(names)("signs in by OIDC, without a secret: %s", (name) => {
    const { permissions, env, jobs } = workflow(name);
    expect(readFileSync(join(folder, `${name}.yml`), "utf8")).not.toMatch(
      /secrets\.|PASSPHRASE|CLIENT_SECRET/,
    );
    expect(permissions).toEqual({
      contents: "read",
      "id-token": "write",
      ...(name === "preview" && { "pull-requests": "write" }),
    });
    expect(env.ARM_USE_OIDC).toBe("true");
    const [job] = Object.values(jobs);
    expect(job?.environment).toBe(name === "up" ? "production" : "preview");
    const clientId = `\${{ vars.${name === "up" ? "AZURE_CLIENT_ID" : "AZURE_PREVIEW_CLIENT_ID"} }}`;
    expect(env.ARM_CLIENT_ID).toBe(clientId);
    const login = job?.steps.find(({ uses }) => uses?.startsWith("azure/login@"));
    expect(login?.with?.["client-id"]).toBe(clientId);
  });

  it("rotates every week, looks for drift after that, and never stops an up half-way", () => {
    const cronOf = (name: string) => {
      const { schedule } = workflow(name).on as { schedule: { cron: string }[] };
      const [minute, hour, , , weekday] = schedule.flatMap(({ cron }) => cron.split(" "));
      return { weekday, minutes: Number(hour) * 60 + Number(minute) };
    };
    const [up, drift] = [cronOf("up"), cronOf("drift")];
    expect(up.weekday).toBe("1");
    expect(drift.weekday).toBe(up.weekday);
    // The up has an hour.
    expect(drift.minutes - up.minutes).toBeGreaterThan(60);
    expect(workflow("up").concurrency?.["cancel-in-progress"]).toBe(false);
  });
});

/**
 * What GitHub's runner has for a workflow that may ask for a token: a server that gives it.
 *
 * @param trusted a file with the certificates that the clients trust anyway
 */
async function issuer(token: string, trusted: string): Promise<Record<string, string>> {
  const { key, certificate } = await makeCertificate({ subject: "issuer" });
  const caFile = join(temporaryFolder(), "ca.pem");
  writeFileSync(caFile, `${readFileSync(trusted, "utf8")}\n${certificate}`);
  const server = createServer({ key, cert: certificate }, ({ url = "", headers }, response) => {
    const isRight = headers.authorization === "Bearer runner" && url.includes("audience=api");
    response.writeHead(isRight ? 200 : 401).end(JSON.stringify(isRight ? { value: token } : {}));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return {
    NODE_EXTRA_CA_CERTS: caFile,
    ACTIONS_ID_TOKEN_REQUEST_URL: `https://127.0.0.1:${port}/token?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: "runner",
  };
}

/** The project in a repository of its own, a local Azure, and GitHub's runner, as far as the steps need it. */
async function started(config: Record<string, string> = {}) {
  const clock = new SharedClock();
  onTestFinished(() => clock.close());
  const azure = await startLocalAzure({ now: clock.now });
  onTestFinished(() => azure.close());
  const project = temporaryFolder();
  installExample("github-actions", project);

  // Stands for GitHub's command: keeps what it is told to comment.
  const commands = join(temporaryFolder(), "bin");
  mkdirSync(commands);
  const comments = join(commands, "comments");
  writeFileSync(
    join(commands, "gh"),
    `#!/bin/sh\necho "$GH_TOKEN $*" > ${comments}\ncat comment.md >> ${comments}\n`,
  );
  chmodSync(join(commands, "gh"), 0o755);

  const { PULUMI_BACKEND_URL = "", ...pulumi } = pulumiEnvironment(temporaryFolder());
  const {
    ARM_CLIENT_ID = "",
    ARM_CLIENT_SECRET: _,
    ARM_TENANT_ID = "",
    ARM_SUBSCRIPTION_ID = "",
    ...cloud
  } = azure.environment;
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(ARM|AZURE|ACTIONS|GITHUB)_/.test(name),
  );
  const environment = {
    ...Object.fromEntries(inherited),
    PATH: `${commands}${delimiter}${process.env.PATH}`,
    ...cloud,
    ...clock.environment,
    ...pulumi,
    ...(await issuer(azure.connection.oidcToken, azure.connection.caFile)),
  };
  const expressions = {
    "vars.AZURE_CLIENT_ID": ARM_CLIENT_ID,
    "vars.AZURE_PREVIEW_CLIENT_ID": ARM_CLIENT_ID,
    "vars.AZURE_TENANT_ID": ARM_TENANT_ID,
    "vars.AZURE_SUBSCRIPTION_ID": ARM_SUBSCRIPTION_ID,
    "vars.PULUMI_BACKEND_URL": PULUMI_BACKEND_URL,
    "github.token": "github",
    "github.event.pull_request.number": "7",
  };
  const plain = async (...args: string[]) => {
    const { code, out, err } = await run(["pulumi", ...args], project, {
      ...environment,
      PULUMI_BACKEND_URL,
    });
    expect(code, out + err).toBe(0);
    return out;
  };
  await plain("stack", "init", "prod");
  for (const [key, value] of Object.entries(config)) {
    await plain("config", "set", "--stack", "prod", key, value);
  }
  const state = PULUMI_BACKEND_URL.replace("file://", "");
  return {
    azure,
    clock,
    /** Runs the steps of a workflow, but for `npm ci`, which downloads: the example is installed. */
    run: (name: string) => runSteps(workflow(name), project, environment, expressions, ["npm ci"]),
    /** The comment on the pull request: the command's arguments, then the text. */
    comment: () => readFileSync(comments, "utf8"),
    password: async () =>
      (await plain("stack", "output", "--stack", "prod", "--show-secrets", "password")).trim(),
    /** All files of the state, with when they were written. */
    state: () =>
      readdirSync(state, { recursive: true, encoding: "utf8" })
        .map((path) => `${path} ${statSync(join(state, path)).mtimeMs}`)
        .sort(),
  };
}

const codes = (runs: { step: string; code: number | null }[]) => runs.map(({ step, code }) => [step, code]);

describeWith("the steps of the example github-actions", onlyAtFullSize ?? whyNoStandIns, () => {
  it("preview, make, rotate and find drift, as an identity that has no secret", {
    timeout: 400_000,
  }, async () => {
    const test = await started();
    const state = test.state();
    const preview = await test.run("preview");
    expect(codes(preview), preview[0]?.text).toEqual([
      ["Preview", 0],
      ["Comment", 0],
    ]);
    expect(test.comment()).toMatch(
      /^github pr comment 7 --edit-last --create-if-none --body-file comment.md\n```\nPreviewing update \(prod\):/,
    );
    expect(test.comment()).toMatch(/\+ 7 to create\n+```\n$/);
    // The author may have read access only.
    expect(test.state()).toEqual(state);

    const made = await test.run("up");
    expect(codes(made), made.at(-1)?.text).toEqual([
      ["Preview", 0],
      ["Up", 0],
    ]);
    const first = await test.password();
    expect(await registryOf(test.azure).login("build-agent", first)).toBe(200);
    const unchanged = test.state();
    const noDrift = await test.run("drift");
    expect(codes(noDrift), noDrift[0]?.text).toEqual([["Look", 0]]);
    expect(test.state()).toEqual(unchanged);

    test.clock.advance(30);
    await test.run("preview");
    expect(test.comment()).toMatch(/current\s*: "password1" => "password2"/);
    expect(test.comment()).not.toContain(first);
    const rotated = await test.run("up");
    expect(codes(rotated), rotated.at(-1)?.text).toEqual([
      ["Preview", 0],
      ["Up", 0],
    ]);
    const second = await test.password();
    expect(second).not.toBe(first);
    for (const password of [first, second]) {
      expect(await registryOf(test.azure).login("build-agent", password)).toBe(200);
    }
    expect(codes(await test.run("drift"))).toEqual([["Look", 0]]);

    const resourceManager = await arm(test.azure);
    await resourceManager("PATCH", registryPath(test.azure, "/tokens/build-agent"), {
      properties: { status: "disabled" },
    });
    const [look] = await test.run("drift");
    expect(look?.code).not.toBe(0);
    expect(look?.text).toContain("no changes were expected");
  });

  it("comment on a preview that fails, too, and the job fails with it", async () => {
    const test = await started({ registryName: "my_registry" });
    const [preview, comment] = await test.run("preview");
    expect(preview?.code).not.toBe(0);
    expect(comment?.code).toBe(0);
    expect(test.comment()).toMatch(/registryName: must be 5 to 50 letters and digits, got "my_registry"/);
  });
});
