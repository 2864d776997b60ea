/** What others do to a secret, and what a vault refuses: found by refresh or by the preview, and repaired without a lockout. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { arm } from "../../packages/local-azure/tests/support.js";
import { vaultBody, vaultPath } from "../../packages/local-azure/tests/vaultSupport.js";
import { TestEnvironment } from "../support/testEnvironment.js";
import { TestVault } from "../support/vault.js";
import { newTokenFor } from "../support/vaultToken.js";

let environment: TestEnvironment;
let vault: TestVault;

beforeAll(async () => {
  environment = await TestEnvironment.start();
  vault = await TestVault.create(environment);
});

afterAll(() => environment?.close());

async function newToken(others?: object) {
  const { inVault: args, ...token } = await newTokenFor(environment, vault, others);
  return { ...token, args };
}

const withoutVersion = expect.objectContaining({ operation: "update" });

describe("a secret that someone else has changed", () => {
  test.each<[string, (secret: string) => Promise<unknown>, RegExp]>([
    [
      "by disabling its newest version",
      async (secret) => vault.setEnabled((await vault.versions(secret)).at(-1)?.id ?? "", false),
      /its version of the secret was disabled/,
    ],
    ["by deleting it", (secret) => vault.send("DELETE", `secrets/${secret}`), /the secret was deleted/],
    [
      "by deleting and purging it",
      async (secret) => {
        await vault.send("DELETE", `secrets/${secret}`);
        await vault.send("DELETE", `deletedsecrets/${secret}`);
      },
      /the secret was deleted/,
    ],
    [
      "by writing a version",
      (secret) => vault.write(secret, "mine"),
      /a newer version of the secret was written/,
    ],
  ])("%s, is repaired by a rotation, and clients with the password keep it", async (_, change, reason) => {
    const { credentials, args, secret, canLogIn } = await newToken();
    await credentials.up(args);
    const first = await vault.value(secret);
    await change(secret);
    expect((await credentials.preview(args)).operation, "without a refresh nobody is asked").toBe("same");

    await credentials.refresh();

    expect(credentials.slots.password1).toMatchObject({ unavailable: expect.stringMatching(reason) });
    const step = await credentials.preview(args);
    expect(step).toEqual(withoutVersion);
    expect(step.changed).toEqual(expect.arrayContaining(["current", "slots.password2.madeOn"]));
    await credentials.up(args);
    const second = await vault.value(secret);
    for (const value of [first, second]) {
      expect(await canLogIn(value)).toBe(true);
    }
    expect(second).not.toBe(first);
    expect(credentials.slots.password1).not.toHaveProperty("unavailable");
    await credentials.refresh();
    expect((await credentials.preview(args)).operation).toBe("same");
  });

  test("is not rotated if it was changed back before the next run", async () => {
    const { credentials, args, secret } = await newToken();
    await credentials.up(args);
    const [version] = await vault.versions(secret);
    await vault.setEnabled(version?.id ?? "", false);
    await credentials.refresh();
    await vault.setEnabled(version?.id ?? "", true);
    await credentials.refresh();
    expect((await credentials.preview(args)).operation).toBe("same");
  });

  test("is repaired only after an overlap that is promised", async () => {
    const { credentials, args, secret, canLogIn } = await newToken({ overlapDays: 5 });
    await credentials.up(args);
    const first = await vault.value(secret);
    const rotated = { ...args, generation: "two" };
    await credentials.up(rotated);
    const second = await vault.value(secret);
    await vault.setEnabled((await vault.versions(secret)).at(-1)?.id ?? "", false);
    await credentials.refresh();

    expect((await credentials.preview(rotated)).operation).toBe("same");
    expect(await canLogIn(first)).toBe(true);
    environment.clock.advance(6);
    await credentials.up(rotated);
    expect(await canLogIn(second)).toBe(true);
    expect(await canLogIn(await vault.value(secret))).toBe(true);
  });
});

describe("a password that someone else has regenerated or cleared on the token", () => {
  test("is regenerated in its slot if it is the current one, as the next version", async () => {
    const { tokenId, credentials, args, secret, canLogIn } = await newToken();
    await credentials.up(args);
    const rotated = { ...args, generation: "two" };
    const first = await vault.value(secret);
    await credentials.up(rotated);
    await environment.client.generate(tokenId, "password2");

    await credentials.refresh();
    await credentials.up(rotated);

    const now = await vault.value(secret);
    expect(credentials.exported.current).toBe("password2");
    for (const value of [first, now]) {
      expect(await canLogIn(value)).toBe(true);
    }
    await credentials.refresh();
    expect((await credentials.preview(rotated)).operation).toBe("same");
  });

  test("is not made again if it is the previous one: nobody could get it", async () => {
    const { tokenId, credentials, args, secret, canLogIn } = await newToken();
    await credentials.up(args);
    const rotated = { ...args, generation: "two" };
    await credentials.up(rotated);
    await environment.client.keepOnly(tokenId, ["password2"]);

    await credentials.refresh();
    await credentials.up(rotated);

    expect((await environment.client.slots(tokenId)).map(({ name }) => name)).toEqual(["password2"]);
    expect(await canLogIn(await vault.value(secret))).toBe(true);
    expect((await vault.versions(secret)).map(({ attributes }) => attributes.enabled)).toEqual([false, true]);
    await credentials.refresh();
    expect((await credentials.preview(rotated)).operation).toBe("same");
  });
});

describe("a preview refuses, and no password is generated", () => {
  async function refusal(args: object): Promise<string> {
    const { credentials, args: given } = await newToken(args);
    let message = "";
    const requests = await environment.requestsOf(async () => {
      const error = await credentials.preview({ ...given, generation: "new" }).catch((thrown) => thrown);
      message = (error as Error).message;
    });
    expect(requests.filter(({ method, host }) => method !== "GET" && host !== "authority")).toEqual([]);
    return message;
  }

  test("a secret that is not ours, with what to do", async () => {
    await vault.write("foreign", "mine", { owner: "someone" });
    const keyVault = { vaultUri: vault.uri, secretName: "foreign" };
    expect(await refusal({ keyVault })).toMatch(
      /keyVault cannot be used: secret foreign of the vault \S+ was not written by this provider, as its tags show, so it is left alone\. Choose another keyVault\.secretName, or delete and purge/,
    );
    expect(await vault.value("foreign")).toBe("mine");
    await vault.send("DELETE", "secrets/foreign");
    expect(await refusal({ keyVault })).toContain("It is deleted, and its name is taken until it is purged");
  });

  test("the secret of another token", async () => {
    const { credentials, args, secret, username } = await newToken();
    await credentials.up(args);
    expect(await refusal({ keyVault: { vaultUri: vault.uri, secretName: secret } })).toContain(
      `holds the password of token ${username} of registry myregistry, so it is left alone`,
    );
  });

  test("a vault that is not of this cloud, and sends nothing to it", async () => {
    const message = await refusal({
      keyVault: { vaultUri: "https://myvault.vault.azure.net.evil.example/" },
    });
    expect(message).toMatch(/is not the host of a key vault of this cloud: it must be below 127\.0\.0\.1/);
  });

  test("an argument that is wrong", async () => {
    expect(await refusal({ keyVault: { vaultUri: "myvault" } })).toContain(
      'keyVault.vaultUri must be the address of a vault such as "https://myvault.vault.azure.net/", got "myvault"',
    );
    expect(await refusal({ keyVault: { vaultUri: vault.uri, secretName: "a_b" } })).toContain(
      "keyVault.secretName must be 1 to 127 letters, digits and hyphens",
    );
  });

  test.each<[string, object, RegExp]>([
    [
      "an access policy that is missing",
      { enableRbacAuthorization: false, accessPolicies: [] },
      /403 Forbidden AccessDenied .*; add an access policy to the vault .* get, list, set, delete and recover/,
    ],
    [
      "a vault without public network access",
      { publicNetworkAccess: "Disabled" },
      /403 Forbidden ForbiddenByConnection .*; the vault .* allows private endpoints only/,
    ],
    [
      "a firewall that does not let this machine in",
      { networkAcls: { defaultAction: "Deny" } },
      /403 Forbidden ForbiddenByFirewall .*; allow the address of this machine in the firewall of the vault/,
    ],
  ])("%s", async (_, properties, said) => {
    const request = await arm(environment.azure);
    const put = (given: object) =>
      request("PUT", vaultPath(environment.azure), vaultBody(environment.azure, given));
    await put(properties);
    try {
      expect(await refusal({})).toMatch(said);
    } finally {
      await put({});
    }
    await put({});
  });

  test("a role that is missing, by its name", async () => {
    const { other, tenantId } = environment.azure.connection;
    const azure = { clientId: other.clientId, clientSecret: other.clientSecret, tenantId };
    expect(await refusal({ azure })).toMatch(
      /403 Forbidden ForbiddenByRbac .*; give the identity the role Key Vault Secrets Officer on the vault/,
    );
  });

  test("a vault that is deleted", async () => {
    const request = await arm(environment.azure);
    await request("DELETE", vaultPath(environment.azure));
    expect(await refusal({})).toMatch(
      /404 VaultNotFound .*; check keyVault\.vaultUri: there is no vault of this name/,
    );
    await request(
      "PUT",
      vaultPath(environment.azure),
      vaultBody(environment.azure, { createMode: "recover" }),
    );
  });
});
