/** A machine whose clock is wrong: the days of rotations and expiries come from it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { nameOf, TestEnvironment } from "../support/testEnvironment.js";

let environment: TestEnvironment;

beforeAll(async () => {
  // Azure has the right time, and the plugin the time that the test sets.
  environment = await TestEnvironment.start({ now: () => new Date() });
});

afterAll(() => environment?.close());

test.each([
  ["ten years ahead", 3650],
  ["two days behind", -2],
])("a clock %s generates nothing, and the next run with the right clock works", async (_, days) => {
  const tokenId = await environment.newToken();
  const args = { tokenId, rotateEveryDays: 30, generation: "one", loginServer: "myregistry.azurecr.io" };
  const resource = environment.credentials();
  environment.clock.set(new Date().toISOString());
  await resource.up(args);
  const { password } = resource.exported;
  const other = environment.credentials();
  const otherArgs = { tokenId: await environment.newToken() };

  environment.clock.advance(days);
  await environment.restart();
  const written = await environment.writesOf(async () => {
    const today = new Date().toISOString().slice(0, 10);
    const said = `this machine's clock shows ${environment.clock.day()}T.*Azure's clock ${today}T.*Set this machine's clock`;
    await expect(resource.up({ ...args, generation: "two" })).rejects.toThrow(new RegExp(said));
    await expect(other.up(otherArgs)).rejects.toThrow(new RegExp(said));
  });
  expect(written).toEqual([]);

  environment.clock.set(new Date().toISOString());
  await environment.restart();
  expect((await resource.preview(args)).operation).toBe("same");
  expect(await environment.canLogIn(nameOf(tokenId), password)).toBe(true);
  await other.up(otherArgs);
  expect(await environment.canLogIn(nameOf(otherArgs.tokenId), other.exported.password)).toBe(true);
});
