/** The messages in Pulumi's Status column during waits. */
import type { Fault } from "local-azure";
import type { LogMessage } from "local-azure/pulumi";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { TestEnvironment } from "../support/testEnvironment.js";
import { until } from "../support/until.js";

/** The message that clears the column: a color without text. */
const nothing = "<{%reset%}>";

let environment: TestEnvironment;

beforeAll(async () => {
  // There is no terminal here.
  environment = await TestEnvironment.start({}, { env: { PROVIDER_STATUS: "true" } });
});

afterAll(() => environment?.close());

afterEach(() => {
  environment.azure.faults.clear();
  environment.azure.replicationLagMs = 0;
});

/** The messages during work that waits for more than two seconds. */
async function shown(on: TestEnvironment, work: () => Promise<unknown>): Promise<LogMessage[]> {
  const before = on.plugin.engineLog.length;
  await work();
  const messages = () => on.plugin.engineLog.slice(before);
  // The plugin does not wait until the engine has a message. It sends the messages in order, and clears each wait.
  await until(() => {
    const last = new Map(messages().map(({ urn, message }) => [urn, message]));
    return last.size > 0 && [...last.values()].every((message) => message === nothing);
  });
  return messages();
}

const texts = (messages: readonly LogMessage[]) => messages.map(({ message }) => message);

const generate = { method: "POST", path: /generateCredentials/, kind: "answer" } as const;

const waits: { what: string; fault: Fault; text: RegExp }[] = [
  {
    what: "a conflict",
    fault: { ...generate, status: 409, code: "Conflict", retryAfterSeconds: 4 },
    text: /^waiting for another operation on the token to end \(next try in \d+ s, for up to 1[01]\d s more\)$/,
  },
  {
    what: "too many requests",
    fault: { ...generate, status: 429, retryAfterSeconds: 4 },
    text: /^Azure throttles requests: waiting \d+ s$/,
  },
  {
    what: "trouble at Azure",
    fault: { ...generate, status: 503, retryAfterSeconds: 4 },
    text: /^waiting for Azure to recover from status 503 \(next try in \d+ s, for up to 1[01]\d s more\)$/,
  },
  {
    what: "a slow answer",
    fault: { method: "POST", path: /generateCredentials/, kind: "delay", milliseconds: 3500 },
    text: /^waiting for Azure to generate password1 and password2 \(\d+ s\)$/,
  },
];

test.each(waits)("$what, on the resource, with what it is and how long", async ({ fault, text }) => {
  const tokenId = await environment.newToken();
  const resource = environment.credentials("waiting");
  environment.azure.faults.add(fault);

  const messages = await shown(environment, () => resource.up({ tokenId }));

  for (const message of messages) {
    expect(message).toMatchObject({ urn: resource.urn, severity: "info", ephemeral: true });
  }
  const [last, ...before] = texts(messages).reverse();
  expect(last).toBe(nothing);
  expect(before).toContainEqual(expect.stringMatching(text));
  expect(new Set(before).size, "at most one message a second").toBe(before.length);
});

test("the wait for a registry that does not accept a new password yet", async () => {
  const tokenId = await environment.newToken();
  environment.azure.replicationLagMs = 3500;
  const resource = environment.credentials("live");

  const messages = await shown(environment, () => resource.up({ tokenId, waitUntilLive: true }));

  const { loginServer } = environment.azure.connection.registries[0];
  const text = new RegExp(`^waiting until ${loginServer} accepts the new password \\(\\d+ of 120 s\\)$`);
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

  const messages = await shown(environment, () => Promise.all(all.map((resource) => resource.refresh())));

  for (const { urn } of all.slice(10)) {
    expect(texts(messages.filter((message) => message.urn === urn))).toContainEqual(
      expect.stringMatching(/^waiting for Azure to list the registry's tokens \(\d+ s\)$/),
    );
  }
});

test("a wait that fails is cleared, too", async () => {
  const tokenId = await environment.newToken();
  environment.azure.replicationLagMs = 3_600_000;
  const refuse = () =>
    environment.azure.faults.add({
      host: "registry",
      kind: "answer",
      status: 403,
      times: Number.POSITIVE_INFINITY,
    });

  const before = environment.plugin.engineLog.length;
  const messages = await shown(environment, async () => {
    const failing = environment.credentials().up({ tokenId, waitUntilLive: true });
    const isShown = () =>
      texts(environment.plugin.engineLog.slice(before)).some((text) => /accepts the new password/.test(text));
    await Promise.race([failing, until(isShown)]);
    refuse();
    await expect(failing).rejects.toThrow("is not known to work");
  });

  expect(texts(messages)).toContainEqual(expect.stringMatching(/accepts the new password/));
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
      { operationMs: 3500, generateCredentialsStatus: 202 },
      { env: { PROVIDER_STATUS: "true" } },
    );
  });

  afterAll(() => slow?.close());

  test("is shown, and so is another resource's on the same token, which has to end before", async () => {
    const tokenId = await slow.newToken();
    const credentials = slow.credentials("first");
    const access = slow.access("second");
    const scopeMapId = slow.scopeMapId("_repositories_pull");

    const messages = await shown(slow, async () => {
      const first = credentials.up({ tokenId });
      await until(() => slow.azure.requests.some(({ url }) => url.includes("generateCredentials")));
      await access.up({ tokenId, scopeMapId });
      await first;
    });

    const about = (urn: string) => texts(messages.filter((message) => message.urn === urn));
    const making = /^waiting for Azure to generate password1 and password2 \(\d+ s\)$/;
    const turn = /^waiting for another resource's operation on the token to end \(\d+ s\)$/;
    expect(about(credentials.urn)).toContainEqual(expect.stringMatching(making));
    expect(about(access.urn)).toContainEqual(expect.stringMatching(turn));
    expect(about(credentials.urn).at(-1)).toBe(nothing);
    expect(about(access.urn).at(-1)).toBe(nothing);
  });
});

test("no messages without a terminal, where Pulumi would print each message as a line", async () => {
  const quiet = await TestEnvironment.start();
  onTestFinished(() => quiet.close());
  const tokenId = await quiet.newToken();
  quiet.azure.faults.add({ ...generate, status: 409, code: "Conflict", retryAfterSeconds: 3 });

  await quiet.credentials().up({ tokenId });
  expect(quiet.plugin.engineLog).toEqual([]);
});
