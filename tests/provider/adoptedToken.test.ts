/** Adopted passwords: they are secret, and passwords that this stack did not generate stay. */
import { isSecret, type Properties } from "provider-server";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { TestEnvironment, writes } from "../support/testEnvironment.js";
import { madeByAz, unmanaged } from "./adoption.js";

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await TestEnvironment.start();
});

afterAll(() => environment?.close());

beforeEach(() => environment.azure.faults.clear());

/** A token whose password1 was taken over, and whose password2 was made by a rotation since then, and is current. */
async function adoptedAndRotated() {
  const { tokenId, username, old1 } = await madeByAz(environment);
  const resource = environment.credentials();
  await resource.up({ tokenId, generation: "one", adopt: { password1: old1 } });
  await resource.up({ tokenId, generation: "two" });
  return { tokenId, username, old1, resource, made: resource.exported.password };
}

test("the passwords are secrets in the state, regardless of what the program declares, and leave its inputs with the next up", async () => {
  const { tokenId, old1, old2 } = await madeByAz(environment);
  const resource = environment.credentials();
  const args = { tokenId, adopt: { password1: old1, password2: old2 } };
  await resource.up(args);

  const { inputs, outputs } = resource.saved;
  expect(isSecret(inputs.adopt)).toBe(true);
  expect(outputs).not.toHaveProperty("adopt");
  const open = JSON.stringify([inputs, outputs] satisfies Properties[], (_, value) =>
    isSecret(value) ? "[secret]" : value,
  );
  expect(open).not.toContain(old1);
  expect(open).not.toContain(old2);
  await resource.up(args);
  expect(resource.saved.inputs).not.toHaveProperty("adopt");
  expect(environment.said).not.toContain(old1);
});

test("a lost current password is regenerated, and a slot that is left alone never takes its place", async () => {
  const { tokenId, username, old1, old2 } = await madeByAz(environment);
  const resource = environment.credentials();
  const args = { tokenId, adopt: { password1: old1 } };
  await resource.up(args);
  await environment.client.generate(tokenId, "password1");

  await resource.refresh();
  expect(resource.saved.inputs).toMatchObject({
    current: "password1",
    slots: { password1: { lost: expect.any(String) }, password2: unmanaged },
  });
  await resource.up(args);

  expect(resource.exported.current).toBe("password1");
  expect(await environment.canLogIn(username, resource.exported.password)).toBe(true);
  expect(await environment.canLogIn(username, old2)).toBe(true);
});

test("deleting clears the passwords that this stack generated, and no others", async () => {
  const { tokenId, username, old1, resource, made } = await adoptedAndRotated();
  // An update that generates nothing.
  await resource.up({ tokenId, generation: "two", waitUntilLive: true });

  await resource.destroy();

  expect(await environment.canLogIn(username, old1)).toBe(true);
  expect(await environment.canLogIn(username, made)).toBe(false);
});

test("an adopted password that was regenerated since is cleared with the rest", async () => {
  const { tokenId, old1 } = await madeByAz(environment);
  const resource = environment.credentials();
  const args = { tokenId, adopt: { password1: old1 } };
  for (const generation of ["one", "two", "three"]) {
    await resource.up({ ...args, generation });
  }
  await resource.destroy();
  expect(await environment.client.slots(tokenId)).toEqual([]);
});

const adoptedAgain =
  /password1.* stayed the same, because the program still has the argument adopt\. .*take adopt out .*--replace/;

test("--replace with adopt fails and says why the leaked passwords still work; without adopt it regenerates them", async () => {
  const { tokenId, username, old1, old2 } = await madeByAz(environment);
  const resource = environment.credentials();
  const args = { tokenId, adopt: { password1: old1, password2: old2 } };
  await resource.up(args);

  await expect(resource.up(args, { replace: true })).rejects.toThrow(adoptedAgain);
  expect(await environment.canLogIn(username, old1)).toBe(true);
  expect(resource.exported.password).toBe(old1);

  const requests = await environment.requestsOf(() => resource.up({ tokenId }, { replace: true }));
  expect(writes(requests)).toEqual(["POST generateCredentials"]);
  for (const old of [old1, old2]) {
    expect(await environment.canLogIn(username, old)).toBe(false);
  }
  expect(resource.pendingDeletes).toEqual([]);
  expect(await environment.canLogIn(username, resource.exported.password)).toBe(true);
});

test("--replace --refresh regenerates both passwords, although the program still has adopt", async () => {
  const { tokenId, username, old1, resource, made } = await adoptedAndRotated();
  const args = { tokenId, generation: "two", adopt: { password1: old1, password2: made } };

  await resource.up(args, { replace: true, refresh: true });

  for (const leaked of [old1, made]) {
    expect(await environment.canLogIn(username, leaked)).toBe(false);
  }
  expect(await environment.canLogIn(username, resource.exported.password)).toBe(true);
});

test("another explicit provider regenerates both passwords, although the program still has adopt", async () => {
  const { tokenId, old1, old2 } = await madeByAz(environment);
  const resource = environment.credentials();
  const args = { tokenId, adopt: { password1: old1, password2: old2 } };
  await resource.up(args);
  await environment.newRun();

  // The engine finds by itself that the resource is to be replaced, so it calls no diff.
  await environment.plugin.check(resource.urn, resource.saved.inputs, args);
  const { inputs } = await environment.plugin.check(resource.urn, {}, args);

  expect(inputs).not.toHaveProperty("adopt");
  expect(inputs.slots).toMatchObject({ password1: { madeOn: environment.clock.day() } });
});

test("a resource that another command has taken out of the state is adopted, and not replaced", async () => {
  const { tokenId, old1, old2 } = await madeByAz(environment);
  const resource = environment.credentials();
  const args = { tokenId, adopt: { password1: old1, password2: old2 } };
  await resource.up(args);
  resource.forget();
  expect(await environment.writesOf(() => resource.up(args))).toEqual([]);
  expect(resource.exported.password).toBe(old1);
});

test.each(["in the same run", "in the next run"])(
  "--replace with adopt leaves the adopted passwords alone, also those that were generated here before: %s",
  async (when) => {
    const { tokenId, username, old1, resource, made } = await adoptedAndRotated();
    const before = structuredClone(resource.saved);
    const args = { tokenId, generation: "two", adopt: { password1: old1, password2: made } };

    await expect(resource.up(args, { replace: true })).rejects.toThrow(adoptedAgain);
    if (when === "in the next run") {
      // As after a run that was killed before it deleted the replaced resource.
      await environment.restart();
      resource.pendingDeletes = [before];
      await resource.up(args);
    }

    expect(resource.exported.passwords.map(({ value }) => value)).toEqual([old1, made]);
    for (const { value } of resource.exported.passwords) {
      expect(await environment.canLogIn(username, value)).toBe(true);
    }
  },
);

test("--replace with adopt leaves the slot alone that its preview calls unmanaged, and clears it after a rotation", async () => {
  const { tokenId, username, old1, resource, made } = await adoptedAndRotated();
  const args = { tokenId, generation: "two", adopt: { password1: old1 } };

  const { inputs } = await resource.preview(args, { replace: true });
  expect(inputs.slots).toMatchObject({ password2: unmanaged });
  await expect(resource.up(args, { replace: true })).rejects.toThrow(adoptedAgain);
  expect(await environment.canLogIn(username, made)).toBe(true);

  await resource.up({ ...args, generation: "three" });
  await resource.destroy();
  expect((await environment.client.slots(tokenId)).map(({ name }) => name)).toEqual(["password1"]);
  expect(await environment.canLogIn(username, old1)).toBe(true);
});

test("waitUntilLive waits for generated passwords, and tries adopted passwords once", async () => {
  const { tokenId, username } = await madeByAz(environment);
  await environment.client.keepOnly(tokenId, ["password1"]);
  environment.azure.replicationLagMs = 1200;
  const resource = environment.credentials();
  await resource.up({ tokenId, waitUntilLive: true, adopt: {} });
  expect(await environment.canLogIn(username, resource.exported.password)).toBe(true);
  environment.azure.replicationLagMs = 0;
});
