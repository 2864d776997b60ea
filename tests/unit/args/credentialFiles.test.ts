import { expect, test } from "vitest";
import {
  azCredentials,
  dockerConfigJson,
  edgeRegistryCredentials,
  type Password,
} from "../../../components/args/credentialFiles";

const passwords: Password[] = [
  { name: "password1", value: "one", creationTime: "2026-11-24T00:00:00.000Z", expiry: null },
  {
    name: "password2",
    value: "two",
    creationTime: "2026-11-24T00:00:01.000Z",
    expiry: "2027-11-24T00:00:00.000Z",
  },
];

test("credentials have the keys of az acr token create", () => {
  expect(JSON.parse(JSON.stringify(azCredentials("mytoken", passwords)))).toEqual({
    activeDirectoryObject: null,
    certificates: [],
    passwords: [
      { creationTime: "2026-11-24T00:00:00.000Z", expiry: null, name: "password1", value: "one" },
      {
        creationTime: "2026-11-24T00:00:01.000Z",
        expiry: "2027-11-24T00:00:00.000Z",
        name: "password2",
        value: "two",
      },
    ],
    username: "mytoken",
  });
});

test("a Docker config logs in to the host with the base64 of username and password", () => {
  const config = JSON.parse(dockerConfigJson(["myregistry.azurecr.io"], "mytoken", "pass:wörd+/="));
  expect(config).toEqual({
    auths: {
      "myregistry.azurecr.io": {
        username: "mytoken",
        password: "pass:wörd+/=",
        auth: expect.any(String),
      },
    },
  });
  const { auth } = config.auths["myregistry.azurecr.io"];
  expect(auth).toBe("bXl0b2tlbjpwYXNzOnfDtnJkKy89");
  expect(Buffer.from(auth, "base64").toString("utf8")).toBe("mytoken:pass:wörd+/=");
});

test("a Docker config keeps the port of its host", () => {
  expect(Object.keys(JSON.parse(dockerConfigJson(["127.0.0.1:8443"], "mytoken", "x")).auths)).toEqual([
    "127.0.0.1:8443",
  ]);
});

test("an IoT Edge manifest's entry stands under the registry's name and names the host", () => {
  expect(edgeRegistryCredentials("myregistry", ["myregistry-abc.azurecr.io"], "mytoken", "one")).toEqual({
    myregistry: { address: "myregistry-abc.azurecr.io", username: "mytoken", password: "one" },
  });
});

const regional = "myregistry.westeurope.geo.azurecr.io";

test("a Docker config logs in to each of several hosts with the same login, and with a duplicate host once", () => {
  const { auths } = JSON.parse(dockerConfigJson(["a.azurecr.io", regional, "a.azurecr.io"], "mytoken", "x"));
  const login = { username: "mytoken", password: "x", auth: "bXl0b2tlbjp4" };
  expect(auths).toEqual({ "a.azurecr.io": login, [regional]: login });
});

test("an IoT Edge manifest has an entry for each of several hosts under a key that the agent takes", () => {
  const hosts = ["a.azurecr.io", regional, "a.azurecr.io", "$upstream:8000"];
  const entries = edgeRegistryCredentials("myregistry", hosts, "mytoken", "x");
  const login = { username: "mytoken", password: "x" };
  expect(entries).toEqual({
    myregistry: { address: "a.azurecr.io", ...login },
    "myregistry-2": { address: regional, ...login },
    "myregistry-3": { address: "$upstream:8000", ...login },
  });
  for (const key of Object.keys(entries)) {
    // The pattern of the schema of a deployment manifest.
    expect(key).toMatch(/^[^+$#\s.]+$/);
  }
});

test("hosts are in lower case, as Docker's clients look them up", () => {
  expect(Object.keys(JSON.parse(dockerConfigJson(["MyRegistry.azurecr.IO"], "mytoken", "x")).auths)).toEqual([
    "myregistry.azurecr.io",
  ]);
  const { MyRegistry } = edgeRegistryCredentials("MyRegistry", ["MyRegistry.azurecr.IO"], "mytoken", "x");
  expect(MyRegistry?.address).toBe("myregistry.azurecr.io");
});
