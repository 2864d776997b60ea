/** What a program asks the plugin itself. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pluginFunction } from "../../components/args/pluginFunction";
import { TestEnvironment } from "../support/testEnvironment";

let stage: TestEnvironment;

beforeAll(async () => {
  stage = await TestEnvironment.start();
});

afterAll(() => stage?.close());

test("it is there, and says in which version", async () => {
  const { version } = JSON.parse(readFileSync("components/package.json", "utf8"));
  expect((await stage.plugin.invoke(pluginFunction, {})).result).toEqual({ version });
});

test("a function or a resource that it has not is named", async () => {
  await expect(stage.plugin.invoke("acr-token:index:other", {})).rejects.toThrow(
    "acr-token has no function acr-token:index:other",
  );
  const urn = stage.access().urn.replace("TokenAccess", "Token");
  await expect(stage.plugin.check(urn, {}, {})).rejects.toThrow(
    "acr-token has no resource of the type acr-token:index:Token; it has acr-token:index:TokenCredentials, acr-token:index:TokenAccess",
  );
});
