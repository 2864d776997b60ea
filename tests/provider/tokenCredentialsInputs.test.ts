/** The inputs of a token's passwords: each error names its property, and unknown values are valid. */
import { unknown } from "provider-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CheckError } from "../support/engine.js";
import { TestEnvironment } from "../support/testEnvironment.js";

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await TestEnvironment.start();
});

afterAll(() => environment?.close());

test("all errors of the inputs are reported together, each for its property", async () => {
  const resource = environment.credentials();

  const error = await resource
    .up({ tokenId: "my-token", generation: 7, rotateEveryDays: 0, expirationInDays: "soon" })
    .catch((thrown: unknown) => thrown);

  expect(error).toBeInstanceOf(CheckError);
  const { failures } = error as CheckError;
  expect(failures.map(({ property }) => property).sort()).toEqual([
    "expirationInDays",
    "generation",
    "rotateEveryDays",
    "tokenId",
  ]);
  const reasons = Object.fromEntries(failures.map(({ property, reason }) => [property, reason]));
  expect(reasons.tokenId).toMatch(/^tokenId must be the resource id of a token, .* got "my-token"$/);
  expect(reasons.generation).toBe("generation must be a text, got 7");
  expect(reasons.rotateEveryDays).toBe(
    "rotateEveryDays must be a whole number of days from 1 to 36500, got 0",
  );
  expect(reasons.expirationInDays).toBe(
    'expirationInDays must be a whole number of days from 2 to 36500, got "soon"',
  );
});

test("an unknown tokenId keeps its saved value, in a run that continues after the token failed", async () => {
  const { urn } = environment.credentials();
  const slot = { version: 1, madeOn: environment.clock.day() };
  const olds = {
    tokenId: `${environment.registryId()}/tokens/some-token`,
    generation: "two",
    current: "password1",
    slots: { password1: slot, password2: slot },
  };

  const { inputs, failures } = await environment.plugin.check(urn, olds, { generation: "two" });

  expect(failures).toEqual([]);
  expect(inputs).toEqual(olds);
});

test("adopt with an unknown tokenId sends no request, in a run that continues after the token failed", async () => {
  const { urn } = environment.credentials();
  const requests = await environment.requestsOf(async () => {
    const adopt = { password1: "hush" };
    expect(await environment.plugin.check(urn, {}, { adopt })).toEqual({ inputs: {}, failures: [] });
  });
  expect(requests).toEqual([]);
});

test("a preview may not know the token yet, nor the period, nor the generation", async () => {
  const resource = environment.credentials();

  const fresh = await resource.preview({
    tokenId: unknown,
    generation: unknown,
    rotateEveryDays: unknown,
    expirationInDays: 90,
  });
  expect(fresh.operation).toBe("create");
  expect(fresh.inputs).toMatchObject({ tokenId: unknown, generation: unknown, rotateEveryDays: unknown });

  const tokenId = await environment.newToken();
  await resource.up({ tokenId, rotateEveryDays: 30 });
  expect((await resource.preview({ tokenId, rotateEveryDays: unknown })).operation).toBe("update");
  expect((await resource.preview({ tokenId: unknown, rotateEveryDays: 30 })).operation).toBe("replace");
});
