/** What the tests of a token that somebody else made begin with, and what they look at. */
import { expect } from "vitest";
import { CheckError } from "../support/engine.js";
import {
  type CredentialsResource,
  nameOf,
  type SlotName,
  type TestEnvironment,
} from "../support/testEnvironment.js";

/** A slot whose password was not given. */
export const unmanaged = { version: 1, unmanaged: "generated outside of this state" };

/** A token as az makes it: with both passwords. */
export async function madeByAz(environment: TestEnvironment, expiry?: string) {
  const tokenId = await environment.newToken();
  const made = await environment.client.generate(tokenId, undefined, expiry);
  const value = (slot: SlotName) => made.find(({ name }) => name === slot)?.value;
  return { tokenId, username: nameOf(tokenId), old1: value("password1"), old2: value("password2") };
}

/** What is wrong with an adoption; nothing was written. */
export async function refusal(
  environment: TestEnvironment,
  args: Record<string, unknown>,
): Promise<Record<string, string>> {
  const resource = environment.credentials();
  let error: unknown;
  const written = await environment.writesOf(async () => {
    error = await resource.up(args).catch((thrown: unknown) => thrown);
  });
  expect(written).toEqual([]);
  expect(resource.state).toBeUndefined();
  expect(error).toBeInstanceOf(CheckError);
  return Object.fromEntries((error as CheckError).failures.map(({ property, reason }) => [property, reason]));
}

/** Neither with `adopt` left in nor with it taken out is there anything to do, or anyone asked. */
export async function expectSettled(
  environment: TestEnvironment,
  resource: CredentialsResource,
  args: Record<string, unknown>,
): Promise<void> {
  const { adopt: _, ...without } = args;
  for (const later of [args, without]) {
    const requests = await environment.requestsOf(async () => {
      expect(await resource.preview(later)).toMatchObject({ operation: "same" });
      expect((await resource.up(later)).operation).toBe("same");
    });
    expect(requests).toEqual([]);
    expect(resource.saved.inputs).not.toHaveProperty("adopt");
  }
}
