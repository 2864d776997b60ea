/** Azure accepts a write and stores something else, as Azure Policy makes it do, or refuses the write for a policy. */
import type { PolicyAssignment } from "local-azure";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { nameOf, TestEnvironment } from "../support/testEnvironment.js";

const disableTokens = {
  name: "disable-tokens",
  displayName: "No tokens in production",
  definitionDisplayName: "Configure container registries to disable repository scoped access token.",
  resourceType: "tokens",
  requires: { status: "disabled" },
} as const;

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await TestEnvironment.start();
});

afterAll(() => environment?.close());

afterEach(() => environment.azure.policies.clear());

const assign = (assignment: PolicyAssignment) => environment.azure.policies.assign(assignment);

const pull = () => environment.scopeMapId("_repositories_pull");
const push = () => environment.scopeMapId("_repositories_push");

/** A token with both resources, as a program has them. */
async function created() {
  const tokenId = await environment.newToken();
  const access = environment.access();
  await access.up({ tokenId, scopeMapId: pull() });
  const credentials = environment.credentials();
  await credentials.up({ tokenId, generation: "one" });
  return { tokenId, access, credentials };
}

describe("a policy that disables tokens", () => {
  test("fails the create of an enabled token, and one more up converges once the policy is gone", async () => {
    assign({ ...disableTokens, effect: "Modify" });
    const tokenId = await environment.newToken();
    const access = environment.access();
    const args = { tokenId, scopeMapId: pull() };

    await expect(access.up(args)).rejects.toThrow(
      /^Azure accepted the request to change the status of token token-\d+ of registry myregistry \(.*\), but the status is "disabled" instead of "enabled"; the likely cause is Azure Policy.*run pulumi up again$/,
    );
    environment.azure.policies.clear();
    await access.up(args);

    expect((await access.preview(args)).operation).toBe("same");
    const credentials = environment.credentials();
    await credentials.up({ tokenId });
    expect(await environment.canLogIn(nameOf(tokenId), credentials.exported.password)).toBe(true);
  });

  test("fails a change of the scope map, which disables the token, and the next up enables it", async () => {
    const { tokenId, access, credentials } = await created();
    assign({ ...disableTokens, effect: "Modify" });
    const args = { tokenId, scopeMapId: push() };

    await expect(access.up(args)).rejects.toThrow(/but the status is "disabled" instead of "enabled"/);
    expect(access.saved.outputs).toMatchObject({ scopeMapId: push(), status: "disabled" });
    environment.azure.policies.clear();
    expect((await access.preview(args)).operation).toBe("update");
    await access.up(args);

    expect(await environment.canLogIn(nameOf(tokenId), credentials.exported.password)).toBe(true);
  });

  test("fails the end of an overlap, which disables the token, and a refresh finds the status", async () => {
    const { tokenId, access, credentials } = await created();
    const args = { tokenId, generation: "two", overlapDays: 1 };
    await credentials.up(args);
    assign({ ...disableTokens, effect: "Modify" });
    environment.clock.advance(3);

    await expect(credentials.up(args)).rejects.toThrow(
      /request to clear password1 of token .*, but the status is "disabled" instead of "enabled"; .*run pulumi up --refresh$/,
    );
    environment.azure.policies.clear();
    await credentials.up(args);
    await access.refresh();
    await access.up({ tokenId, scopeMapId: pull() });

    expect(await environment.canLogIn(nameOf(tokenId), credentials.exported.password)).toBe(true);
  });

  test("does not affect a token that the program disables", async () => {
    assign({ ...disableTokens, effect: "Modify" });
    const tokenId = await environment.newToken();

    await environment.access().up({ tokenId, scopeMapId: push(), status: "disabled" });
  });

  test("with the effect Audit changes nothing", async () => {
    const tokenId = await environment.newToken({ status: "disabled" });
    assign({ ...disableTokens, effect: "Audit" });

    await environment.access().up({ tokenId, scopeMapId: pull() });
  });

  test("with the effect Deny fails with the names of the policy, and changes nothing", async () => {
    const { tokenId, access, credentials } = await created();
    const before = access.state;
    assign({ ...disableTokens, effect: "Deny" });

    await expect(access.up({ tokenId, scopeMapId: push() })).rejects.toThrow(
      /could not change the scope map of token .*Azure answered 403 RequestDisallowedByPolicy .*; the assignment "No tokens in production" of Azure Policy \(definition "Configure container registries to disable repository scoped access token\."\) denies this: .*run pulumi up again$/,
    );

    expect(access.state).toEqual(before);
    expect(await environment.canLogIn(nameOf(tokenId), credentials.exported.password)).toBe(true);
  });
});

describe("a policy that moves tokens to another scope map", () => {
  test("is named with both scope maps", async () => {
    const tokenId = await environment.newToken();
    environment.azure.faults.add({
      kind: "alter",
      method: "GET",
      path: /\/tokens\/[^/]+\?/,
      times: Number.POSITIVE_INFINITY,
      body: (body) => body.replaceAll("_repositories_push", "_repositories_pull"),
    });

    await expect(environment.access().up({ tokenId, scopeMapId: push() })).rejects.toThrow(
      /but the scope map is "\S+\/_repositories_pull" instead of "\S+\/_repositories_push"/,
    );
    environment.azure.faults.clear();
  });
});

describe("another expiry than the requested one", () => {
  const endless = { name: "expiry", resourceType: "passwords", requires: { expiry: null } } as const;
  const soon = { ...endless, requires: { expiry: "2099-01-31T00:00:00+00:00" } };

  test("fails the create, keeps the passwords, and the next up regenerates them", async () => {
    const tokenId = await environment.newToken();
    const credentials = environment.credentials();
    assign({ ...soon, effect: "Modify" });

    await expect(credentials.up({ tokenId })).rejects.toThrow(
      /^Azure accepted the request to generate password1 and password2 of token .*, but password1 expires on 2099-01-31T00:00:00.000Z instead of never, and password2 expires on 2099-01-31T00:00:00.000Z instead of never; .*run pulumi up again, which regenerates password1 and password2; until then the state has what Azure generated$/,
    );
    const { password, passwords } = credentials.exported;
    expect(passwords.map(({ expiry }) => expiry)).toEqual(Array(2).fill("2099-01-31T00:00:00.000Z"));
    expect(await environment.canLogIn(nameOf(tokenId), password)).toBe(true);

    environment.azure.policies.clear();
    await credentials.refresh();
    expect((await credentials.preview({ tokenId })).operation).toBe("update");
    await credentials.up({ tokenId });

    expect((await credentials.preview({ tokenId })).operation).toBe("same");
    expect(credentials.exported.expiry).toBeNull();
    expect(await environment.canLogIn(nameOf(tokenId), credentials.exported.password)).toBe(true);
  });

  test("fails a rotation, and the previous password keeps working until the next rotation", async () => {
    const tokenId = await environment.newToken();
    const credentials = environment.credentials();
    const args = { tokenId, generation: "one", expirationInDays: 30 };
    await credentials.up(args);
    const before = credentials.exported.password;
    assign({ ...endless, effect: "Modify" });
    const rotated = { ...args, generation: "two" };

    await expect(credentials.up(rotated)).rejects.toThrow(/but password2 never expires instead of 2\S+Z; /);
    expect(await environment.canLogIn(nameOf(tokenId), credentials.exported.password)).toBe(true);
    await expect(credentials.up(rotated)).rejects.toThrow(/but password2 never expires/);
    environment.azure.policies.clear();
    await credentials.up(rotated);

    const { current, password, passwords } = credentials.exported;
    expect(current).toBe("password2");
    expect(passwords.map(({ expiry }) => typeof expiry)).toEqual(["string", "string"]);
    expect(passwords[0].value).toBe(before);
    expect(await environment.canLogIn(nameOf(tokenId), before)).toBe(true);
    expect(await environment.canLogIn(nameOf(tokenId), password)).toBe(true);
    await credentials.refresh();
    expect((await credentials.preview(rotated)).operation).toBe("same");
  });

  test("is none if Azure rounds the expiry to seconds", async () => {
    const tokenId = await environment.newToken();
    const credentials = environment.credentials();
    environment.azure.faults.add({
      kind: "alter",
      path: /generateCredentials/,
      body: (body) => body.replace(/(T\d\d:\d\d:\d\d)\.\d+/g, "$1"),
    });

    await credentials.up({ tokenId, expirationInDays: 30 });

    expect((await credentials.preview({ tokenId, expirationInDays: 30 })).operation).toBe("same");
  });
});
