/** What Pulumi's Status column shows while something is waited for. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "local-azure";
import type { LogMessage } from "local-azure/pulumi";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { TestEnvironment } from "../support/testEnvironment.js";
import { until } from "../support/until.js";

/** What takes the last message away: a colour and no text. */
const nothing = "<{%reset%}>";

let environment: TestEnvironment;

beforeAll(async () => {
  // There is no terminal here.
  environment = await TestEnvironment.start({}, { env: { PROVIDER_STATUS: "true" } });
});

afterAll(() => environment?.close());

afterEach(() => {
  environment.azure.faults.clear();
  environment.azure.replicationLag = 0;
});

/** What is shown while something is done, which takes at least so many seconds. */
async function shown(
  on: TestEnvironment,
  seconds: number,
  work: () => Promise<unknown>,
): Promise<LogMessage[]> {
  const before = on.plugin.engineLog.length;
  const started = performance.now();
  await work();
  expect(performance.now() - started).toBeGreaterThan(1000 * seconds);
  // Nobody waits for the engine to have a message.
  await sleep(100);
  return on.plugin.engineLog.slice(before);
}

const texts = (messages: readonly LogMessage[]) => messages.map(({ message }) => message);

const generate = { method: "POST", path: /generateCredentials/, kind: "answer" } as const;

const waits: { what: string; fault: Fault; seconds: number; text: RegExp }[] = [
  {
    what: "a conflict",
    fault: { ...generate, status: 409, code: "Conflict", retryAfter: 4 },
    seconds: 4,
    text: /^waiting for another operation on the token to end \(next try in \d s, for up to 11\d s more\)$/,
  },
  {
    what: "too many requests",
    fault: { ...generate, status: 429, retryAfter: 4 },
    seconds: 4,
    text: /^Azure throttles requests: waiting [123] s$/,
  },
  {
    what: "trouble at Azure",
    fault: { ...generate, status: 503, retryAfter: 4 },
    seconds: 4,
    text: /^waiting for the end of trouble at Azure, which answered 503 \(next try in \d s, for up to 11\d s more\)$/,
  },
  {
    what: "a slow answer",
    fault: { method: "POST", path: /generateCredentials/, kind: "delay", milliseconds: 3500 },
    seconds: 3,
    text: /^waiting for Azure to make password1 and password2 \([23] s\)$/,
  },
];

test.each(waits)("$what, on the resource, with what it is and how long", async ({ fault, seconds, text }) => {
  const tokenId = await environment.newToken();
  const resource = environment.credentials("waiting");
  environment.azure.faults.add(fault);

  const messages = await shown(environment, seconds, () => resource.up({ tokenId }));

  expect(messages.length).toBeGreaterThanOrEqual(2);
  // One message a second from the second second on: the wait may be a quarter longer, and the next request takes a while.
  expect(messages.length).toBeLessThanOrEqual(1.25 * seconds + 3);
  for (const message of messages) {
    expect(message).toMatchObject({ urn: resource.urn, severity: "info", ephemeral: true });
  }
  const [last, ...before] = texts(messages).reverse();
  expect(last).toBe(nothing);
  expect(before).toContainEqual(expect.stringMatching(text));
});

test.each([409, 429, 503])("nothing for a wait of less than two seconds, after %d", async (status) => {
  const tokenId = await environment.newToken();
  environment.azure.faults.add({ ...generate, status, retryAfter: 1 });

  expect(await shown(environment, 1, () => environment.credentials().up({ tokenId }))).toEqual([]);
});

test("the registry that does not accept a new password yet", async () => {
  const tokenId = await environment.newToken();
  environment.azure.replicationLag = 3500;
  const resource = environment.credentials("live");

  const messages = await shown(environment, 3, () => resource.up({ tokenId, waitUntilLive: true }));

  const { loginServer } = environment.azure.connection.registries[0];
  const text = new RegExp(`^waiting until ${loginServer} accepts the new password \\([23] of 120 s\\)$`);
  expect(texts(messages)).toContainEqual(expect.stringMatching(text));
  expect(texts(messages).at(-1)).toBe(nothing);
});

test("the list of a registry's tokens, on each resource that waits for it", async () => {
  const all = Array.from({ length: 12 }, (_, index) => environment.credentials(`listed-${index}`));
  for (const resource of all) {
    await resource.up({ tokenId: await environment.newToken() });
  }
  await environment.newRun();
  environment.azure.faults.add({ path: /\/tokens\?/, kind: "delay", milliseconds: 3500 });

  const messages = await shown(environment, 3, () => Promise.all(all.map((resource) => resource.refresh())));

  for (const { urn } of all.slice(10)) {
    expect(texts(messages.filter((message) => message.urn === urn))).toContainEqual(
      expect.stringMatching(/^waiting for Azure to list the registry's tokens \([23] s\)$/),
    );
  }
});

test("a wait that fails leaves nothing either", async () => {
  const tokenId = await environment.newToken();
  environment.azure.replicationLag = 3_600_000;
  const refuse = () =>
    environment.azure.faults.add({
      host: "registry",
      kind: "answer",
      status: 403,
      times: Number.POSITIVE_INFINITY,
    });

  const messages = await shown(environment, 2, async () => {
    const failing = environment.credentials().up({ tokenId, waitUntilLive: true });
    setTimeout(refuse, 2500);
    await expect(failing).rejects.toThrow("is not known to work");
  });

  expect(messages.length).toBeGreaterThanOrEqual(2);
  expect(texts(messages).at(-1)).toBe(nothing);
});

test("no message holds a secret", () => {
  const { clientSecret } = environment.azure.connection;
  const log = texts(environment.plugin.engineLog).join("\n");
  expect(log).not.toContain(clientSecret);
  expect(log).not.toMatch(/[A-Za-z0-9+/]{40,}/);
});

describe("a long-running operation", () => {
  let slow: TestEnvironment;

  beforeAll(async () => {
    slow = await TestEnvironment.start(
      { operation: 3500, generateCredentialsStatus: 202 },
      { env: { PROVIDER_STATUS: "true" } },
    );
  });

  afterAll(() => slow?.close());

  test("is shown, and so is another resource's on the same token, which has to end before", async () => {
    const tokenId = await slow.newToken();
    const credentials = slow.credentials("first");
    const access = slow.access("second");
    const scopeMapId = slow.scopeMapId("_repositories_pull");

    const messages = await shown(slow, 3, async () => {
      const first = credentials.up({ tokenId });
      await until(() => slow.azure.requests.some(({ url }) => url.includes("generateCredentials")));
      await access.up({ tokenId, scopeMapId });
      await first;
    });

    const about = (urn: string) => texts(messages.filter((message) => message.urn === urn));
    const making = /^waiting for Azure to make password1 and password2 \([23] s\)$/;
    const turn = /^waiting for another resource's operation on the token to end \([23] s\)$/;
    expect(about(credentials.urn)).toContainEqual(expect.stringMatching(making));
    expect(about(access.urn)).toContainEqual(expect.stringMatching(turn));
    expect(about(credentials.urn).at(-1)).toBe(nothing);
    expect(about(access.urn).at(-1)).toBe(nothing);
  });
});

test("nothing where Pulumi does not draw on a terminal, and would print each message as a line", async () => {
  const quiet = await TestEnvironment.start();
  onTestFinished(() => quiet.close());
  const tokenId = await quiet.newToken();
  quiet.azure.faults.add({ ...generate, status: 409, code: "Conflict", retryAfter: 3 });

  expect(await shown(quiet, 3, () => quiet.credentials().up({ tokenId }))).toEqual([]);
});
