import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { TokenAccess } from "../../components/index";
import { args, create } from "./createToken";
import { Engine, passwords, registryId, resolved } from "./engine";

let engine: Engine;

beforeEach(async () => {
  engine = await Engine.start();
});

afterEach(Engine.stop);

describe("the login server", () => {
  test("is the host that the provider finds; the program sends no request", async () => {
    const { outputs } = await create();
    expect(engine.calls).toEqual([]);
    expect(outputs.loginServer).toBe("myregistry-hash.azurecr.io");
  });

  test("is the given one", async () => {
    const { outputs } = await create({ ...args, loginServer: "registry.example:8443" });
    expect(engine.calls).toEqual([]);
    expect(outputs.loginServer).toBe("registry.example:8443");
    expect(Object.keys(JSON.parse(outputs.dockerConfigJson).auths)).toEqual(["registry.example:8443"]);
  });
});

test("additional hosts have entries beside the login server's, also if a host is an output", async () => {
  const additionalHosts = ["myregistry.westeurope.geo.azurecr.io", pulumi.output("$upstream:8000")];
  const { outputs } = await create({ ...args, additionalHosts });
  expect(Object.keys(JSON.parse(outputs.dockerConfigJson).auths)).toEqual([
    "myregistry-hash.azurecr.io",
    "myregistry.westeurope.geo.azurecr.io",
    "$upstream:8000",
  ]);
  const addresses = Object.entries(outputs.edgeRegistryCredentials).map(([key, { address }]) => [
    key,
    address,
  ]);
  expect(Object.fromEntries(addresses)).toEqual({
    myregistry: "myregistry-hash.azurecr.io",
    "myregistry-2": "myregistry.westeurope.geo.azurecr.io",
    "myregistry-3": "$upstream:8000",
  });
});

describe("with keyVault", () => {
  const keyVault = { vaultUri: "https://myvault.vault.azure.net/", secretName: "edge" };

  test("every output with a password is undefined, and the outputs have the secret's addresses", async () => {
    const id = "https://myvault.vault.azure.net/secrets/edge";
    engine.credentials = { passwordSecretId: id, passwordSecretVersionId: `${id}/1` };
    const { outputs, options } = await create({ ...args, keyVault });
    for (const name of [
      "password",
      "password1",
      "password2",
      "credentials",
      "dockerConfigJson",
      "edgeRegistryCredentials",
    ]) {
      expect(outputs, name).toHaveProperty(name, undefined);
    }
    // The mocks answer with passwords all the same: none is under another name.
    expect(JSON.stringify(outputs)).not.toContain("value-of-");
    expect(outputs).toMatchObject({
      passwordSecretId: id,
      passwordSecretVersionId: `${id}/1`,
      username: "client-1",
      currentPasswordName: "password2",
    });
    // The secret has to be deleted, although the token goes.
    expect(options("acr-token:index:TokenCredentials").deletedWith).toBeUndefined();
  });

  test("an invalid host is an error of the argument", async () => {
    const error: Error = await create({ ...args, keyVault: { vaultUri: "myvault" } }).catch(
      (thrown) => thrown,
    );
    expect(error.message).toContain("keyVault.vaultUri: must be the address of a vault");
  });
});

describe("the outputs", () => {
  test("hold the ids, the names, and the passwords in every shape", async () => {
    const { outputs } = await create();
    expect(outputs).toEqual({
      tokenId: `${registryId}/tokens/client-1`,
      scopeMapId: `${registryId}/scopeMaps/client-1-scope-map`,
      loginServer: "myregistry-hash.azurecr.io",
      username: "client-1",
      password: "value-of-2",
      password1: "value-of-1",
      password2: "value-of-2",
      credentials: { activeDirectoryObject: null, certificates: [], passwords, username: "client-1" },
      currentPasswordName: "password2",
      expiry: "2027-11-24T00:00:00.000Z",
      rotatesOn: "2027-05-24",
      dockerConfigJson: expect.any(String),
      edgeRegistryCredentials: {
        myregistry: {
          address: "myregistry-hash.azurecr.io",
          username: "client-1",
          password: "value-of-2",
        },
      },
    });
    expect(JSON.parse(outputs.dockerConfigJson)).toEqual({
      auths: {
        "myregistry-hash.azurecr.io": {
          username: "client-1",
          password: "value-of-2",
          auth: Buffer.from("client-1:value-of-2").toString("base64"),
        },
      },
    });
  });

  test("are secret exactly if they hold a password", async () => {
    const { token } = await create();
    const secrets = await Promise.all(
      Object.entries(token.outputs).map(
        async ([name, output]) => [name, await pulumi.isSecret(output as pulumi.Output<unknown>)] as const,
      ),
    );
    expect(Object.fromEntries(secrets)).toEqual({
      tokenId: false,
      scopeMapId: false,
      loginServer: false,
      username: false,
      password: true,
      password1: true,
      password2: true,
      credentials: true,
      currentPasswordName: false,
      expiry: false,
      rotatesOn: false,
      dockerConfigJson: true,
      edgeRegistryCredentials: true,
      passwordSecretId: false,
      passwordSecretVersionId: false,
    });
  });

  test("are all properties of the resource", async () => {
    const { token } = await create();
    for (const [name, output] of Object.entries(token.outputs)) {
      expect(token[name as keyof typeof token.outputs], name).toBe(output);
    }
  });
});

test("expiry and rotatesOn are undefined if the password neither expires nor is rotated by time", async () => {
  for (const nothing of [null, undefined]) {
    engine.credentials = { expiry: nothing, rotatesOn: nothing };
    const { outputs } = await create();
    expect([outputs.expiry, outputs.rotatesOn]).toEqual([undefined, undefined]);
  }
});

test("a lost password is in no output, and the other password is", async () => {
  engine.credentials = { password: undefined, passwords: pulumi.secret(passwords.slice(0, 1)) };
  const { outputs } = await create();
  const { password, password1, password2, dockerConfigJson, edgeRegistryCredentials } = outputs;
  expect({ password, password1, password2, dockerConfigJson, edgeRegistryCredentials }).toEqual({
    password1: "value-of-1",
  });
});

test("a TokenAccess needs no options", async () => {
  const access = new TokenAccess("client-1", { tokenId: `${registryId}/tokens/client-1`, scopeMapId: "map" });
  expect(await resolved(access.scopeMapId)).toBe("map");
});
