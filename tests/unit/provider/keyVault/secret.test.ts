import { afterEach, describe, expect, test, vi } from "vitest";
import { AzureError, InvalidResponseError } from "../../../../components/provider/azure/http/errors";
import * as client from "../../../../components/provider/keyVault/client";
import { VaultSecret } from "../../../../components/provider/keyVault/secret";

const vaultUri = "https://myvault.vault.azure.net/";
const id = (version: string) => `${vaultUri}secrets/mysecret/${version}`;

afterEach(() => vi.restoreAllMocks());

/** A secret whose vault answers so; and the requests that the vault gets. */
function secretOf(answer: (request: client.VaultRequest) => unknown, cancelled?: AbortSignal) {
  const requests: client.VaultRequest[] = [];
  vi.spyOn(client, "vaultClient").mockResolvedValue(async (request) => {
    requests.push(request);
    return answer(request);
  });
  const signal = cancelled ?? new AbortController().signal;
  return { secret: new VaultSecret({ vaultUri, secretName: "mysecret" }, undefined, signal), requests };
}

const item = (version: string, created: number, enabled = true) => ({
  id: id(version),
  attributes: { created, enabled },
  tags: { slot: version },
});

function refusal(status: number, code: string, inner?: string): AzureError {
  return new AzureError("Said so.", status, code, "request-1", undefined, inner);
}

const missing = () => refusal(404, "SecretNotFound");

describe("the versions of a secret", () => {
  test("come from all pages, the newest one first, without their values", async () => {
    const { secret, requests } = secretOf(({ path }) =>
      path.includes("page-2")
        ? { value: [item("c", 30), item("a", 10, false)] }
        : { value: [item("b", 20)], nextLink: `${vaultUri}page-2` },
    );
    expect(await secret.versions()).toEqual([
      { id: id("c"), created: 30, isEnabled: true, tags: { slot: "c" } },
      { id: id("b"), created: 20, isEnabled: true, tags: { slot: "b" } },
      { id: id("a"), created: 10, isEnabled: false, tags: { slot: "a" } },
    ]);
    expect(requests.map(({ path }) => path)).toEqual([
      "secrets/mysecret/versions?maxresults=25",
      `${vaultUri}page-2`,
    ]);
  });

  const ofOneSecond = { value: [item("a", 10), item("b", 10), item("c", 10)] };

  test.each(["a", "b", "c"])(
    "of one second have the one first that the vault holds for the newest: %s",
    async (newest) => {
      const { secret } = secretOf(({ path }) =>
        path.includes("versions") ? ofOneSecond : { ...item(newest, 10), value: "x" },
      );
      const others = ["a", "b", "c"].filter((version) => version !== newest);
      expect((await secret.versions()).map((version) => version.id)).toEqual([newest, ...others].map(id));
    },
  );

  test("of one second stay in the vault's order if its newest one is disabled, and another refusal fails", async () => {
    const newestIs = (error: Error) =>
      secretOf(({ path }) =>
        path.includes("versions") ? ofOneSecond : Promise.reject(error),
      ).secret.versions();
    const disabled = await newestIs(refusal(403, "Forbidden", "SecretDisabled"));
    expect(disabled.map((version) => version.id)).toEqual(["a", "b", "c"].map(id));
    await expect(newestIs(refusal(403, "Forbidden", "ForbiddenByRbac"))).rejects.toThrow("ForbiddenByRbac");
    await expect(newestIs(new Error("broken"))).rejects.toThrow("broken");
  });

  test.each([7, ""])("are complete at a page whose next page is %j", async (nextLink) => {
    const { secret, requests } = secretOf(() => ({ value: [item("a", 10)], nextLink }));
    expect(await secret.versions()).toHaveLength(1);
    expect(requests).toHaveLength(1);
  });

  test("have only those tags that are texts", async () => {
    const odd = { ...item("a", 10), tags: { slot: "password1", count: 7, none: null } };
    const { secret } = secretOf(() => ({ value: [odd] }));
    expect((await secret.versions())[0]?.tags).toEqual({ slot: "password1" });
  });

  test("are none if there is no such secret, and an error if there is no such vault", async () => {
    const { secret } = secretOf(() => Promise.reject(missing()));
    expect(await secret.versions()).toEqual([]);
    const { secret: nowhere } = secretOf(() => Promise.reject(refusal(404, "VaultNotFound")));
    await expect(nowhere.versions()).rejects.toThrow("there is no vault of this name");
  });

  test.each<[unknown, string]>([
    [undefined, "the body is missing, not an object"],
    [[], "the body is of type list, not an object"],
    [{ value: {} }, "value is of type object, not a list"],
    [{ value: [{ id: 7, attributes: { created: 1 } }] }, "the id is of type number, not a string"],
    [{ value: [{ id: id("a"), attributes: {} }] }, "the creation time is missing, not a number"],
    [{ value: [{ id: id("a") }] }, "attributes is missing, not an object"],
  ])("are not read from %j", async (body, reason) => {
    const { secret } = secretOf(() => body);
    await expect(secret.versions()).rejects.toThrow(
      `could not list the versions of secret mysecret of the vault myvault.vault.azure.net: the vault answered with an invalid response: ${reason}; nothing in the state has changed`,
    );
  });
});

test("a new version has its value, type, tags and expiry, in whole seconds", async () => {
  const { secret, requests } = secretOf(() => ({ ...item("a", 10), value: "hush" }));
  const written = await secret.write({
    value: "hush",
    contentType: "password",
    tags: { slot: "password1" },
    expiry: new Date("2030-01-01T00:00:00.999Z"),
  });
  expect(written.id).toBe(id("a"));
  expect(written).not.toHaveProperty("value");
  const attributes = { enabled: true, exp: Date.parse("2030-01-01T00:00:00Z") / 1000 };
  const body = { value: "hush", contentType: "password", tags: { slot: "password1" }, attributes };
  expect(requests).toEqual([{ method: "PUT", path: "secrets/mysecret", body }]);
});

test("a secret whose recovery is requested again, since the response was lost, is recovered", async () => {
  const { secret } = secretOf(({ method }) =>
    method === "POST" ? Promise.reject(missing()) : { value: [] },
  );
  await expect(secret.recover()).resolves.toBeUndefined();
});

test("a response without a body is no deleted secret, and not the answer that there is none", async () => {
  const { secret } = secretOf(() => undefined);
  await expect(secret.deletedTags()).rejects.toThrow("the body is missing, not an object");
  await expect(secret.recover()).rejects.toThrow("the body is missing, not an object");
});

test("the deletion of a secret that is not there is done", async () => {
  const { secret } = secretOf(() => Promise.reject(missing()));
  await secret.delete();
  expect(await secret.deletedTags()).toBeUndefined();
});

describe("a refusal", () => {
  test.each<[AzureError, RegExp]>([
    [
      refusal(403, "Forbidden", "ForbiddenByRbac"),
      /role Key Vault Secrets Officer on the vault myvault\.vault\.azure\.net or on the secret/,
    ],
    [
      refusal(403, "Forbidden", "AccessDenied"),
      /add an access policy to the vault .* get, list, set, delete and recover/,
    ],
    [
      refusal(403, "Forbidden", "ForbiddenByFirewall"),
      /allow the address of this machine in the firewall of the vault/,
    ],
    [refusal(403, "Forbidden", "ForbiddenByConnection"), /allows private endpoints only/],
    [refusal(403, "Forbidden", "SecretDisabled"), /enable the version of the secret again/],
    [
      refusal(409, "Conflict", "ObjectIsDeletedButRecoverable"),
      /recover or purge the deleted secret, or choose another keyVault\.secretName/,
    ],
    [refusal(404, "VaultNotFound"), /check keyVault\.vaultUri: there is no vault of this name/],
    [refusal(401, "Unauthorized"), /belongs to the tenant that the identity signs in to/],
    [refusal(403, "Forbidden"), /give the identity the role Key Vault Secrets Officer/],
    [refusal(404, "Other"), /run pulumi refresh/],
    [refusal(400, "BadParameter"), /correct what Key Vault names/],
    [refusal(429, "Throttled"), /run pulumi up again later/],
    [refusal(503, "Busy"), /run pulumi up again later/],
  ])("says what to do: %s", async (error, advice) => {
    const { secret } = secretOf(() => Promise.reject(error));
    const failure: Error = await secret.setEnabled(id("a"), false).catch((thrown) => thrown);
    expect(failure.message).toMatch(advice);
    expect(failure.message).toContain(
      `could not disable a version of secret mysecret of the vault myvault.vault.azure.net: the vault answered ${error.status} ${error.code}`,
    );
    expect(failure.message).toContain("(Said so.), request id request-1; ");
  });

  test("that says nothing still has its status", async () => {
    const { secret } = secretOf(() => Promise.reject(new AzureError("", 500)));
    await expect(secret.delete()).rejects.toThrow("the vault answered 500; Key Vault is overloaded");
  });

  test("that is not Key Vault's response says what may have written it", async () => {
    const { secret } = secretOf(() =>
      Promise.reject(new InvalidResponseError("it is cut off, or not JSON", 200, "request-1")),
    );
    await expect(secret.delete()).rejects.toThrow(
      "the vault answered 200 with an invalid response: it is cut off, or not JSON, request id request-1; nothing in the state has changed: look at what stands between this machine and Azure, such as a proxy",
    );
  });

  test("that the plugin's own code fails to read is a defect, without the message that may hold a value", async () => {
    const { secret } = secretOf(() => Promise.reject(new TypeError("hush is not a function")));
    const failure: Error = await secret.delete().catch((thrown) => thrown);
    expect(failure.message).toMatch(/: a defect of the plugin \(TypeError at .*\): please report it$/);
    expect(failure.message).not.toContain("hush");
  });

  test("by no vault says so", async () => {
    const error = Object.assign(new Error("getaddrinfo ENOTFOUND"), { code: "ENOTFOUND" });
    const { secret } = secretOf(() => Promise.reject(error));
    await expect(secret.read(id("a"))).rejects.toThrow(
      "no vault answers at myvault.vault.azure.net (getaddrinfo ENOTFOUND); check keyVault.vaultUri, that the vault exists",
    );
  });

  test("to sign in tells which identity was used", async () => {
    const error = Object.assign(new Error("no account"), { name: "CredentialUnavailableError" });
    const { secret } = secretOf(() => Promise.reject(error));
    await expect(secret.read(id("a"))).rejects.toThrow(
      /no sign-in to Azure: no account \(sign-in method: .*\); /,
    );
  });
});

test("a value is read, and anything else is no password", async () => {
  const { secret } = secretOf(() => ({ ...item("a", 10), value: "hush" }));
  expect(await secret.read(id("a"))).toBe("hush");
  for (const [value, found] of [
    [undefined, "missing"],
    ["", "empty"],
    [7, "of type number"],
  ]) {
    const { secret: odd } = secretOf(() => ({ ...item("a", 10), value }));
    await expect(odd.read(id("a"))).rejects.toThrow(`the value is ${found}, not a string`);
  }
});

test("an invalid response with a value is not shown", async () => {
  const { secret } = secretOf(() => ({ value: "hush", id: 7, attributes: { created: 1 } }));
  const write = { value: "hush", contentType: "password", tags: {}, expiry: undefined };
  const failure: Error = await secret.write(write).catch((thrown) => thrown);
  expect(failure.message).toContain("the id is of type number, not a string");
  expect(failure.message).not.toContain("hush");
});

test("a cancelled call says what it waited for", async () => {
  const cancellation = new AbortController();
  const { secret } = secretOf(() => {
    cancellation.abort();
    return Promise.reject(new Error("aborted"));
  }, cancellation.signal);
  await expect(secret.delete()).rejects.toThrow(
    "cancelled while waiting to delete secret mysecret of the vault myvault.vault.azure.net",
  );
});
