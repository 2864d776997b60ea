/** A scope map that Azure stored with other actions than the requested ones. */
import { beforeEach, expect, test } from "vitest";
import { RegistryToken, type RegistryTokenArgs } from "../../components/index";
import { args, create } from "./createToken";
import { Engine, failuresOf, registryId, types } from "./engine";

let engine: Engine;

beforeEach(async () => {
  engine = await Engine.start();
});

const read = "repositories/samples/nginx/content/read";
const write = "repositories/samples/nginx/content/write";

/** The errors of a program, of which the one about the scope map is expected. */
async function messagesOf(given: RegistryTokenArgs = args): Promise<string> {
  const failures = await failuresOf(() => new RegistryToken("client-1", given));
  return failures.map(({ message }) => message).join("\n");
}

test("stops the program before the token, and names the differing actions", async () => {
  engine.scopeMap = { actions: [write] };

  expect(await messagesOf()).toContain(
    `Azure stored the scope map ${registryId}/scopeMaps/client-1-scope-map without ${read} and with ${write}, which the program does not request; the likely cause is Azure Policy, with an assignment that has the effect Modify: exempt the registry from this assignment, change scopeMapDescription, so that azure-native writes the scope map again, and run pulumi up`,
  );
  const registered = engine.registered.map(({ type }) => type);
  expect(registered).not.toContain(types.token);
  expect(registered).not.toContain(types.credentials);
});

test("is reported with the missing or the additional actions, up to ten", async () => {
  engine.scopeMap = { actions: [] };
  expect(await messagesOf()).toMatch(/without \S+content\/read; the likely cause/);

  engine = await Engine.start();
  engine.scopeMap = { actions: [read, ...Array.from({ length: 12 }, (_, index) => `action-${index}`)] };
  expect(await messagesOf()).toMatch(
    /client-1-scope-map with action-0, .*, action-9 and 2 more, which the program does not request/,
  );
});

test("is not reported if only the order or the letter case differs", async () => {
  engine.scopeMap = { actions: [write.toUpperCase(), read] };
  const repositories = { "samples/nginx": ["content/read", "content/write"] } as const;

  const { outputs } = await create({ ...args, repositories });

  expect(outputs.scopeMapId).toBe(`${registryId}/scopeMaps/client-1-scope-map`);
});
