/** A token that cannot be adopted stays unchanged, and the error says what to do. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { TestEnvironment } from "../support/testEnvironment.js";
import { madeByAz, refusal } from "./adoption.js";

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await TestEnvironment.start();
});

afterAll(() => environment?.close());

beforeEach(() => environment.azure.faults.clear());

describe("the error says what to do, and nothing changes:", () => {
  test("a wrong password, each on its own", async () => {
    const { tokenId, old1 } = await madeByAz(environment);
    const both = await refusal(environment, {
      tokenId,
      adopt: { password1: "wrong-one", password2: "wrong-two" },
    });
    expect(Object.keys(both)).toEqual(["adopt.password1", "adopt.password2"]);
    expect(both["adopt.password1"]).toMatch(
      /^adopt\.password1 is refused by the registry at https:\/\/\S+ as a password of token token-\d+: correct it, or leave it out$/,
    );
    expect(JSON.stringify(both)).not.toMatch(/wrong-/);
    const one = await refusal(environment, { tokenId, adopt: { password1: old1, password2: "wrong-two" } });
    expect(Object.keys(one)).toEqual(["adopt.password2"]);
  });

  test("a registry that cannot be reached from here", async () => {
    const { tokenId, old1 } = await madeByAz(environment);
    const refused = await refusal(environment, {
      tokenId,
      loginServer: "127.0.0.1:9",
      adopt: { password1: old1 },
    });
    expect(refused).toEqual({
      "adopt.password1": expect.stringMatching(
        /^adopt\.password1 cannot be tried: the registry at https:\/\/127\.0\.0\.1:9 cannot be asked from here \(.+\)\. Run this on a machine that reaches the registry/,
      ),
    });
  });

  test("a registry that neither accepts nor rejects the password", async () => {
    const { tokenId, old1 } = await madeByAz(environment);
    environment.azure.faults.add({
      kind: "answer",
      host: "registry",
      status: 403,
      code: "DENIED",
      times: Number.POSITIVE_INFINITY,
    });
    expect((await refusal(environment, { tokenId, adopt: { password1: old1 } }))["adopt.password1"]).toMatch(
      /\(answered 403\)/,
    );
  });

  test("a transient error is retried", async () => {
    const { tokenId, old1 } = await madeByAz(environment);
    environment.azure.faults.add({ kind: "answer", host: "registry", status: 503, code: "BUSY", times: 1 });
    const resource = environment.credentials();
    await resource.up({ tokenId, adopt: { password1: old1 } });
    expect(resource.exported.password).toBe(old1);
  });

  test("a disabled token, whose passwords cannot log in", async () => {
    const { tokenId, old1 } = await madeByAz(environment);
    await environment.client.arm("PATCH", tokenId, { properties: { status: "disabled" } });
    expect((await refusal(environment, { tokenId, adopt: { password1: old1 } }))["adopt.password1"]).toMatch(
      /cannot be tried, because token token-\d+ is disabled: enable the token, adopt it, and disable it afterwards/,
    );
  });

  test("a slot that is empty, though its password is given", async () => {
    const { tokenId, old1, old2 } = await madeByAz(environment);
    await environment.client.keepOnly(tokenId, ["password2"]);
    expect(
      (await refusal(environment, { tokenId, adopt: { password1: old1, password2: old2 } }))[
        "adopt.password1"
      ],
    ).toMatch(/this slot of the token has no password, or an expired one: leave it out/);
  });

  test("a token that is not there, and an Azure that does not answer", async () => {
    const tokenId = `${environment.registryId()}/tokens/no-such-token`;
    expect((await refusal(environment, { tokenId, adopt: {} })).tokenId).toMatch(
      /^tokenId cannot be adopted: .*there is no token .*no-such-token$/,
    );
    environment.azure.faults.add({
      kind: "answer",
      method: "GET",
      path: /\/tokens\//,
      status: 403,
      code: "AuthorizationFailed",
    });
    expect((await refusal(environment, { tokenId, adopt: {} })).tokenId).toMatch(
      /Azure answered 403 AuthorizationFailed.*give the identity a role/,
    );
  });

  test("bad arguments, each on its own", async () => {
    const { tokenId } = await madeByAz(environment);
    expect(
      await refusal(environment, { tokenId, adopt: { password1: 7, regenerate: "password3", other: "x" } }),
    ).toEqual({
      "adopt.password1": "adopt.password1 must be the password, a text",
      "adopt.regenerate": "adopt.regenerate must be one of password1, password2",
      "adopt.other": "adopt.other is not known: there are password1, password2, regenerate",
    });
    expect(await refusal(environment, { tokenId, adopt: { password1: "same", password2: "same" } })).toEqual({
      "adopt.password2": "adopt.password2 is the same as adopt.password1: each slot has its own",
    });
    expect(
      (await refusal(environment, { tokenId, adopt: { password1: "x", regenerate: "password1" } }))[
        "adopt.regenerate"
      ],
    ).toMatch(/names password1, which is given and stays as it is/);
    expect((await refusal(environment, { tokenId, adopt: "all" }))[""]).toBe(
      "adopt must be a map, got one of type string",
    );
  });
});

test("a token that goes between the check and the create is said to be gone", async () => {
  const { tokenId, old1 } = await madeByAz(environment);
  const { urn } = environment.credentials();
  const { inputs } = await environment.plugin.check(urn, {}, { tokenId, adopt: { password1: old1 } });
  await environment.client.arm("DELETE", tokenId);

  await expect(environment.plugin.create(urn, inputs)).rejects.toThrow(
    /could not adopt token \S+ of registry myregistry .*: it does not exist any more; run pulumi refresh, so that/,
  );
});

test("a client that clears a slot between the check and the create is found out, and nothing is made", async () => {
  const { tokenId, old1 } = await madeByAz(environment);
  const { urn } = environment.credentials();
  const create = async (adopt: Record<string, unknown>) => {
    const { inputs } = await environment.plugin.check(urn, {}, { tokenId, adopt });
    await environment.client.keepOnly(tokenId, adopt.password1 === undefined ? ["password1"] : []);
    return environment.writesOf(() => environment.plugin.create(urn, inputs));
  };
  await expect(create({ regenerate: "password1" })).rejects.toThrow(
    /password2 of token \S+ has been changed by someone else in the meantime: run pulumi up again/,
  );
  await expect(create({ password1: old1 })).rejects.toThrow(
    /^adopt\.password1 is given, but this slot of the token has no password/,
  );
});

test("a client that changes a slot between the check and the create loses nothing", async () => {
  const { tokenId, username, old1 } = await madeByAz(environment);
  const { urn } = environment.credentials();
  const { inputs } = await environment.plugin.check(
    urn,
    {},
    { tokenId, adopt: { password1: old1, regenerate: "password2" } },
  );
  environment.clock.advance(1);
  const [{ value }] = await environment.client.generate(tokenId, "password1");

  await expect(environment.plugin.create(urn, inputs)).rejects.toThrow(
    /password1 of token \S+ has been changed by someone else in the meantime: run pulumi up again/,
  );

  expect(await environment.canLogIn(username, value)).toBe(true);
});
