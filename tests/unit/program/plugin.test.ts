/** The program's check of the plugin before it creates anything, and the identity of an explicit provider. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { azureNativeAccess } from "../../../components/args/azureAccess";
import { pluginFunction } from "../../../components/args/pluginFunction";
import { requirePlugin } from "../../../components/program/plugin";

/** The engine's calls and answers. */
const engine = vi.hoisted(() => ({
  asked: [] as unknown[],
  answer: async (): Promise<object> => ({}),
  monitor: {},
  folder: "",
  isMocked: false,
}));

vi.mock("@pulumi/pulumi", async (original) => {
  const library = await original<typeof pulumi>();
  const invoke = async (...args: unknown[]) => {
    engine.asked.push(args);
    return engine.answer();
  };
  return {
    ...library,
    getRootDirectory: () => engine.folder,
    runtime: { ...library.runtime, invoke, getMonitor: () => engine.monitor },
  };
});
vi.mock("../../../components/program/isMocked", () => ({ isMocked: () => engine.isMocked }));

const listeners = process.listeners("SIGINT");

afterEach(() => {
  // A call that fails keeps its listener: the interrupt can come later.
  for (const listener of process.listeners("SIGINT").filter((one) => !listeners.includes(one))) {
    process.off("SIGINT", listener);
  }
});

const component = (provider?: object) => ({ urn: "component", getProvider: () => provider }) as never;

beforeEach(() => {
  engine.asked.length = 0;
  engine.answer = async () => ({});
  engine.monitor = {};
  engine.folder = process.cwd();
  engine.isMocked = false;
});

describe("the plugin", () => {
  test("is checked once for each engine and each explicit provider", async () => {
    const provider = {};
    for (const given of [undefined, undefined, provider, provider]) {
      await requirePlugin(component(given), undefined, false);
    }
    expect(engine.asked).toEqual([
      [pluginFunction, {}, { provider: undefined }],
      [pluginFunction, {}, { provider }],
    ]);
    engine.monitor = {};
    await requirePlugin(component(), undefined, false);
    expect(engine.asked).toHaveLength(3);
  });

  test.each<[string, object | undefined, boolean]>([
    ["has an identity", { clientId: "c" }, false],
    ["adopts a token", undefined, true],
  ])("receives a component that %s", async (_what, azure, adopts) => {
    const provider = {};
    await requirePlugin(component(provider), azure, adopts);
    const told = [pluginFunction, { component: "component", azure, adopts }, { provider }];
    expect(engine.asked).toEqual([[pluginFunction, {}, { provider }], told]);
  });

  test("is not told of an identity that a preview does not know yet", async () => {
    await requirePlugin(component(), pulumi.output(pulumi.unknown as never), true);
    expect(engine.asked).toHaveLength(1);
  });

  test("is not checked in a unit test", async () => {
    engine.isMocked = true;
    await requirePlugin(component(), { clientId: "c" }, true);
    expect(engine.asked).toEqual([]);
  });

  test("that responds leaves no signal listener, and a plugin that does not respond fails with what to do", async () => {
    const before = process.listenerCount("SIGINT");
    await requirePlugin(component(), undefined, false);
    expect(process.listenerCount("SIGINT")).toBe(before);
    engine.monitor = {};
    engine.answer = async () => {
      throw new Error("no plugin");
    };
    const failing = requirePlugin(component(), undefined, false);
    await expect(failing).rejects.toThrow(pulumi.RunError);
    await expect(failing).rejects.toThrow(
      /^no plugin\n\nThe plugin acr-token, which generates the passwords/,
    );
    await expect(failing).rejects.toThrow("      path: ./node_modules/pulumi-acr-token\n");
  });

  test("is shown if the project's folder, or a folder above the program, has the package", async () => {
    const folder = mkdtempSync(join(tmpdir(), "project-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    engine.answer = async () => {
      throw new Error("no plugin");
    };
    engine.folder = folder;
    await expect(requirePlugin(component(), undefined, false)).rejects.toThrow(
      /path: \.\.\/.*\/node_modules\/pulumi-acr-token\n/,
    );
    mkdirSync(join(folder, "node_modules", "pulumi-acr-token"), { recursive: true });
    engine.monitor = {};
    await expect(requirePlugin(component(), undefined, false)).rejects.toThrow(
      "path: ./node_modules/pulumi-acr-token\n",
    );
  });
});

describe("the identity of an explicit provider of azure-native", () => {
  const access = () => azureNativeAccess(component({ urn: "provider" }), "client");

  test("has the settings that the engine knows, flags as flags", async () => {
    const state = {
      clientId: "c",
      tenantId: "",
      useMsi: "true",
      useOidc: "false",
      location: "here",
      oidcToken: 7,
    };
    engine.answer = async () => ({ state });
    expect(await access()).toEqual({ clientId: "c", useMsi: true, useOidc: false });
    expect(engine.asked).toEqual([["pulumi:pulumi:getResource", { urn: "provider" }]]);
  });

  test("that the engine does not know is requested", async () => {
    engine.answer = async () => {
      throw new Error("unknown resource");
    };
    await expect(access()).rejects.toThrow(
      /^RegistryToken "client" has an explicit provider of azure-native whose settings cannot be read: .* \(unknown resource\)$/,
    );
  });
});
