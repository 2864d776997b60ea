/** Deleting clears the passwords that are ours, and nobody else's. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { nameOf, type SlotName, TestEnvironment } from "../support/testEnvironment.js";

let stage: TestEnvironment;

beforeAll(async () => {
  stage = await TestEnvironment.start({
    registries: [
      { name: "myregistry", resourceGroup: "myresourcegroup" },
      { name: "doomedregistry", resourceGroup: "myresourcegroup" },
    ],
  });
});

afterAll(() => stage?.close());

const slotNames: SlotName[] = ["password1", "password2"];

test("both slots that are ours are cleared by one PATCH", async () => {
  const tokenId = await stage.newToken();
  const resource = stage.credentials();
  await resource.up({ tokenId });
  const { username, passwords } = resource.exported;

  const writes = await stage.writesOf(() => resource.destroy());

  expect(writes).toEqual([`PATCH ${nameOf(tokenId)}`]);
  expect(await stage.client.slots(tokenId)).toEqual([]);
  for (const { value } of passwords) {
    expect(await stage.canLogIn(username, value)).toBe(false);
  }
});

test.for(slotNames)("%s that somebody else regenerated stays, with its expiry", async (theirs) => {
  const tokenId = await stage.newToken();
  const resource = stage.credentials();
  await resource.up({ tokenId });
  const ours = resource.exported.passwords.find(({ name }) => name !== theirs);
  const expiry = stage.clock.now();
  expiry.setUTCFullYear(expiry.getUTCFullYear() + 3);
  const [made] = await stage.client.generate(tokenId, theirs, expiry.toISOString());
  const before = (await stage.client.slots(tokenId)).find(({ name }) => name === theirs);

  // No refresh: the state still believes that both are ours.
  await resource.destroy();

  const [after, ...rest] = await stage.client.slots(tokenId);
  expect(rest).toEqual([]);
  expect(after.name).toBe(theirs);
  expect(after.creationTime).toBe(before?.creationTime);
  expect(Date.parse(String(after.expiry))).toBe(expiry.getTime());
  expect(await stage.canLogIn(nameOf(tokenId), made.value)).toBe(true);
  expect(await stage.canLogIn(nameOf(tokenId), ours?.value)).toBe(false);
});

test("nothing is written where no slot is ours", async () => {
  const tokenId = await stage.newToken();
  const resource = stage.credentials();
  await resource.up({ tokenId });
  const theirs = await stage.client.generate(tokenId);

  expect(await stage.writesOf(() => resource.destroy())).toEqual([]);

  for (const { value } of theirs) {
    expect(await stage.canLogIn(nameOf(tokenId), value)).toBe(true);
  }
});

test("nothing is written where the slots are empty already", async () => {
  const tokenId = await stage.newToken();
  const resource = stage.credentials();
  await resource.up({ tokenId });
  await stage.client.keepOnly(tokenId, []);

  expect(await stage.writesOf(() => resource.destroy())).toEqual([]);
});

test("nothing is written where the token or the registry is gone, and nothing fails", async () => {
  const gone = stage.credentials("gone");
  const tokenId = await stage.newToken();
  await gone.up({ tokenId });
  await stage.client.arm("DELETE", tokenId);
  expect(await stage.writesOf(() => gone.destroy())).toEqual([]);

  const doomed = stage.credentials("doomed");
  await doomed.up({ tokenId: await stage.newToken({ registry: "doomedregistry" }) });
  await stage.client.arm("DELETE", stage.registryId("doomedregistry"));
  expect(await stage.writesOf(() => doomed.destroy())).toEqual([]);
});

test("an error names what could not be cleared", async () => {
  const tokenId = await stage.newToken();
  const resource = stage.credentials();
  await resource.up({ tokenId });
  stage.azure.faults.add({ kind: "answer", method: "PATCH", status: 400, code: "BadRequest" });

  await expect(resource.destroy()).rejects.toThrow(
    `could not clear password1 and password2 of token ${nameOf(tokenId)} `,
  );
});

test("after a lost slot only the one that is left is cleared", async () => {
  const tokenId = await stage.newToken();
  const resource = stage.credentials();
  await resource.up({ tokenId });
  const [theirs] = await stage.client.generate(tokenId, "password1");
  await resource.refresh();

  await resource.destroy();

  expect((await stage.client.slots(tokenId)).map(({ name }) => name)).toEqual(["password1"]);
  expect(await stage.canLogIn(nameOf(tokenId), theirs.value)).toBe(true);
});
