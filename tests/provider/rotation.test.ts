/** Rotation: the other slot is regenerated and becomes current, and the old password keeps working. */
import { unknown } from "provider-server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TestEnvironment } from "../support/testEnvironment.js";
import { rotates, stays } from "./rotates.js";

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await TestEnvironment.start();
});

afterAll(() => environment?.close());

describe("by generation", () => {
  test("each change rotates, back and forth between the slots", async () => {
    const tokenId = await environment.newToken();
    const resource = environment.credentials();
    await resource.up({ tokenId, generation: "one" });

    await rotates(environment, resource, {
      args: { tokenId, generation: "two" },
      to: "password2",
      preview: ["current", "generation"],
    });
    await rotates(environment, resource, {
      args: { tokenId, generation: "three" },
      to: "password1",
      preview: ["current", "generation"],
    });
  });

  test("an unknown generation is previewed as a rotation", async () => {
    const tokenId = await environment.newToken();
    const resource = environment.credentials();
    await resource.up({ tokenId, generation: "one" });

    const plan = await resource.preview({ tokenId, generation: unknown });

    expect(plan.operation).toBe("update");
    expect(plan.changed).toEqual([
      "current",
      "generation",
      "slots.password1.previousSince",
      "slots.password2.version",
    ]);
    expect(plan.inputs.current).toBe("password2");
  });

  test("setting it for the first time, or removing it, rotates nothing", async () => {
    const tokenId = await environment.newToken();
    const resource = environment.credentials();
    await resource.up({ tokenId });
    const { passwords } = resource.exported;

    expect(await environment.requestsOf(() => resource.up({ tokenId, generation: "one" }))).toEqual([]);
    expect(await environment.requestsOf(() => resource.up({ tokenId }))).toEqual([]);

    expect(resource.exported.passwords).toEqual(passwords);
  });
});

describe("by time", () => {
  test("nothing happens until the period has passed, then one rotation, however late, also years later", async () => {
    const tokenId = await environment.newToken();
    const resource = environment.credentials();
    const args = { tokenId, rotateEveryDays: 30 };
    await resource.up(args);

    environment.clock.advance(29);
    await stays(environment, resource, args);
    environment.clock.advance(1);
    await rotates(environment, resource, { args, to: "password2", preview: ["current"], slot: ["madeOn"] });
    expect(resource.slots.password2.madeOn).toBe(environment.clock.day());
    await stays(environment, resource, args);
    environment.clock.advance(3000);
    await rotates(environment, resource, { args, to: "password1", preview: ["current"], slot: ["madeOn"] });
    environment.clock.advance(29);
    await stays(environment, resource, args);
    environment.clock.advance(1);
    await rotates(environment, resource, { args, to: "password2", preview: ["current"], slot: ["madeOn"] });
  });

  test("a rotation by generation starts a new period", async () => {
    const tokenId = await environment.newToken();
    const resource = environment.credentials();
    await resource.up({ tokenId, rotateEveryDays: 30, generation: "one" });
    environment.clock.advance(20);
    await rotates(environment, resource, {
      args: { tokenId, rotateEveryDays: 30, generation: "two" },
      to: "password2",
      preview: ["current", "generation"],
      slot: ["madeOn"],
    });

    environment.clock.advance(29);
    await stays(environment, resource, { tokenId, rotateEveryDays: 30, generation: "two" });
    environment.clock.advance(1);
    await rotates(environment, resource, {
      args: { tokenId, rotateEveryDays: 30, generation: "two" },
      to: "password1",
      preview: ["current"],
      slot: ["madeOn"],
    });
  });

  test("generation and period due at once are one rotation by one write", async () => {
    const tokenId = await environment.newToken();
    const resource = environment.credentials();
    await resource.up({ tokenId, rotateEveryDays: 30, generation: "one" });
    environment.clock.advance(45);

    await rotates(environment, resource, {
      args: { tokenId, rotateEveryDays: 30, generation: "two" },
      to: "password2",
      preview: ["current", "generation"],
      slot: ["madeOn"],
    });
  });

  test("the period switched on, off and changed counts from the day of the current password", async () => {
    const tokenId = await environment.newToken();
    const resource = environment.credentials();
    await resource.up({ tokenId });
    environment.clock.advance(20);

    expect(await environment.requestsOf(() => resource.up({ tokenId, rotateEveryDays: 30 }))).toEqual([]);
    environment.clock.advance(9);
    await stays(environment, resource, { tokenId, rotateEveryDays: 30 });
    // Off: what would be due is not.
    environment.clock.advance(100);
    expect(await environment.requestsOf(() => resource.up({ tokenId }))).toEqual([]);
    environment.clock.advance(100);
    await stays(environment, resource, { tokenId });
    // On again, longer than the password is old: nothing; shorter: due at once.
    expect(await environment.requestsOf(() => resource.up({ tokenId, rotateEveryDays: 300 }))).toEqual([]);
    await rotates(environment, resource, {
      args: { tokenId, rotateEveryDays: 10 },
      to: "password2",
      preview: ["current", "rotateEveryDays"],
      slot: ["madeOn"],
    });
  });

  test("the day changes at midnight UTC", async () => {
    const tokenId = await environment.newToken();
    const resource = environment.credentials();
    const args = { tokenId, rotateEveryDays: 1 };
    environment.clock.set("2040-02-28T23:58:00Z");
    await resource.up(args);
    expect(resource.slots.password1.madeOn).toBe("2040-02-28");
    await stays(environment, resource, args);

    environment.clock.set("2040-02-28T23:59:50Z");
    await stays(environment, resource, args);
    environment.clock.set("2040-02-29T00:00:00Z");
    await rotates(environment, resource, { args, to: "password2", preview: ["current"], slot: ["madeOn"] });
    expect(resource.slots.password2.madeOn).toBe("2040-02-29");
    environment.clock.set("2040-02-29T23:59:30Z");
    await stays(environment, resource, args);
    environment.clock.set("2040-03-01T00:00:01Z");
    await rotates(environment, resource, { args, to: "password1", preview: ["current"], slot: ["madeOn"] });
  });
});
