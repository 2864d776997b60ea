/** The role in docs/permissions.md has exactly the actions that the stack's life cycle needs. */
import { readFileSync } from "node:fs";
import { expect, it, onTestFinished, test } from "vitest";
import { actionOf } from "../../packages/local-azure/azure/resourceManager/access";
import { makeToken } from "../../packages/local-azure/tests/support";
import { type ChangingArgs, change, clientToken } from "../engine/clientToken";
import { describeWith, onlyAtFullSize, TestStack } from "../engine/support";
import { SharedClock } from "../support/clock";

const page = readFileSync("docs/permissions.md", "utf8");
const role = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)?.[1] ?? "");
const actions: string[] = role.Actions;

const prefix = "Microsoft.ContainerRegistry/registries/";

/** A day at noon, so that no test runs into midnight. */
function newClock(): SharedClock {
  const clock = new SharedClock();
  onTestFinished(() => clock.close());
  clock.set(`${clock.day(1)}T12:00:00Z`);
  return clock;
}

/** The actions for what the resource manager was asked since a number of requests. */
function askedFor({ azure }: TestStack, since = 0): string[] {
  const asked = azure.requests
    .slice(since)
    .filter(({ host, url }) => host === "resourceManager" && !url.startsWith("/metadata/"))
    .map(({ method, url }) => actionOf(method, new URL(url, "https://host").pathname))
    // Below a registry Azure's list of operations has statuses alone. Local Azure has results beside them.
    .map((action) => action.replace("operationResults", "operationStatuses"));
  return [...new Set(asked)].sort();
}

/** The actions by the names of the page. */
function full(...short: string[]): string[] {
  return short.map((name) => prefix + name).sort();
}

/** Creates, changes, rotates, clears, refreshes, answers a leak and destroys. */
async function wholeLife(): Promise<string[]> {
  const clock = newClock();
  const rules: ChangingArgs = { overlapDays: 7, waitUntilLive: true };
  const args: ChangingArgs = { ...rules, rotationTriggers: { audit: "2026" } };
  const life = await TestStack.start(clientToken(args), {
    azure: { now: clock.now, generateCredentialsStatus: 202, operationMs: 20 },
    environment: clock.environment,
  });
  await life.up();
  const others: ChangingArgs = {
    status: "disabled",
    repositories: { "azureiotedge-hub": ["content/read"] },
  };
  change(args, { ...rules, ...others, rotationTriggers: { audit: "2026" } });
  await life.up();
  change(args, { ...rules, rotationTriggers: { audit: "2027" } });
  await life.up();
  clock.advance(8);
  await life.up();
  await life.refresh();
  await life.up({ replace: [await life.urn("acr-token:index:TokenCredentials")] });
  await life.stack.destroy();
  expect(
    life.azure.requests.filter(({ method, url }) => method === "GET" && /operation/.test(url)),
  ).not.toEqual([]);
  return askedFor(life);
}

test("the role names each action by itself, and the table has the same ones", () => {
  expect(actions.filter((action) => action.includes("*"))).toEqual([]);
  expect(new Set(actions).size).toBe(actions.length);
  const rows = [...page.matchAll(/^\| `([\w/]+)` +\|/gm)].map(([, name]) => String(name));
  expect(rows.map((name) => `${prefix}${name.replace(/^registries\//, "")}`)).toEqual(actions);
});

describeWith("under pulumi, the role of docs/permissions.md", onlyAtFullSize, () => {
  it("has exactly the actions of the whole life cycle", { timeout: 300_000 }, async () => {
    expect(await wholeLife()).toEqual([...actions].sort());
  });

  it("is enough to adopt a token, of which the preview reads", async () => {
    const args: ChangingArgs = {};
    const life = await TestStack.start(clientToken(args));
    const { id: tokenId, passwords } = await makeToken(life.azure, { name: "edge-client" });
    change(args, { adopt: { tokenId, password1: passwords[0] } });
    let since = life.azure.requests.length;
    await life.preview();
    expect(askedFor(life, since)).toEqual(full("read", "scopeMaps/read", "tokens/read"));
    since = life.azure.requests.length;
    await life.up();
    await life.stack.destroy();
    expect(actions).toEqual(expect.arrayContaining(askedFor(life, since)));
  });

  it("has the parts that are enough for less", async () => {
    const clock = newClock();
    const args: ChangingArgs = { rotateEveryDays: 30 };
    const life = await TestStack.start(clientToken(args), {
      azure: { now: clock.now, generateCredentialsStatus: 202, operationMs: 20 },
      environment: clock.environment,
    });
    await life.up();
    let since = life.azure.requests.length;
    const sinceThen = () => {
      const asked = askedFor(life, since);
      since = life.azure.requests.length;
      return asked;
    };
    await life.preview();
    await life.up();
    expect(sinceThen()).toEqual([]);
    await life.refresh();
    expect(sinceThen()).toEqual(full("read", "scopeMaps/read", "tokens/read"));
    clock.advance(30);
    await life.preview();
    expect(sinceThen()).toEqual([]);
    await life.up();
    expect(sinceThen()).toEqual(full("generateCredentials/action", "operationStatuses/read", "tokens/read"));
    change(args, { rotateEveryDays: 30, overlapDays: 7 });
    clock.advance(8);
    await life.up();
    expect(sinceThen()).toEqual(full("tokens/operationStatuses/read", "tokens/read", "tokens/write"));
  });
});
