/** The setup and the checks of the adoption tests. */
import { expect } from "vitest";
import { makeToken } from "../../packages/local-azure/tests/support";
import type { SharedClock } from "../support/clock";
import { type ChangingArgs, change, clientToken } from "./clientToken";
import { TestStack } from "./support";

export const name = "edge-client";

/** The steps that take one over. */
export const types = ["ScopeMap import", "Token import", "TokenAccess create", "TokenCredentials create"];

/** A token with both passwords, and a program that does not know of it yet. */
export async function madeElsewhere({ expiry, clock }: { expiry?: Date; clock?: SharedClock } = {}) {
  const args: ChangingArgs = {};
  const test = await TestStack.start(
    clientToken(args),
    clock && { azure: { now: clock.now }, environment: clock.environment },
  );
  const { id: tokenId, passwords, scopeMapId } = await makeToken(test.azure, { name, expiry });
  return { test, args, tokenId, scopeMapId, passwords };
}

/** The steps that concern Azure, in the order of their names. */
export function stepsOf({ steps }: { steps: string[] }): string[] {
  return steps.filter((step) => /^(ScopeMap|Token)/.test(step)).sort();
}

/** The writes to Azure since a number of requests. */
export function writesSince(test: TestStack, since: number): string[] {
  return test.azure.requests
    .slice(since)
    .filter(({ host, method }) => host === "resourceManager" && method !== "GET")
    .map(({ method, url }) => `${method} ${url.replace(/^.*registries\/\w+\//, "").replace(/\?.*$/, "")}`);
}

export async function expectLogin(test: TestStack, ...passwords: (string | undefined)[]): Promise<void> {
  for (const password of passwords) {
    expect(await test.login(name, String(password))).toBe(200);
  }
}

/** No change, with `adopt` and without it, also after a refresh. */
export async function expectSettled(test: TestStack, args: ChangingArgs): Promise<void> {
  const { adopt, ...others } = args;
  expect((await test.preview()).steps).toEqual([]);
  expect((await test.up()).steps).toEqual([]);
  change(args, others);
  expect((await test.preview()).steps).toEqual([]);
  expect((await test.up({ refresh: true })).steps).toEqual([]);
  change(args, { ...others, adopt });
  expect((await test.preview()).steps).toEqual([]);
}

/**
 * A preview and an `up` refuse the program with this reason, and change nothing in Azure. The next `up` of a valid program
 * continues.
 */
export async function expectRefused(test: TestStack, reason: RegExp): Promise<void> {
  const before = test.azure.requests.length;
  const { deployment } = await test.stack.exportStack();
  await expect(test.preview()).rejects.toThrow(reason);
  expect((await test.stack.exportStack()).deployment.resources).toEqual(deployment.resources);
  await expect(test.up()).rejects.toThrow(reason);
  expect(writesSince(test, before)).toEqual([]);
}
