/** The plugin's information about itself. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pluginFunction } from "../../components/args/pluginFunction";
import { TestEnvironment } from "../support/testEnvironment";

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await TestEnvironment.start();
});

afterAll(() => environment?.close());

test("it responds with its version", async () => {
  const { version } = JSON.parse(readFileSync("components/package.json", "utf8"));
  expect((await environment.plugin.invoke(pluginFunction, {})).result).toEqual({ version });
});

test("an unknown function or resource is named", async () => {
  await expect(environment.plugin.invoke("acr-token:index:other", {})).rejects.toThrow(
    "acr-token has no function acr-token:index:other",
  );
  const urn = environment.access().urn.replace("TokenAccess", "Token");
  await expect(environment.plugin.check(urn, {}, {})).rejects.toThrow(
    "acr-token has no resource of the type acr-token:index:Token; it has acr-token:index:TokenCredentials, acr-token:index:TokenAccess",
  );
});
