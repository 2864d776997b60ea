/** The passwords of a token: made once, kept, and secret. */
import { isSecret, type Properties, secret, unknown, urn } from "provider-protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CheckError } from "../support/engine.js";
import { generateCredentialsStatus } from "../support/generateCredentials.js";
import { nameOf, Stage, writes } from "../support/stage.js";

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.set();
});

afterAll(() => stage?.close());

test("creating has Azure make both passwords by one write, and they log in", async () => {
  const tokenId = await stage.newToken();
  const resource = stage.credentials();

  const requests = await stage.requestsOf(() => resource.up({ tokenId }));

  expect(writes(requests)).toEqual(["POST generateCredentials"]);
  expect(requests.find(({ url }) => url.includes("/generateCredentials"))?.status).toBe(
    generateCredentialsStatus,
  );
  expect(resource.saved.id).toBe(`${tokenId}/credentials`);
  const { username, password, passwords, current } = resource.exported;
  expect(username).toBe(nameOf(tokenId));
  expect(passwords.map(({ name }) => name)).toEqual(["password1", "password2"]);
  expect(current).toBe("password1");
  expect(password).toBe(resource.value("password1"));
  expect(resource.value("password2")).not.toBe(password);
  for (const { value } of passwords) {
    expect(await stage.canLogIn(username, value)).toBe(true);
  }
  expect(await stage.canLogIn(username, `${password}x`)).toBe(false);
});

test("a password of this token pulls what the scope map allows, and nothing else", async () => {
  await stage.newScopeMap("agent-only", "azureiotedge-agent");
  const tokenId = await stage.newToken({ scopeMap: "agent-only" });
  const resource = stage.credentials();
  await resource.up({ tokenId });

  const { username, password } = resource.exported;

  expect(await stage.client.canPull(username, password, "azureiotedge-agent", "1.5")).toBe(true);
  expect(await stage.client.canPull(username, password, "payroll", "latest")).toBe(false);
});

test("times are RFC 3339, to the millisecond those of Azure, and a password without expirationInDays has no expiry", async () => {
  const tokenId = await stage.newToken();
  const resource = stage.credentials();
  const before = stage.clock.now();

  await resource.up({ tokenId });

  const onAzure = await stage.client.slots(tokenId);
  for (const { name, creationTime, expiry } of resource.exported.passwords) {
    expect(creationTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(Date.parse(creationTime)).toBeGreaterThanOrEqual(before.getTime());
    const seen = onAzure.find((slot) => slot.name === name);
    expect(seen?.creationTime.slice(0, 23)).toBe(creationTime.slice(0, 23));
    expect(seen).not.toHaveProperty("expiry");
    expect(expiry).toBeNull();
  }
  expect(resource.slots).toEqual({
    password1: { count: 1, madeOn: stage.clock.day() },
    password2: { count: 1, madeOn: stage.clock.day() },
  });
});

test("with expirationInDays both passwords expire so many days from now, in Azure as well", async () => {
  const tokenId = await stage.newToken();
  const resource = stage.credentials();
  const started = stage.clock.now().getTime();

  await resource.up({ tokenId, expirationInDays: 90 });

  const onAzure = await stage.client.slots(tokenId);
  for (const { name, expiry } of resource.exported.passwords) {
    const days = (Date.parse(String(expiry)) - started) / 86_400_000;
    expect(days).toBeGreaterThanOrEqual(90);
    expect(days).toBeLessThan(90.01);
    expect(Date.parse(String(onAzure.find((slot) => slot.name === name)?.expiry))).toBe(
      Date.parse(String(expiry)),
    );
    expect(resource.slots[name]).toEqual({
      count: 1,
      madeOn: stage.clock.day(),
      expiresOn: stage.clock.day(90),
    });
  }
});

test("an up with nothing to do is no change, and asks Azure nothing", async () => {
  const tokenId = await stage.newToken();
  const resource = stage.credentials();
  const args = {
    tokenId,
    generation: "one",
    rotateEveryDays: 30,
    expirationInDays: 90,
    azure: { clientId: stage.azure.connection.clientId },
  };
  await resource.up(args);
  const before = resource.state;

  const requests = await stage.requestsOf(async () => {
    const preview = await resource.preview(args);
    expect(preview).toMatchObject({ operation: "same", changed: [] });
    expect((await resource.up(args)).operation).toBe("same");
  });

  expect(requests).toEqual([]);
  expect(resource.state).toEqual(before);
});

test("a token's id in other letter case, as Azure may answer it, changes nothing", async () => {
  const tokenId = await stage.newToken();
  const resource = stage.credentials();
  await resource.up({ tokenId });

  const preview = await resource.preview({ tokenId: tokenId.replace("resourceGroups", "resourcegroups") });

  expect(preview.operation).toBe("same");
});

test("whatever the program declares, the values and azure are secret in the state", async () => {
  const { clientId, clientSecret, tenantId } = stage.azure.connection;
  const tokenId = await stage.newToken();
  const azure = { clientId, clientSecret, tenantId };

  for (const declared of [azure, secret(azure), { ...azure, clientSecret: secret(clientSecret) }]) {
    const resource = stage.credentials();
    await resource.up({ tokenId, azure: declared });

    const { inputs, outputs } = resource.saved;
    expect(isSecret(inputs.azure)).toBe(true);
    expect(isSecret(outputs.azure)).toBe(true);
    expect(isSecret(outputs.password)).toBe(true);
    expect(isSecret(outputs.passwords)).toBe(true);
    const open = JSON.stringify([withoutSecrets(inputs), withoutSecrets(outputs)]);
    for (const { value } of resource.exported.passwords) {
      expect(open).not.toContain(value);
    }
    expect(open).not.toContain(clientSecret);
    await resource.refresh();
    expect(JSON.stringify(withoutSecrets(resource.saved.outputs))).toBe(
      JSON.stringify(withoutSecrets(outputs)),
    );
  }
});

test("what is wrong with the inputs is said on each property, all at once", async () => {
  const resource = stage.credentials();

  const error = await resource
    .up({ tokenId: "my-token", generation: 7, rotateEveryDays: 0, expirationInDays: "soon" })
    .catch((thrown: unknown) => thrown);

  expect(error).toBeInstanceOf(CheckError);
  const { failures } = error as CheckError;
  expect(failures.map(({ property }) => property).sort()).toEqual([
    "expirationInDays",
    "generation",
    "rotateEveryDays",
    "tokenId",
  ]);
  const reasons = Object.fromEntries(failures.map(({ property, reason }) => [property, reason]));
  expect(reasons.tokenId).toMatch(/^tokenId must be the resource id of a token, .* got "my-token"$/);
  expect(reasons.generation).toBe("generation must be a text, got one of type number");
  expect(reasons.rotateEveryDays).toBe(
    "rotateEveryDays must be a whole number of days from 1 to 36500, got 0",
  );
  expect(reasons.expirationInDays).toBe(
    'expirationInDays must be a whole number of days from 2 to 36500, got "soon"',
  );
});

test.for([
  { given: {}, property: "tokenId", reason: /^tokenId is required$/ },
  { given: { tokenId: null }, property: "tokenId", reason: /^tokenId is required$/ },
  { given: { tokenId: 7 }, property: "tokenId", reason: /must be a text, got one of type number/ },
  { given: { rotateEveryDays: 1.5 }, property: "rotateEveryDays", reason: /whole number.* got 1.5$/ },
  { given: { rotateEveryDays: 36_501 }, property: "rotateEveryDays", reason: /to 36500, got 36501$/ },
  { given: { expirationInDays: 1 }, property: "expirationInDays", reason: /from 2 to 36500, got 1$/ },
  {
    given: { expirationInDays: 30, rotateEveryDays: 30 },
    property: "expirationInDays",
    reason: /must be more than rotateEveryDays.* got 30 with rotateEveryDays 30$/,
  },
])("$given is refused on $property", async ({ given, property, reason }) => {
  const complete =
    property === "tokenId" ? given : { tokenId: `${stage.registryId()}/tokens/some-token`, ...given };

  const error = await stage
    .credentials()
    .preview(complete)
    .catch((thrown: unknown) => thrown);

  expect((error as CheckError).failures).toEqual([
    { property, reason: expect.stringMatching(reason) as unknown as string },
  ]);
});

test("a preview may not know the token yet, nor the period, nor the generation", async () => {
  const resource = stage.credentials();

  const fresh = await resource.preview({
    tokenId: unknown,
    generation: unknown,
    rotateEveryDays: unknown,
    expirationInDays: 90,
  });
  expect(fresh.operation).toBe("create");
  expect(fresh.inputs).toMatchObject({ tokenId: unknown, generation: unknown, rotateEveryDays: unknown });

  const tokenId = await stage.newToken();
  await resource.up({ tokenId, rotateEveryDays: 30 });
  expect((await resource.preview({ tokenId, rotateEveryDays: unknown })).operation).toBe("update");
  expect((await resource.preview({ tokenId: unknown, rotateEveryDays: 30 })).operation).toBe("replace");
});

test("another token replaces: the new one's passwords exist before the old ones go", async () => {
  const tokenId = await stage.newToken();
  const otherId = await stage.newToken();
  const resource = stage.credentials();
  await resource.up({ tokenId });
  const old = resource.exported;

  expect((await resource.preview({ tokenId: otherId })).operation).toBe("replace");
  const writes = await stage.writesOf(() => resource.up({ tokenId: otherId }));

  expect(writes).toEqual(["POST generateCredentials", `PATCH ${nameOf(tokenId)}`]);
  const { username, password } = resource.exported;
  expect(username).toBe(nameOf(otherId));
  expect(await stage.canLogIn(username, password)).toBe(true);
  expect(await stage.canLogIn(old.username, old.password)).toBe(false);
  expect(await stage.client.slots(tokenId)).toEqual([]);
});

test("--replace makes both passwords new at once, and deleting the old ones leaves the new ones alone", async () => {
  const tokenId = await stage.newToken();
  const resource = stage.credentials();
  await resource.up({ tokenId });
  const old = resource.exported;

  const writes = await stage.writesOf(() => resource.up({ tokenId }, { replace: true }));

  expect(writes).toEqual(["POST generateCredentials"]);
  const { username, passwords } = resource.exported;
  for (const { value } of old.passwords) {
    expect(await stage.canLogIn(username, value)).toBe(false);
  }
  for (const { value } of passwords) {
    expect(await stage.canLogIn(username, value)).toBe(true);
  }
});

test("creating for a token that is not there says so", async () => {
  const tokenId = `${stage.registryId()}/tokens/no-such-token`;

  await expect(stage.credentials().up({ tokenId })).rejects.toThrow(
    /could not make password1 and password2 of token no-such-token of registry myregistry .*Azure answered 404 ResourceNotFound .*request id [\w-]+; run pulumi refresh/,
  );
});

test("nothing secret is in what the plugin said", async () => {
  const { clientId, clientSecret, tenantId } = stage.azure.connection;
  const tokenId = await stage.newToken();
  const resource = stage.credentials();
  const args = { tokenId, azure: { clientId, clientSecret, tenantId } };
  await resource.up({ ...args, generation: "one" });
  const first = resource.exported.passwords;
  await resource.up({ ...args, generation: "two" });
  await resource.refresh();
  stage.azure.faults.add({ kind: "answer", status: 400, method: "POST", path: /generateCredentials/ });
  const error = await resource.up({ ...args, generation: "three" }).catch((thrown: Error) => thrown);
  const values = [...first, ...resource.exported.passwords].map(({ value }) => value);

  for (const hidden of [...values, clientSecret]) {
    expect(stage.said).not.toContain(hidden);
    expect(String(error)).not.toContain(hidden);
  }
  expect(error).toBeInstanceOf(Error);
});

/** What is left of properties where nobody may look into the envelopes. */
function withoutSecrets(properties: Properties): unknown {
  return JSON.parse(JSON.stringify(properties, (_, value) => (isSecret(value) ? "[secret]" : value)));
}

test("they cannot be imported, since Azure shows no password again, and the error says what to do", async () => {
  const tokenId = await stage.newToken();

  await expect(
    stage.plugin.read(`${tokenId}/credentials`, urn("acr-token:index:TokenCredentials", "imported"), {}),
  ).rejects.toThrow(
    /cannot be imported: Azure shows a password only to the one who had it made, so let pulumi up/,
  );
});

test("a secret generation stays a secret in the state", async () => {
  const resource = stage.credentials();
  await resource.up({ tokenId: await stage.newToken(), generation: secret("hush") });

  expect(isSecret(resource.saved.outputs.generation)).toBe(true);
});

test("what is wrong with the identity is said on each setting, without its value", async () => {
  const tokenId = `${stage.registryId()}/tokens/some-token`;
  const error = await stage
    .credentials()
    .preview({
      tokenId,
      azure: { clientSecert: "hush", clientSecret: 123456, useOidc: "yes", tenantId: unknown },
    })
    .catch((thrown: unknown) => thrown);

  const { failures } = error as CheckError;
  expect(failures.map(({ property }) => property).sort()).toEqual([
    "azure.clientSecert",
    "azure.clientSecret",
    "azure.useOidc",
  ]);
  const said = failures.map(({ reason }) => reason).join("\n");
  expect(said).toContain("azure.clientSecert is no setting: there are clientId, tenantId, clientSecret");
  expect(said).toContain("azure.clientSecret must be of type string, got one of type number");
  expect(said).toContain("azure.useOidc must be of type boolean, got one of type string");
  expect(said).not.toMatch(/hush|123456|yes/);
});

test("the identity is a secret in what a refresh with a loss writes", async () => {
  const tokenId = await stage.newToken();
  const resource = stage.credentials();
  const { clientId, clientSecret, tenantId, metadataHost } = stage.azure.connection;
  await resource.up({ tokenId, azure: { clientId, clientSecret, tenantId, metadataHost } });
  await stage.client.keepOnly(tokenId, ["password1"]);

  await resource.refresh();

  expect(resource.saved.inputs.slots).toMatchObject({ password2: { lost: expect.any(String) } });
  expect(isSecret(resource.saved.inputs.azure)).toBe(true);
  expect(isSecret(resource.saved.outputs.azure)).toBe(true);
});
