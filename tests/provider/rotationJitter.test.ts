/** spreadRotation: the first period is shortened by a part that the token's id decides. */
import { unknown } from "provider-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { daysBetween } from "../../components/provider/clock.js";
import { TestEnvironment } from "../support/testEnvironment.js";

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await TestEnvironment.start();
});

afterAll(() => environment?.close());

test("tokens of one day rotate on different days, each on its rotatesOn, and then every 90 days", async () => {
  const days: number[] = [];
  for (let count = 0; count < 6; count += 1) {
    const tokenId = await environment.newToken();
    const resource = environment.credentials();
    const args = { tokenId, rotateEveryDays: 90, spreadRotation: true };
    await resource.up(args);
    const madeOn = environment.clock.day();
    const first = String(resource.exported.rotatesOn);
    const period = daysBetween(madeOn, first);
    days.push(period);
    if (period > 1) {
      environment.clock.advance(period - 1);
      expect((await resource.preview(args)).operation).toBe("same");
      environment.clock.advance(1);
    } else {
      environment.clock.advance(period);
    }
    await resource.up(args);
    expect(resource.exported.current).toBe("password2");
    expect(resource.exported.rotatesOn).toBe(environment.clock.day(90));
  }
  expect(Math.min(...days)).toBeGreaterThanOrEqual(1);
  expect(Math.max(...days)).toBeLessThanOrEqual(90);
  expect(new Set(days).size).toBeGreaterThan(3);
});

test("the day is the same for the same token, in every process", async () => {
  const tokenId = await environment.newToken();
  const days = [];
  for (const id of [tokenId, tokenId.toUpperCase().replace("/SUBSCRIPTIONS", "/subscriptions")]) {
    const resource = environment.credentials();
    await resource.up({ tokenId: id, rotateEveryDays: 36_000, spreadRotation: true });
    days.push(resource.exported.rotatesOn);
    await environment.restart();
  }
  expect(new Set(days).size).toBe(1);
});

test("a preview knows the day once it knows the token", async () => {
  const tokenId = await environment.newToken();
  const { urn } = environment.credentials();
  const preview = async (args: Record<string, unknown>) => {
    const { inputs } = await environment.plugin.check(urn, {}, args);
    return (await environment.plugin.create(urn, inputs, { preview: true })).outputs.rotatesOn;
  };
  const rules = { rotateEveryDays: 90, spreadRotation: true };
  expect(await preview({ tokenId, ...rules })).toMatch(/^\d{4}-\d\d-\d\d$/);
  expect(await preview({ tokenId: unknown, ...rules })).toBe(unknown);
  expect(await preview({ tokenId: unknown, rotateEveryDays: 90 })).toBe(environment.clock.day(90));
});

test("without a period it does nothing, and it must be true or false", async () => {
  const tokenId = await environment.newToken();
  const resource = environment.credentials();
  await resource.up({ tokenId, spreadRotation: true });
  expect(resource.exported.rotatesOn ?? null).toBeNull();
  await expect(resource.preview({ tokenId, spreadRotation: "yes" })).rejects.toThrow(
    'spreadRotation must be true or false, got "yes"',
  );
});
