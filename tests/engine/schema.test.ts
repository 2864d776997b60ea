/** The schema in Pulumi's CLI. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "./languages";
import { describeWithCli } from "./support";

/** Runs the CLI elsewhere, without a project. */
function pulumi(...args: string[]) {
  const cwd = temporaryFolder();
  const env = { ...process.env, PULUMI_HOME: join(cwd, "home"), PULUMI_SKIP_UPDATE_CHECK: "true" };
  return spawnSync("pulumi", args, { cwd, env, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
}

describeWithCli("the schema", () => {
  it("passes Pulumi's check without a warning", () => {
    const { status, stdout, stderr } = pulumi("schema", "check", resolve("components/schema.json"));
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
  });

  it("is the schema that the built plugin returns", () => {
    const { status, stdout, stderr } = pulumi(
      "package",
      "get-schema",
      resolve("components/pulumi-resource-acr-token"),
    );
    expect(status, stderr).toBe(0);
    const { name, types, resources } = JSON.parse(stdout);
    const expected = JSON.parse(readFileSync("components/schema.json", "utf8"));
    expect(name).toBe("acr-token");
    expect(Object.keys(types)).toEqual(Object.keys(expected.types).sort());
    expect(Object.keys(resources)).toEqual(Object.keys(expected.resources).sort());
  });
});
