/** The setup and the checks of the tests of adopted tokens. */
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

/** The error of an adoption, which sent no write. */
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

/** No change and no request, with `adopt` and without it. */
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
