import { expect, test } from "vitest";
import {
  arm,
  group,
  HandClock,
  makeToken,
  quick,
  registry,
  registryOf,
  registryPath,
  sdk,
  startAzure,
} from "./support.js";

test("without a name both passwords are generated, and the user name is the token's name", async () => {
  const azure = await startAzure();
  const { name, passwords } = await makeToken(azure);

  expect(passwords[0]).not.toBe(passwords[1]);
  for (const password of passwords) {
    expect(password).toMatch(/^[A-Za-z0-9+/]{52}$/);
    expect(await registryOf(azure).login(name, password)).toBe(200);
  }
});

test("with a name only this slot is generated; the response lists both slots, with a value only for the new password", async () => {
  const azure = await startAzure();
  const { id, name, passwords } = await makeToken(azure);

  const made = await sdk(azure).registries.generateCredentials(
    group,
    registry,
    { tokenId: id, name: "password2" },
    quick,
  );

  expect(made.username).toBe(name);
  expect(made.passwords?.map((password) => [password.name, typeof password.value])).toEqual([
    ["password1", "undefined"],
    ["password2", "string"],
  ]);
  expect(await registryOf(azure).login(name, passwords[0])).toBe(200);
  expect(await registryOf(azure).login(name, passwords[1])).toBe(401);
  expect(await registryOf(azure).login(name, made.passwords?.[1].value ?? "")).toBe(200);
});

test("only the response to the generation has the value", async () => {
  const azure = await startAzure();
  const { id, passwords } = await makeToken(azure);
  const request = await arm(azure);

  const answers = [
    await request("GET", id),
    await request("GET", registryPath(azure, "/tokens")),
    await request("PATCH", id, { properties: { status: "disabled" } }),
  ];
  const made = await request("POST", registryPath(azure, "/generateCredentials"), {
    tokenId: id,
    name: "password1",
  });

  for (const { text } of [...answers, made]) {
    expect(text).not.toContain(passwords[0]);
    expect(text).not.toContain(passwords[1]);
  }
  for (const { text } of answers) {
    expect(text).not.toContain('"value":"');
  }
  expect(made.text.match(/"value":"/g)).toHaveLength(1);
});

test("it returns 200 with the passwords, which have no expiry if they never expire", async () => {
  const azure = await startAzure();
  const { id, name } = await makeToken(azure);
  const request = await arm(azure);

  const answer = await request("POST", registryPath(azure, "/generateCredentials"), { tokenId: id });

  expect(answer.status).toBe(200);
  expect(answer.headers).not.toHaveProperty("location");
  expect(answer.body).toEqual({
    username: name,
    passwords: ["password1", "password2"].map((name) => ({
      name,
      creationTime: expect.any(String),
      value: expect.stringMatching(/^.{52}$/),
    })),
  });
});

test("it returns 202 with Location and Retry-After if configured, and the result at the Location when it is done", async () => {
  const azure = await startAzure({ operationMs: 1_500, generateCredentialsStatus: 202 });
  const { id } = await makeToken(azure);
  const request = await arm(azure);

  const accepted = await request("POST", registryPath(azure, "/generateCredentials"), { tokenId: id });
  const location = accepted.headers.location ?? "";
  const during = await request("GET", location);

  expect(accepted.status).toBe(202);
  expect(accepted.text).toBe("");
  expect(Number(accepted.headers["retry-after"])).toBeGreaterThan(0);
  expect([during.status, during.text]).toEqual([202, ""]);
  await expect.poll(async () => (await request("GET", location)).status).toBe(200);
  const { body } = await request("GET", location);
  expect(body.passwords.map(({ value }: { value: string }) => value.length)).toEqual([52, 52]);
});

test.each([200, 202] as const)("Azure's client works with the status %s", async (status) => {
  const azure = await startAzure({ generateCredentialsStatus: status });
  const { name, passwords } = await makeToken(azure);

  expect(await registryOf(azure).login(name, passwords[1])).toBe(200);
  expect(azure.requests.find(({ url }) => url.includes("/generateCredentials"))?.status).toBe(status);
});

test("creationTime is Azure's time with up to seven digits, and a password without an expiry has none in the response", async () => {
  const clock = new HandClock(new Date("2030-05-06T07:08:09.123Z"));
  const azure = await startAzure({ now: clock.now });
  const { id } = await makeToken(azure);
  const request = await arm(azure);

  const { passwords } = (await request("GET", id)).body.properties.credentials;

  expect(passwords).toHaveLength(2);
  for (const password of passwords) {
    expect(password.creationTime).toMatch(/^2030-05-06T07:08:09\.123(\d{0,3}[1-9])?\+00:00$/);
    expect(Object.keys(password).sort()).toEqual(["creationTime", "name"]);
  }
  expect(passwords[0].creationTime).not.toBe(passwords[1].creationTime);
});

test.each([
  ["2030-02-01T00:00:59.000Z", "2030-02-01T00:00:59+00:00"],
  ["2030-02-01T00:00:59Z", "2030-02-01T00:00:59+00:00"],
  ["2030-02-01T00:00:59.500Z", "2030-02-01T00:00:59.5+00:00"],
  ["2030-02-01T00:00:59.0000010Z", "2030-02-01T00:00:59.000001+00:00"],
  ["2030-02-01T00:00:59.123456789Z", "2030-02-01T00:00:59.1234567+00:00"],
  ["2030-02-01T02:00:59.12+02:00", "2030-02-01T00:00:59.12+00:00"],
])("the expiry %s is returned as %s, also if a PATCH sends it", async (sent, normalized) => {
  const azure = await startAzure({ now: new HandClock().now });
  const { id } = await makeToken(azure);
  const request = await arm(azure);
  const expiries = (passwords: { expiry?: string }[]) => passwords.map(({ expiry }) => expiry);

  const made = await request("POST", registryPath(azure, "/generateCredentials"), {
    tokenId: id,
    name: "password1",
    expiry: sent,
  });
  const read = async () => (await request("GET", id)).body.properties.credentials.passwords;

  expect(expiries(made.body.passwords)).toEqual([normalized, undefined]);
  expect(expiries(await read())).toEqual([normalized, undefined]);
  await request("PATCH", id, {
    properties: { credentials: { passwords: [{ name: "password1" }, { name: "password2", expiry: sent }] } },
  });
  expect(expiries(await read())).toEqual([undefined, normalized]);
});

test("the expiry applies to the generated slots and must be in the future", async () => {
  const clock = new HandClock(new Date("2030-01-01T00:00:00Z"));
  const azure = await startAzure({ now: clock.now });
  const { id } = await makeToken(azure);
  const request = await arm(azure);
  const generate = (body: object) =>
    request("POST", registryPath(azure, "/generateCredentials"), { tokenId: id, ...body });

  expect((await generate({ name: "password1", expiry: "2030-02-01T00:00:00Z" })).status).toBe(200);
  const { passwords } = (await request("GET", id)).body.properties.credentials;
  expect(passwords.map(({ expiry }: { expiry?: string }) => expiry)).toEqual([
    "2030-02-01T00:00:00+00:00",
    undefined,
  ]);
  for (const expiry of ["2029-12-31T23:59:59Z", "2030-01-01T00:00:00Z", "tomorrow", "2030-02-01"]) {
    const { status, body } = await generate({ expiry });
    expect([expiry, status, body.error.code]).toEqual([expiry, 400, "InvalidTokenPasswordExpiry"]);
  }
});

test("a name other than password1 and password2 is refused", async () => {
  const azure = await startAzure();
  const { id } = await makeToken(azure);
  const request = await arm(azure);

  const answer = await request("POST", registryPath(azure, "/generateCredentials"), {
    tokenId: id,
    name: "password",
  });

  expect([answer.status, answer.body.error.code]).toEqual([400, "InvalidTokenPasswordName"]);
});

test("the token must belong to the registry", async () => {
  const azure = await startAzure();
  const request = await arm(azure);
  const generate = async (body: object) => {
    const { status, body: answer } = await request("POST", registryPath(azure, "/generateCredentials"), body);
    return [status, answer.error.code];
  };

  expect(await generate({ tokenId: registryPath(azure, "/tokens/nothere") })).toEqual([
    404,
    "ResourceNotFound",
  ]);
  expect(await generate({ tokenId: registryPath(azure, "/tokens/edge-1", "another1") })).toEqual([
    400,
    "InvalidTokenId",
  ]);
  expect(await generate({})).toEqual([400, "InvalidTokenId"]);
});
