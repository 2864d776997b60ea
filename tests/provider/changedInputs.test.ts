/** Inputs that a policy pack changes after the provider has checked them: Pulumi's engine does not check them again. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nameOf, TestEnvironment } from "../support/testEnvironment.js";

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await TestEnvironment.start();
});

afterAll(() => environment?.close());

/** What the engine sends in a create or an update after a policy pack has changed the inputs. */
async function remediated(args: Record<string, unknown>, changes: Record<string, unknown>) {
  const resource = environment.credentials();
  const { inputs } = await environment.plugin.check(resource.urn, {}, args);
  return { urn: resource.urn, inputs: { ...inputs, ...changes } as typeof inputs };
}

const advice = /policy pack .* Set the argument in the program .* Nothing has been changed/;

describe.for([
  [{ expirationInDays: 90 }, "expirationInDays was changed from undefined to 90"],
  [{ rotateEveryDays: 10 }, "rotateEveryDays was changed from 30 to 10"],
  [{ overlapDays: 3 }, "overlapDays was changed from undefined to 3"],
  [{ spreadRotation: true }, "spreadRotation was changed from undefined to true"],
  [{ generation: "two" }, 'generation was changed from "one" to "two"'],
  [{ current: "password2" }, "current was changed"],
  [{ loginServer: "https://registry" }, 'loginServer must be a host such as "myregistry.azurecr.io"'],
  [{ rotateEveryDays: "often" }, "rotateEveryDays must be a whole number of days"],
] as const)("%j", ([changes, reason]) => {
  test("is refused by name in the preview and in the create, and nothing is written", async () => {
    const tokenId = await environment.newToken();
    const { urn, inputs } = await remediated({ tokenId, generation: "one", rotateEveryDays: 30 }, changes);
    const written = await environment.writesOf(async () => {
      for (const preview of [true, false]) {
        const creating = environment.plugin.create(urn, inputs, { preview });
        await expect(creating).rejects.toThrow(reason);
        await expect(creating).rejects.toThrow(advice);
      }
    });
    expect(written).toEqual([]);
  });

  test("is refused in an update, of which the preview shows that it is one", async () => {
    const tokenId = await environment.newToken();
    const resource = environment.credentials();
    const args = { tokenId, generation: "one", rotateEveryDays: 30 };
    await resource.up(args);
    const { id, inputs: old, outputs } = resource.saved;
    const { inputs: checked } = await environment.plugin.check(resource.urn, old, args);
    const inputs = { ...checked, ...changes } as typeof checked;
    expect(await environment.plugin.diff(id, resource.urn, outputs, inputs, old)).toMatchObject({
      changes: "some",
    });
    for (const preview of [true, false]) {
      const updating = environment.plugin.update(id, resource.urn, outputs, inputs, old, { preview });
      await expect(updating).rejects.toThrow(reason);
    }
  });
});

test("a value of the last run instead of the program's new one is shown as an update, which is refused", async () => {
  const tokenId = await environment.newToken();
  const resource = environment.credentials();
  const args = { tokenId, rotateEveryDays: 30 };
  await resource.up(args);
  const { id, inputs: old, outputs } = resource.saved;
  await environment.plugin.check(resource.urn, old, { ...args, rotateEveryDays: 20 });
  expect(await environment.plugin.diff(id, resource.urn, outputs, old, old)).toMatchObject({
    changes: "some",
  });
  await expect(environment.plugin.update(id, resource.urn, outputs, old, old)).rejects.toThrow(
    "rotateEveryDays was changed from 20 to 30",
  );
});

test("an expirationInDays that does not fit the schedule is refused also by a plugin that has not checked it", async () => {
  const tokenId = await environment.newToken();
  const { urn, inputs } = await remediated({ tokenId, rotateEveryDays: 30 }, { expirationInDays: 90 });
  await environment.restart();
  expect(
    await environment.writesOf(() =>
      expect(environment.plugin.create(urn, inputs)).rejects.toThrow(
        `expirationInDays is 90, but password1 of ${environment.clock.day()} never expires`,
      ),
    ),
  ).toEqual([]);
});

test("an argument that is not part of the schedule may be changed", async () => {
  const tokenId = await environment.newToken();
  const { urn, inputs } = await remediated({ tokenId }, { waitUntilLive: true });
  const { outputs } = await environment.plugin.create(urn, inputs);
  expect(outputs.waitUntilLive).toBe(true);
});

test("a stack in which an earlier version let such a change pass is told in its next preview", async () => {
  const tokenId = await environment.newToken();
  const resource = environment.credentials();
  await resource.up({ tokenId });
  const { id, inputs, outputs } = resource.saved;
  const { inputs: checked } = await environment.plugin.check(resource.urn, inputs, { tokenId });
  const changed = { ...checked, expirationInDays: 90 };
  const old = { ...inputs, expirationInDays: 90 };
  expect(await environment.plugin.diff(id, resource.urn, outputs, changed, old)).toMatchObject({
    changes: "some",
  });
  await expect(
    environment.plugin.update(id, resource.urn, outputs, changed, old, { preview: true }),
  ).rejects.toThrow("expirationInDays was changed from undefined to 90");
});

test("a schedule that does not know of Azure's expiry learns it in a refresh, and rotates in time", async () => {
  const tokenId = await environment.newToken();
  const resource = environment.credentials();
  await resource.up({ tokenId });
  // The state of a stack in which Azure's passwords expire and the schedule does not say so.
  const slots = await environment.client.slots(tokenId);
  const expiry = `${environment.clock.day(90)}T12:00:00.000Z`;
  await environment.client.arm("PATCH", tokenId, {
    properties: { credentials: { passwords: slots.map(({ name }) => ({ name, expiry })) } },
  });

  await resource.refresh();

  const { password, rotatesOn } = resource.exported;
  expect([resource.exported.expiry, rotatesOn]).toEqual([expiry, environment.clock.day(45)]);
  expect(resource.slots.password1.expiresOn).toBe(environment.clock.day(90));
  expect((await resource.preview({ tokenId })).operation).toBe("same");
  environment.clock.advance(45);
  await resource.up({ tokenId });
  expect(resource.exported.current).toBe("password2");
  expect(await environment.canLogIn(nameOf(tokenId), password)).toBe(true);
  environment.clock.advance(46);
  await resource.up({ tokenId });
  for (const { value } of resource.exported.passwords) {
    expect(await environment.canLogIn(nameOf(tokenId), value)).toBe(true);
  }
});
