/** The stand-in for the random provider: alone, and beside the real plugin if it is on PATH. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { version } from "@pulumi/random/package.json";
import { PluginClient, type PluginSource, pluginsFolder, standIn } from "local-azure/pulumi";
import { isSecret, type Properties, unknown, unwrapSecrets, urn } from "provider-server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const uuid = urn("random:index/randomUuid:RandomUuid", "generation");
const password = urn("random:index/randomPassword:RandomPassword", "password");
const string = urn("random:index/randomString:RandomString", "suffix");

describe("stand-in", () => {
  let random: PluginClient;

  beforeAll(async () => {
    random = await PluginClient.start(standIn("random"));
    await random.configure();
  });
  afterAll(() => random?.close());

  test("has the version that the SDK requires", async () => {
    expect(await random.getPluginInfo()).toEqual({ version });
  });

  test("a UUID is generated once, and again if a keeper changes", async () => {
    const preview = await random.create(uuid, { keepers: { reason: "one" } }, { preview: true });
    expect(preview.outputs).toMatchObject({ keepers: { reason: "one" }, result: unknown });

    const { id, outputs } = await random.create(uuid, { keepers: { reason: "one" } });
    expect(id).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
    expect(outputs).toEqual({ id, result: id, keepers: { reason: "one" } });

    const inputs = { keepers: { reason: "one" } };
    expect(await random.diff(id, uuid, outputs, inputs, inputs)).toMatchObject({ changes: "none" });
    expect(await random.diff(id, uuid, outputs, { keepers: { reason: "two" } }, inputs)).toMatchObject({
      changes: "some",
      replaces: ["keepers"],
    });
    expect(await random.read(id, uuid, outputs, inputs)).toEqual({ id, outputs, inputs });
  });

  test("a UUID can be imported", async () => {
    const id = "6f4c9b1e-1b1f-4f56-9d0e-1f3d4a5b6c7d";

    expect(await random.read(id, uuid, {})).toEqual({ id, outputs: { id, result: id }, inputs: {} });
    await expect(random.read("nope", uuid, {})).rejects.toThrow("must be its UUID, but it is 'nope'");
  });

  test("a password is secret and has the requested characters", async () => {
    const inputs = { length: 16, special: false, minUpper: 3, minNumeric: 3 };

    const { id, outputs } = await random.create(password, inputs);

    expect(id).toBe("none");
    expect(isSecret(outputs.result)).toBe(true);
    const value = unwrapSecrets<string>(outputs.result);
    expect(value).toMatch(/^[a-zA-Z\d]{16}$/);
    expect(value.match(/[A-Z]/g)?.length).toBeGreaterThanOrEqual(3);
    expect(value.match(/\d/g)?.length).toBeGreaterThanOrEqual(3);
    expect(isSecret((await random.read(id, password, outputs, inputs))?.outputs.result)).toBe(true);
  });

  test("a string has the requested characters", async () => {
    const { id, outputs } = await random.create(string, { length: 6, upper: false, overrideSpecial: "_" });

    expect(id).toMatch(/^[a-z\d_]{6}$/);
    expect(outputs.result).toBe(id);
  });

  test("an invalid input is a failure of its property", async () => {
    expect((await random.check(string, {}, {})).failures).toMatchObject([{ property: "length" }]);
    expect((await random.check(string, {}, { length: 3, minUpper: 5 })).failures).toEqual([
      { property: "length", reason: "'length' must be a whole number of at least 5, not 3." },
    ]);
    expect((await random.check(uuid, {}, { keepers: "x" })).failures).toMatchObject([
      { property: "keepers" },
    ]);
    await expect(random.check(urn("random:index:Pet", "x"), {}, {})).rejects.toThrow("only RandomUuid");
  });
});

const real = realPlugin();

describe("beside the real plugin", () => {
  test.skipIf(!real)(
    `RandomUuid is the same ${real ? "" : "(skipped: no real plugin on the PATH)"}`,
    async () => {
      expect(await courseOf(standIn("random"))).toEqual(await courseOf({ executable: real as string }));
    },
  );
});

/** The real plugin on PATH, outside the stand-ins' folder. */
function realPlugin(): string | undefined {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => folder !== pluginsFolder)
    .map((folder) => join(folder, "pulumi-resource-random"))
    .find(existsSync);
}

/** A provider's responses for the operations on a RandomUuid, without the random values. */
async function courseOf(source: PluginSource): Promise<unknown[]> {
  const random = await PluginClient.start(source);
  try {
    await random.configure();
    const inputs = { keepers: { reason: "one" } };
    const checked = await random.check(uuid, {}, inputs);
    const preview = await random.create(uuid, { keepers: { reason: unknown } }, { preview: true });
    const { id, outputs } = await random.create(uuid, inputs);
    const changes = [inputs, { keepers: { reason: "two" } }, { keepers: { reason: unknown } }, {}];
    const answers = [
      checked,
      preview,
      outputs,
      ...(await Promise.all(changes.map((news) => random.diff(id, uuid, outputs, news, inputs)))),
      await random.read(id, uuid, outputs, inputs),
      await random.read("6f4c9b1e-1b1f-4f56-9d0e-1f3d4a5b6c7d", uuid, {}),
      await random.delete(id, uuid, outputs, inputs),
    ];
    return JSON.parse(JSON.stringify(answers, withoutBookkeeping).replaceAll(id, "<id>"));
  } finally {
    await random.close();
  }
}

/** The real provider keeps internal properties in the outputs. */
function withoutBookkeeping(name: string, value: Properties): Properties | undefined {
  return name.startsWith("__") ? undefined : value;
}
