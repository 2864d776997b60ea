/** The plugin client, against a small plugin written with Pulumi's own SDK. */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { PluginClient, PluginError } from "local-azure/pulumi";
import { isSecret, secret, unknown, unwrapSecrets, urn } from "provider-server";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

const program = `
const provider = require("@pulumi/pulumi/provider");
provider.main({
  version: "1.2.3",
  schema: JSON.stringify({ name: "example" }),
  async check(urn, olds, news) {
    return { inputs: news, failures: news.bad ? [{ property: "bad", reason: "it is bad" }] : [] };
  },
  async diff(id, urn, olds, news) {
    return { changes: olds.a !== news.a, replaces: ["a"], deleteBeforeReplace: true };
  },
  async create(urn, inputs) {
    console.error("creating");
    if (inputs.half) {
      throw { id: "half", message: "not all went well", properties: { a: 1 }, reasons: ["the second half"] };
    }
    if (inputs.slow) {
      await new Promise((done) => setTimeout(done, 60000));
    }
    return { id: "one", outs: { ...inputs, environment: process.env.EXAMPLE ?? "unset" } };
  },
  async read(id, urn, props) { return id === "gone" ? {} : { id, props: { ...props, read: true } }; },
  async update(id, urn, olds, news) { return { outs: news }; },
  async delete(id) { if (id === "stuck") throw new Error("it is stuck"); },
  async invoke(token, args) { return { outputs: { token, ...args } }; },
}, process.argv.slice(2));
`;

const example = urn("example:index:Example", "one");
let directory: string;
let plugin: PluginClient | undefined;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "plugin-client-"));
  symlinkSync(
    resolve(require.resolve("@pulumi/pulumi/package.json"), "../../.."),
    join(directory, "node_modules"),
    "junction",
  );
  writeFileSync(join(directory, "package.json"), '{ "name": "example", "main": "index.js" }');
  writeFileSync(join(directory, "index.js"), program);
  writeFileSync(
    join(directory, "PulumiPlugin.yaml"),
    "runtime:\n  name: nodejs\n  options:\n    typescript: false\n",
  );
});

afterEach(async () => {
  await plugin?.close();
  plugin = undefined;
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function start(env?: Record<string, string | undefined>): Promise<PluginClient> {
  plugin = await PluginClient.start({ directory }, { env });
  await plugin.configure({ "example:config:key": "value" });
  return plugin;
}

test("a plugin returns its info and schema", async () => {
  const client = await start();

  expect(await client.getPluginInfo()).toEqual({ version: "1.2.3" });
  expect(await client.getSchema()).toEqual({ name: "example" });
  expect(client.pid).toBeGreaterThan(0);
  // Pulumi's own server does not check configuration.
  expect(await client.checkConfig({ key: "value" })).toBeUndefined();
});

test("secrets and unknowns pass unchanged", async () => {
  const client = await start();

  const { inputs, failures } = await client.check(
    example,
    {},
    { password: secret("s3cret"), later: unknown, missing: undefined },
  );

  expect(isSecret(inputs.password)).toBe(true);
  expect(unwrapSecrets(inputs)).toEqual({ password: "s3cret", later: unknown });
  expect(failures).toEqual([]);
});

test("a resource is created, read, updated and deleted", async () => {
  const client = await start({ EXAMPLE: "set" });

  const { id, outputs } = await client.create(example, { a: [1, { b: null }], password: secret("x") });
  expect(id).toBe("one");
  expect(outputs).toEqual({ a: [1, { b: null }], password: secret("x"), environment: "set" });
  expect(await client.diff(id, example, { a: 1 }, { a: 2 }, { a: 1 })).toEqual({
    changes: "some",
    replaces: ["a"],
    deleteBeforeReplace: true,
  });
  expect(await client.read(id, example, { a: 1 }, { a: 1 })).toMatchObject({
    id,
    outputs: { a: 1, read: true },
  });
  expect(await client.read("gone", example, {})).toBeUndefined();
  expect(await client.update(id, example, { a: 1 }, { a: 2 })).toEqual({ a: 2 });
  await client.delete(id, example, {});
  expect(await client.invoke("example:index:get", { a: 1 })).toEqual({
    result: { token: "example:index:get", a: 1 },
    failures: [],
  });
  await client.cancel();
  expect(client.log).toContain("creating");
});

test("a preview is not sent to a plugin without previews", async () => {
  const client = await start();

  expect(await client.create(example, { a: unknown }, { preview: true })).toEqual({
    id: "",
    outputs: { a: unknown },
  });
  expect(client.log).not.toContain("creating");
});

test("a failure has the plugin's message", async () => {
  const client = await start();

  expect((await client.check(example, {}, { bad: true })).failures).toEqual([
    { property: "bad", reason: "it is bad" },
  ]);
  await expect(client.delete("stuck", example, {})).rejects.toThrow("it is stuck");
  const failure = await client.create(example, { half: true }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(PluginError);
  expect(failure).toMatchObject({
    message: "not all went well",
    partial: { id: "half", properties: { a: 1 }, reasons: ["the second half"] },
  });
});

test("unknown outputs outside a preview are an error", async () => {
  const client = await start();

  await expect(client.create(example, { a: { b: unknown } })).rejects.toThrow("unknown 'a'");
});

test("a call in progress fails if the plugin is killed", async () => {
  const client = await start();

  const creation = client.create(example, { slow: true }).catch((error: unknown) => error);
  await expect.poll(() => client.log).toContain("creating");
  client.kill();

  expect(String(await creation)).toMatch(/was ended by SIGKILL.*creating/s);
});

test("the error of a plugin that does not start has the reason", async () => {
  const broken = { executable: process.execPath, args: ["-e", "console.error('no luck'); process.exit(3)"] };
  await expect(PluginClient.start(broken)).rejects.toThrow(/exit code 3.*no luck/s);

  const chatty = { executable: process.execPath, args: ["-e", "console.log('hello')"] };
  await expect(PluginClient.start(chatty)).rejects.toThrow("not 'hello'");

  await expect(PluginClient.start({ executable: join(directory, "none") })).rejects.toThrow("ENOENT");
  await expect(PluginClient.start({ directory: tmpdir() })).rejects.toThrow(
    "neither a pulumi-resource-<name> nor a PulumiPlugin.yaml",
  );
});
