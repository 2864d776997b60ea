/** Errors in the configuration of the program. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Engine } from "../component/engine";

const load = createRequire(__filename);
const program = join(__dirname, "..", "..", "bin", "index.js");
const registry = { resourceGroupName: "group", registryName: "myregistry" };

/** Everything is ready for the program to run with this configuration. */
async function start(given: Record<string, string | undefined>): Promise<Engine> {
  const settings = Object.entries({ ...registry, ...given }).filter(([, value]) => value !== undefined);
  delete load.cache[program];
  return Engine.start({
    config: Object.fromEntries(settings.map(([key, value]) => [`registry-token:${key}`, String(value)])),
  });
}

/** The error of the program with this configuration, which registers nothing then. */
async function refusal(given: Record<string, string | undefined>): Promise<string> {
  const engine = await start(given);
  try {
    load(program);
  } catch (error) {
    expect(engine.registered).toEqual([]);
    await Engine.stop();
    return (error as Error).message;
  }
  throw new Error("it was taken");
}

const name = "must be 5 to 50 letters";
const days = "must be a whole number of days from";
const json = (value: string) => `value '${value}' is not a valid JSON object`;

test.each<[key: string, value: string | undefined, said: string]>([
  [
    "resourceGroupName",
    undefined,
    "Missing required configuration variable 'registry-token:resourceGroupName'",
  ],
  ["resourceGroupName", "", "resourceGroupName: must be 1 to 90 letters"],
  ["resourceGroupName", "a/b", 'got "a/b"'],
  ["registryName", undefined, "Missing required configuration variable 'registry-token:registryName'"],
  ["registryName", "", `registryName: ${name}`],
  ["registryName", "myregistry.azurecr.io", 'got "myregistry.azurecr.io"'],
  ["registryName", " myregistry", 'got " myregistry"'],
  ["tokenName", "", `tokenName: ${name}`],
  ["tokenName", "my_token", 'got "my_token"'],
  ["scopeMapName", "", `scopeMapName: ${name}`],
  ["scopeMapName", "my map", 'got "my map"'],
  ["repositories", "", json("")],
  ["repositories", "acr/repo", json("acr/repo")],
  ["repositories", "{", json("{")],
  ["repositories", "7", "repositories: must be a map of names to lists of actions, got 7"],
  ["repositories", "[]", "repositories: must be a map of names to lists of actions, got []"],
  ["repositories", '"samples"', 'repositories: must be a map of names to lists of actions, got "samples"'],
  ["repositories", "{}", "repositories: a scope map must allow something"],
  ["repositories", '{"samples/nginx":"content/read"}', "must list at least one of content/read"],
  ["repositories", '{"samples/nginx":["pull"]}', 'repositories["samples/nginx"][0]: must be one of'],
  [
    "repositories",
    '{"__proto__":["content/read"]}',
    `repositories["__proto__"]: must be a repository's name`,
  ],
  [
    "repositories",
    '{"constructor/":["content/read"]}',
    `repositories["constructor/"]: must be a repository's name`,
  ],
  ["expirationInDays", "many", json("many")],
  ["expirationInDays", "30 days", json("30 days")],
  ["rotateEveryDays", "1,000", json("1,000")],
  ["rotateEveryDays", "1O", json("1O")],
  ["expirationInDays", "", json("")],
  ["expirationInDays", "1", `expirationInDays: ${days} 2 to 36500, got 1`],
  ["expirationInDays", "Infinity", json("Infinity")],
  ["expirationInDays", "1e9", `expirationInDays: ${days} 2 to 36500, got 1000000000`],
  ["expirationInDays", "7.5", `expirationInDays: ${days} 2 to 36500, got 7.5`],
  ["rotateEveryDays", "weekly", json("weekly")],
  ["rotateEveryDays", "0", `rotateEveryDays: ${days} 1 to 36500, got 0`],
  ["rotateEveryDays", "-7", `rotateEveryDays: ${days} 1 to 36500, got -7`],
  ["rotateEveryDays", "true", `rotateEveryDays: ${days} 1 to 36500, got true`],
])("%s: %j is an error that names it, and nothing is registered", async (key, value, said) => {
  const message = await refusal({ [key]: value });
  expect(message).toContain(said);
  expect(message).toContain(key);
});
