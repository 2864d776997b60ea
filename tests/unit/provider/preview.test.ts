/** The outputs that a preview knows, so that only resources that depend on a change show a change. */
import { type Properties, type ResourceState, secret, unknown } from "provider-server";
import { describe, expect, test } from "vitest";
import { previewOfCreate, previewOfUpdate } from "../../../components/provider/tokenCredentials/preview";
import { tokenId } from "./tokenId";

const keyVault = { vaultUri: "https://myvault.vault.azure.net/", secretName: "s" };
const made = { version: 1, madeOn: "2026-01-01" };
const again = { version: 2, madeOn: "2026-02-01" };
const cleared = { version: 1, cleared: "its overlap has ended" };
const inputs = (more: object = {}) =>
  ({ tokenId, current: "password1", slots: { password1: made, password2: made }, ...more }) as Properties;
const rotated = (more: object = {}) =>
  inputs({
    current: "password2",
    slots: { password1: { ...made, previousSince: "2026-02-01" }, password2: again },
    ...more,
  });

const held = (name: string) => ({ name, creationTime: "2026-01-01T00:00:00Z", expiry: null });
const value = (name: string) => ({ ...held(name), value: `value of ${name}` });
const storedAs = (name: string) => ({ ...held(name), versionId: `version of ${name}` });
const both = [value("password1"), value("password2")];
const inState = {
  username: "mytoken",
  loginServer: "myregistry.azurecr.io",
  password: "value of password1",
  passwords: both,
};
const inVault = {
  username: "mytoken",
  loginServer: "myregistry.azurecr.io",
  stored: [storedAs("password1"), storedAs("password2")],
};

describe("the preview of a create", () => {
  test("knows the username, and that a password never expires", () => {
    expect(previewOfCreate(inputs())).toEqual({
      ...inputs(),
      username: "mytoken",
      loginServer: unknown,
      password: unknown,
      passwords: unknown,
      expiry: null,
      rotatesOn: null,
    });
  });

  test("does not know the username of an unknown token, nor an expiry that Azure gives", () => {
    const expected = { username: unknown, expiry: unknown };
    expect(previewOfCreate(inputs({ tokenId: unknown, expirationInDays: 90 }))).toMatchObject(expected);
  });

  test.each<[string, object, unknown]>([
    ["that never expires", { adopt: { password1: "x" } }, null],
    [
      "that expires",
      {
        adopt: { password1: "x" },
        slots: { password1: { ...made, expiresOn: "2026-03-01" }, password2: made },
      },
      unknown,
    ],
    ["of an unknown schedule", { adopt: { password1: "x" }, current: unknown, slots: unknown }, unknown],
  ])("of an adopted password %s says so, and has no adopt", (_what, more, expiry) => {
    const outputs = previewOfCreate(inputs(more));
    expect(outputs.expiry).toBe(expiry);
    expect(outputs).not.toHaveProperty("adopt");
  });

  test.each([
    [keyVault, "https://myvault.vault.azure.net/secrets/s"],
    [{ ...keyVault, secretName: unknown }, unknown],
  ])("with keyVault %j has the address of the secret, as far as it is known", (vault, passwordSecretId) => {
    const outputs = previewOfCreate(inputs({ keyVault: vault }));
    expect(outputs).toMatchObject({ stored: unknown, passwordSecretId, passwordSecretVersionId: unknown });
    expect(outputs).not.toHaveProperty("passwords");
  });
});

describe("the preview of an update", () => {
  const preview = (before: Properties, outputs: object, news: Properties) => {
    const old: ResourceState = { id: "id", inputs: before, outputs: { ...before, ...outputs } as Properties };
    return previewOfUpdate("urn", old, news);
  };

  test("that changes no password knows all outputs", () => {
    expect(preview(inputs(), inState, inputs({ waitUntilLive: true }))).toEqual({
      ...inputs({ waitUntilLive: true }),
      ...inState,
      password: secret("value of password1"),
      passwords: secret(both),
      expiry: null,
      rotatesOn: null,
    });
  });

  test("that rotates knows no password, and that an adopted one stays", () => {
    const adopted = { ...inState, adopted: ["password1", "password2"] };
    expect(preview(inputs(), adopted, rotated())).toMatchObject({
      password: unknown,
      passwords: unknown,
      expiry: null,
      adopted: ["password1"],
    });
    const expires = rotated({ expirationInDays: 90 });
    expect(preview(inputs(), inState, expires).expiry).toBe(unknown);
  });

  test("that regenerates another slot than the current one knows the current password", () => {
    const news = inputs({ slots: { password1: made, password2: again } });
    expect(preview(inputs(), inState, news)).toMatchObject({
      password: secret("value of password1"),
      passwords: unknown,
    });
  });

  test("that ends an overlap knows the password that stays", () => {
    const news = inputs({ slots: { password1: made, password2: cleared } });
    expect(preview(inputs(), inState, news).passwords).toEqual(secret([value("password1")]));
  });

  test("with an unknown schedule knows neither passwords nor days", () => {
    const unknowns = { current: unknown, slots: unknown };
    expect(preview(inputs(), inState, inputs(unknowns))).toMatchObject({
      username: "mytoken",
      loginServer: "myregistry.azurecr.io",
      password: unknown,
      passwords: unknown,
      expiry: unknown,
      rotatesOn: unknown,
    });
  });

  test("of a secret that changes no password knows the version", () => {
    const news = inputs({ keyVault, waitUntilLive: true });
    const before = inputs({ keyVault, waitUntilLive: false });
    expect(preview(before, { ...inVault, expiry: "2026-03-01" }, news)).toEqual({
      ...news,
      ...inVault,
      passwordSecretId: "https://myvault.vault.azure.net/secrets/s",
      passwordSecretVersionId: "version of password1",
      expiry: "2026-03-01",
      rotatesOn: null,
    });
  });

  test("of a secret that ends an overlap knows what stays in it", () => {
    const news = inputs({ keyVault, slots: { password1: made, password2: cleared } });
    expect(preview(inputs({ keyVault }), inVault, news).stored).toEqual([storedAs("password1")]);
  });

  test("of a secret that gets a new password knows no version, and no expiry that Azure gives", () => {
    const before = inputs({ keyVault });
    expect(preview(before, inVault, rotated({ keyVault }))).toMatchObject({
      stored: unknown,
      passwordSecretId: "https://myvault.vault.azure.net/secrets/s",
      passwordSecretVersionId: unknown,
      expiry: null,
      username: "mytoken",
    });
    const expires = rotated({ keyVault, expirationInDays: 90 });
    expect(preview(before, inVault, expires).expiry).toBe(unknown);
  });

  test.each<[string, object, object, object, object]>([
    ["given", {}, inState, { keyVault }, { stored: unknown, passwordSecretVersionId: unknown }],
    ["taken out", { keyVault }, inVault, {}, { password: unknown, passwords: unknown }],
    ["moved", { keyVault }, inVault, { keyVault: { ...keyVault, secretName: "other" } }, { stored: unknown }],
  ])(
    "with keyVault %s knows no password, and the expiry, which stays",
    (_what, before, last, news, expected) => {
      const outputs = preview(inputs(before), { ...last, expiry: "2026-03-01" }, inputs(news));
      expect(outputs).toMatchObject({ ...expected, expiry: "2026-03-01", rotatesOn: null });
    },
  );
});
