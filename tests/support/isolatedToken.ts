import type { Fault } from "local-azure";
import { expect } from "vitest";
import type { TestEnvironment } from "./testEnvironment.js";

export type IsolatedToken = Awaited<ReturnType<typeof isolatedToken>>;

/** A token in a registry of its own, so that its faults affect no other test and tests can run in parallel. */
export async function isolatedToken(environment: TestEnvironment, registry: string) {
  const tokenId = await environment.newToken({ registry });
  const resource = environment.credentials();
  const args = { tokenId, generation: "one" };
  const next = { tokenId, generation: "two" };
  const faults: Fault[] = [];
  const addFault = (fault: Fault) => {
    faults.push({ path: new RegExp(`/registries/${registry}/generateCredentials`), ...fault });
    environment.azure.faults.add(faults[faults.length - 1]);
  };
  /** Ends the faults of this token; those of tests that run at the same time stay. */
  const endFaults = () => {
    for (const fault of faults) {
      fault.path = /^nothing$/;
    }
  };
  const posts = () =>
    environment.azure.requests.filter(
      ({ method, url }) => method === "POST" && url.includes(`/registries/${registry}/`),
    );
  return { environment, registry, tokenId, resource, args, next, addFault, endFaults, posts };
}

/** Both passwords of the state log in. */
export async function works({ environment, resource, registry }: IsolatedToken): Promise<void> {
  const { username, passwords, current, password } = resource.exported;
  expect(passwords).toHaveLength(2);
  expect(password).toBe(resource.value(current));
  for (const { value } of passwords) {
    expect(await environment.canLogIn(username, value, registry)).toBe(true);
  }
}

/** The password that is exported now logs in, now and after one more up. */
export async function survives(
  { environment, resource, registry, next }: IsolatedToken,
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
