/** Checks of one rotation, and of a run without a rotation. */
import { expect } from "vitest";
import type { CredentialsResource, SlotName, TestEnvironment } from "../support/testEnvironment.js";

interface Rotation {
  args: Record<string, unknown>;
  /** The slot that becomes current. */
  to: SlotName;
  /** The other changes that the preview must name. */
  preview: string[];
  /** The other properties of the regenerated slot that the preview must name. */
  slot?: string[];
}

/** Previews and runs one rotation, and checks that the previous password keeps working. */
export async function rotates(
  environment: TestEnvironment,
  resource: CredentialsResource,
  { args, to, preview, slot = [] }: Rotation,
): Promise<void> {
  const before = resource.exported;
  const from = before.current;
  const wasPrevious = resource.slots[to].previousSince !== undefined;
  const made = ["version", ...slot, ...(wasPrevious ? ["previousSince"] : [])].map(
    (name) => `slots.${to}.${name}`,
  );

  const plan = await resource.preview(args);
  expect(plan.operation).toBe("update");
  expect(plan.changed).toEqual([...preview, ...made, `slots.${from}.previousSince`].sort());

  const writes = await environment.writesOf(() => resource.up(args));

  expect(writes).toEqual(["POST generateCredentials"]);
  const { username, current, password } = resource.exported;
  expect(current).toBe(to);
  expect(password).toBe(resource.value(to));
  expect(password).not.toBe(before.passwords.find(({ name }) => name === to)?.value);
  expect(await environment.canLogIn(username, password)).toBe(true);
  expect(resource.value(from)).toBe(before.password);
  expect(await environment.canLogIn(username, before.password)).toBe(true);
  expect((await resource.preview(args)).operation).toBe("same");
}

/** No change, and no request. */
export async function stays(
  environment: TestEnvironment,
  resource: CredentialsResource,
  args: Record<string, unknown>,
): Promise<void> {
  const requests = await environment.requestsOf(async () => {
    expect((await resource.preview(args)).operation).toBe("same");
    await resource.up(args);
  });
  expect(requests).toEqual([]);
}
