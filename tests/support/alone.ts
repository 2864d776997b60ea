import type { Fault } from "local-azure";
import { expect } from "vitest";
import type { TestEnvironment } from "./testEnvironment.js";

export type Alone = Awaited<ReturnType<typeof aloneOn>>;

/** A token in a registry of its own, so that its faults strike nobody else and tests can run side by side. */
export async function aloneOn(environment: TestEnvironment, registry: string) {
  const tokenId = await environment.newToken({ registry });
  const resource = environment.credentials();
  const args = { tokenId, generation: "one" };
  const next = { tokenId, generation: "two" };
  const struck: Fault[] = [];
  const strike = (fault: Fault) => {
    struck.push({ path: new RegExp(`/registries/${registry}/generateCredentials`), ...fault });
    environment.azure.faults.add(struck[struck.length - 1]);
  };
  /** Ends the faults of this token; those of tests that run at the same time stay. */
  const relent = () => {
    for (const fault of struck) {
      fault.path = /^nothing$/;
    }
  };
  const posts = () =>
    environment.azure.requests.filter(
      ({ method, url }) => method === "POST" && url.includes(`/registries/${registry}/`),
    );
  return { environment, registry, tokenId, resource, args, next, strike, relent, posts };
}

/** Both passwords of the state log in. */
export async function works({ environment, resource, registry }: Alone): Promise<void> {
  const { username, passwords, current, password } = resource.exported;
  expect(passwords).toHaveLength(2);
  expect(password).toBe(resource.value(current));
  for (const { value } of passwords) {
    expect(await environment.canLogIn(username, value, registry)).toBe(true);
  }
}

/** The password that is exported now logs in, now and after one more up. */
export async function survives(
  { environment, resource, registry, next }: Alone,
  exported?: string,
): Promise<void> {
  const { username, password = exported } = resource.exported;
  expect(password).toBe(exported);
  expect(await environment.canLogIn(username, password, registry)).toBe(true);
  expect((await resource.preview(next)).operation).toBe("update");
  await resource.up(next);
  expect(resource.exported.password).not.toBe(password);
  expect(await environment.canLogIn(username, password, registry)).toBe(true);
  expect((await resource.preview(next)).operation).toBe("same");
}
