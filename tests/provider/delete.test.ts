/** Deleting clears only the passwords that this stack generated. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { nameOf, type SlotName, TestEnvironment } from "../support/testEnvironment.js";

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await TestEnvironment.start({
    registries: [
      { name: "myregistry", resourceGroup: "myresourcegroup" },
      { name: "doomedregistry", resourceGroup: "myresourcegroup" },
    ],
  });
});

afterAll(() => environment?.close());

const slotNames: SlotName[] = ["password1", "password2"];

test("both slots that this stack generated are cleared by one PATCH", async () => {
  const tokenId = await environment.newToken();
  const resource = environment.credentials();
  await resource.up({ tokenId });
  const { username, passwords } = resource.exported;

  const writes = await environment.writesOf(() => resource.destroy());

  expect(writes).toEqual([`PATCH ${nameOf(tokenId)}`]);
  expect(await environment.client.slots(tokenId)).toEqual([]);
  for (const { value } of passwords) {
    expect(await environment.canLogIn(username, value)).toBe(false);
  }
});

test.for(slotNames)("%s regenerated outside Pulumi stays, with its expiry", async (theirs) => {
  const tokenId = await environment.newToken();
  const resource = environment.credentials();
  await resource.up({ tokenId });
  const ours = resource.exported.passwords.find(({ name }) => name !== theirs);
  const expiry = environment.clock.now();
  expiry.setUTCFullYear(expiry.getUTCFullYear() + 3);
  const [made] = await environment.client.generate(tokenId, theirs, expiry.toISOString());
  const before = (await environment.client.slots(tokenId)).find(({ name }) => name === theirs);

  // No refresh: the state does not know of the change.
  await resource.destroy();

  const [after, ...rest] = await environment.client.slots(tokenId);
  expect(rest).toEqual([]);
  expect(after.name).toBe(theirs);
  expect(after.creationTime).toBe(before?.creationTime);
  expect(Date.parse(String(after.expiry))).toBe(expiry.getTime());
  expect(await environment.canLogIn(nameOf(tokenId), made.value)).toBe(true);
  expect(await environment.canLogIn(nameOf(tokenId), ours?.value)).toBe(false);
});

test("nothing is written if this stack generated no slot", async () => {
  const tokenId = await environment.newToken();
  const resource = environment.credentials();
  await resource.up({ tokenId });
  const theirs = await environment.client.generate(tokenId);

  expect(await environment.writesOf(() => resource.destroy())).toEqual([]);

  for (const { value } of theirs) {
    expect(await environment.canLogIn(nameOf(tokenId), value)).toBe(true);
  }
});

test("nothing is written if the slots are empty", async () => {
  const tokenId = await environment.newToken();
  const resource = environment.credentials();
  await resource.up({ tokenId });
  await environment.client.keepOnly(tokenId, []);

  expect(await environment.writesOf(() => resource.destroy())).toEqual([]);
});

test("nothing is written and nothing fails if the token or the registry does not exist", async () => {
  const gone = environment.credentials("gone");
  const tokenId = await environment.newToken();
  await gone.up({ tokenId });
  await environment.client.arm("DELETE", tokenId);
  expect(await environment.writesOf(() => gone.destroy())).toEqual([]);

  const doomed = environment.credentials("doomed");
  await doomed.up({ tokenId: await environment.newToken({ registry: "doomedregistry" }) });
  await environment.client.arm("DELETE", environment.registryId("doomedregistry"));
  expect(await environment.writesOf(() => doomed.destroy())).toEqual([]);
});

test("an error names what could not be cleared", async () => {
  const tokenId = await environment.newToken();
  const resource = environment.credentials();
  await resource.up({ tokenId });
  environment.azure.faults.add({ kind: "answer", method: "PATCH", status: 400, code: "BadRequest" });

  await expect(resource.destroy()).rejects.toThrow(
    `could not clear password1 and password2 of token ${nameOf(tokenId)} `,
  );
});

test("after a lost slot only the other slot is cleared", async () => {
  const tokenId = await environment.newToken();
  const resource = environment.credentials();
  await resource.up({ tokenId });
  const [theirs] = await environment.client.generate(tokenId, "password1");
  await resource.refresh();

  await resource.destroy();

  expect((await environment.client.slots(tokenId)).map(({ name }) => name)).toEqual(["password1"]);
  expect(await environment.canLogIn(nameOf(tokenId), theirs.value)).toBe(true);
});
