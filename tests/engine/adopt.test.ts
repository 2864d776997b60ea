import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect, it, onTestFinished } from "vitest";
import type { AdoptArgs } from "../../components/index";
import { arm, makeToken, registryOf, registryPath } from "../../packages/local-azure/tests/support";
import { SharedClock } from "../support/clock";
import {
  expectLogin,
  expectRefused,
  expectSettled,
  madeElsewhere,
  name,
  stepsOf,
  types,
  writesSince,
} from "./adoption";
import { change } from "./clientToken";
import { describeWith, describeWithCli, onlyAtFullSize, TestStack } from "./support";

describeWithCli("a token is adopted under pulumi", () => {
  it("with both passwords, without a write, and then works as any other token", async () => {
    const { test, args, tokenId, passwords } = await madeElsewhere();
    const [password1, password2] = passwords;
    const adopt = { tokenId, password1, password2 };
    change(args, { adopt, rotationTriggers: { audit: "2026" } });

    const before = test.azure.requests.length;
    const preview = await test.preview();
    expect(stepsOf(preview)).toEqual(types);
    expect(preview.text).toMatch(/current\s*: "password1"/);
    expect(preview.text).not.toContain(password1);
    expect(stepsOf(await test.up())).toEqual(types);

    expect(writesSince(test, before)).toEqual([]);
    expect(await test.passwords()).toEqual({ password: password1, password1, password2 });
    await expectLogin(test, password1, password2);
    await expectSettled(test, args);
    await expectLogin(test, password1, password2);

    change(args, { adopt, rotationTriggers: { audit: "2027" } });
    expect((await test.preview()).text).toMatch(/current\s*: "password1" => "password2"/);
    await test.up();
    await expectLogin(test, password1, (await test.passwords()).password);
    expect(await test.login(name, password2)).toBe(401);
  });

  it("with a scope map of other actions: the scope map is updated, and the token is not", async () => {
    const { test, args, tokenId, passwords } = await madeElsewhere();
    const [password1] = passwords;
    const adopt = { tokenId, password1 };
    change(args, { adopt, repositories: { payroll: ["content/read"] } });

    const before = test.azure.requests.length;
    expect(stepsOf(await test.preview())).toEqual([types[0], "ScopeMap update", ...types.slice(1)]);
    await test.up();

    expect(writesSince(test, before)).toEqual([`PUT scopeMaps/${name}-scope-map`]);
    const token = await registryOf(test.azure).accessToken(name, password1, "repository:payroll:pull");
    const { status } = await registryOf(test.azure).request(token, "/v2/payroll/manifests/latest");
    expect(status).toBe(200);
    await expectSettled(test, args);
  });
});

describeWith("a token is adopted under pulumi, onto another scope map", onlyAtFullSize, () => {
  it("onto an existing scope map, by a PATCH; its old scope map stays", async () => {
    const { test, args, tokenId, scopeMapId, passwords } = await madeElsewhere();
    const pull = registryPath(test.azure, "/scopeMaps/_repositories_pull");
    change(args, { adopt: { tokenId, password1: passwords[0] }, scopeMapId: pull });

    const before = test.azure.requests.length;
    await test.up();

    expect(writesSince(test, before)).toEqual([`PATCH tokens/${name}`]);
    await expectLogin(test, ...passwords);
    expect((await (await arm(test.azure))("GET", scopeMapId)).status).toBe(200);
    await expectSettled(test, args);
  });
});

describeWith("a token is adopted under pulumi, in another form", onlyAtFullSize, () => {
  it("and a --replace with adopt fails and says why the passwords stayed the same", async () => {
    const { test, args, tokenId, passwords } = await madeElsewhere();
    const [password1] = passwords;
    change(args, { adopt: { tokenId, password1 }, rotationTriggers: { audit: "2026" } });
    await test.up();
    change(args, { rotationTriggers: { audit: "2027" } });
    await test.up();
    const { password: password2 } = await test.passwords();

    change(args, { adopt: { tokenId, password1, password2 }, rotationTriggers: { audit: "2027" } });
    const before = test.azure.requests.length;
    const replacing = test.up({ replace: [await test.urn("acr-token:index:TokenCredentials")] });
    await expect(replacing).rejects.toThrow(
      /stayed the same, because the program still has the argument adopt/,
    );

    expect(writesSince(test, before)).toEqual([]);
    expect(await test.passwords()).toEqual({ password: password1, password1, password2 });
    await expectLogin(test, password1, password2);
    // Deletes the replaced resource from the state, and nothing in Azure.
    await test.up();
    await expectSettled(test, args);
    await expectLogin(test, password1, password2);
  });

  it("with one password: the other is kept until a rotation that the preview announces", async () => {
    const { test, args, tokenId, passwords } = await madeElsewhere();
    const [old1, password2] = passwords;
    const adopt = { tokenId, password2 };
    change(args, { adopt, rotationTriggers: { audit: "2026" } });

    const before = test.azure.requests.length;
    expect((await test.preview()).text).toMatch(/unmanaged *: "generated outside of this state"/);
    await test.up();

    expect(writesSince(test, before)).toEqual([]);
    expect(await test.passwords()).toEqual({ password: password2, password1: null, password2 });
    await expectLogin(test, old1, password2);
    await expectSettled(test, args);
    await expectLogin(test, old1, password2);

    change(args, { adopt, rotationTriggers: { audit: "2027" } });
    const preview = await test.preview();
    expect(preview.text).toMatch(/current\s*: "password2" => "password1"/);
    expect(preview.text).toMatch(/- unmanaged\s*: "generated outside of this state"/);
    await test.up();
    await expectLogin(test, password2, (await test.passwords()).password1);
    expect(await test.login(name, old1)).toBe(401);
    expect((await test.preview()).steps).toEqual([]);
  });

  it("with no password and an empty slot: the slot is generated by one write, and is current", async () => {
    const { test, args, tokenId, passwords } = await madeElsewhere();
    const resourceManager = await arm(test.azure);
    await resourceManager("PATCH", tokenId, {
      properties: { credentials: { passwords: [{ name: "password2" }] } },
    });
    change(args, { adopt: { tokenId } });

    const before = test.azure.requests.length;
    await test.up();

    expect(writesSince(test, before)).toEqual(["POST generateCredentials"]);
    const { password, password1, password2 } = await test.passwords();
    expect(password).toBe(password1);
    expect(password2).toBeNull();
    await expectLogin(test, password, passwords[1]);
    await expectSettled(test, args);
  });

  it("with no password and no empty slot: the error asks which slot may be regenerated", async () => {
    const { test, args, tokenId, passwords } = await madeElsewhere();
    change(args, { adopt: { tokenId } });
    await expectRefused(test, /adopt\.regenerate is required, because both slots have a password/);
    await expectLogin(test, ...passwords);

    change(args, { adopt: { tokenId, regenerate: "password2" } });
    const before = test.azure.requests.length;
    await test.up();

    expect(writesSince(test, before)).toEqual(["POST generateCredentials"]);
    const { password, password2 } = await test.passwords();
    expect(password).toBe(password2);
    await expectLogin(test, password, passwords[0]);
    expect(await test.login(name, passwords[1])).toBe(401);
    await expectSettled(test, args);
  });

  it("with an expiry on its passwords, which the schedule obeys", async () => {
    const clock = new SharedClock();
    onTestFinished(() => clock.close());
    const expiry = new Date(`${clock.day(60)}T00:00:00Z`);
    const { test, args, tokenId, passwords } = await madeElsewhere({ expiry, clock });
    const [password1, password2] = passwords;
    clock.advance(10);
    change(args, { adopt: { tokenId, password1, password2 }, expirationInDays: 90 });

    await test.up();

    const { deployment } = await test.stack.exportStack();
    const { inputs } = deployment.resources.find(({ type }: { type: string }) =>
      /TokenCredentials/.test(type),
    );
    const slot = { version: 1, madeOn: clock.day(-10), expiresOn: clock.day(50) };
    expect(inputs.slots).toEqual({ password1: slot, password2: slot });
    await expectSettled(test, args);
    clock.advance(35);
    expect((await test.preview()).text).toMatch(/current\s*: "password1" => "password2"/);
    await test.up();
    await expectLogin(test, password1, (await test.passwords()).password);
  });

  it("from under a scope map of another name", async () => {
    const { test, args, tokenId, passwords } = await madeElsewhere();
    const resourceManager = await arm(test.azure);
    const scopeMapName = "made_by_hand";
    const scopeMapId = registryPath(test.azure, `/scopeMaps/${scopeMapName}`);
    await resourceManager("PUT", scopeMapId, {
      properties: { actions: ["repositories/azureiotedge-agent/content/read"] },
    });
    await resourceManager("PATCH", tokenId, { properties: { scopeMapId } });
    change(args, { adopt: { tokenId, password1: passwords[0] }, scopeMapName });

    const before = test.azure.requests.length;
    await test.up();

    expect(writesSince(test, before)).toEqual([]);
    await expectSettled(test, args);
  });

  it("with arguments that are outputs, and an id in another case", async () => {
    const { test, args, tokenId, passwords } = await madeElsewhere();
    const adopt: pulumi.Output<AdoptArgs> = pulumi.secret({
      tokenId: tokenId.toUpperCase(),
      password1: passwords[0],
    });
    change(args, { adopt, registryName: pulumi.output("myregistry") });

    const before = test.azure.requests.length;
    expect(stepsOf(await test.preview())).toEqual(types);
    await test.up();

    expect(writesSince(test, before)).toEqual([]);
    await expectSettled(test, args);
    change(args, { adopt: { tokenId, password1: passwords[0] } });
    expect((await test.preview()).steps).toEqual([]);
  });
});

describeWith("a token is adopted by a program in another language", onlyAtFullSize, () => {
  it("whose arguments are values, secrets and outputs", async () => {
    const folder = await mkdtemp(join(tmpdir(), "adopt-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const properties = {
      resourceGroupName: "myresourcegroup",
      registryName: "myregistry",
      tokenName: name,
      repositories: { "azureiotedge-agent": ["content/read"] },
    };
    const project = {
      name: "adopt",
      runtime: "yaml",
      plugins: { providers: [{ name: "acr-token", path: resolve("components") }] },
      config: { tokenId: { type: "string" }, password1: { type: "string", secret: true } },
      resources: {
        token: {
          type: "acr-token:RegistryToken",
          // biome-ignore lint/suspicious/noTemplateCurlyInString: YAML's
          properties: { ...properties, adopt: { tokenId: "${tokenId}", password1: "${password1}" } },
        },
      },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: YAML's
      outputs: { password: "${token.password}" },
    };
    await writeFile(join(folder, "Pulumi.yaml"), JSON.stringify(project));
    const test = await TestStack.start(folder);
    const { id, passwords } = await makeToken(test.azure, { name });
    await test.stack.setAllConfig({
      tokenId: { value: id },
      password1: { value: passwords[0], secret: true },
    });

    const before = test.azure.requests.length;
    expect(stepsOf(await test.preview())).toEqual(types);
    await test.up();

    expect(writesSince(test, before)).toEqual([]);
    expect(await test.output("password")).toBe(passwords[0]);
    await expectLogin(test, ...passwords);
    expect((await test.preview()).steps).toEqual([]);
  });
});
