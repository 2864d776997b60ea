/** A resource of this package as an argument or an output: it is sent as its URN, and received as the resource. */
import * as pulumi from "@pulumi/pulumi";
import { beforeEach, describe, expect, test } from "vitest";
import { RegistryToken, TokenAccess, TokenCredentials } from "../../components/index";
import { outputNames } from "../../components/registryToken";
import { until } from "../support/until";
import { Engine, resolved, types } from "./engine";

let engine: Engine;

beforeEach(async () => {
  engine = await Engine.start();
});

/** A resource as the engine sends it to a program or a plugin. */
function received(urn: string): unknown {
  const { specialSigKey, specialResourceSig, deserializeProperty } = pulumi.runtime;
  return deserializeProperty({ [specialSigKey]: specialResourceSig, urn });
}

async function created() {
  const token = new RegistryToken("client-1", {
    resourceGroupName: "group",
    registryName: "myregistry",
    repositories: { "samples/nginx": ["content/read"] },
  });
  const urn = await resolved(token.urn);
  // Pulumi's mocks keep what a component has registered in a form that they then cannot hand out.
  const { resources } = pulumi.runtime.getMonitor() as unknown as {
    resources: Map<string, { state: { toJavaScript?(): object } }>;
  };
  await until(() => resources.get(urn)?.state.toJavaScript !== undefined);
  Object.assign(resources.get(urn) ?? {}, { state: resources.get(urn)?.state.toJavaScript?.() });
  return { token, urn };
}

test("a RegistryToken has all its outputs, its secrets as secrets, and creates nothing", async () => {
  const { token, urn } = await created();
  const before = engine.registered.length;
  const other = received(urn) as RegistryToken;
  expect(other).toBeInstanceOf(RegistryToken);
  expect(await resolved(other.urn)).toBe(urn);
  for (const [name, output] of Object.entries(token.outputs) as [
    keyof typeof token.outputs,
    pulumi.Output<unknown>,
  ][]) {
    expect(await resolved(other[name] as pulumi.Output<unknown>), name).toEqual(await resolved(output));
    expect(await pulumi.isSecret(other[name] as pulumi.Output<unknown>), name).toBe(
      await pulumi.isSecret(output),
    );
  }
  expect(engine.registered).toHaveLength(before);
});

test("the two custom resources have theirs", async () => {
  const { urn } = await created();
  const urnOf = (type: string) =>
    `${urn.split("::").slice(0, 2).join("::")}::${types.component}$${type}::client-1`;
  const access = received(urnOf(types.access)) as TokenAccess;
  expect(access).toBeInstanceOf(TokenAccess);
  expect(await resolved(access.status)).toBe("enabled");
  const credentials = received(urnOf(types.credentials)) as TokenCredentials;
  expect(credentials).toBeInstanceOf(TokenCredentials);
  expect(await resolved(credentials.password)).toBe("value-of-2");
  expect(await resolved(credentials.id)).toBe("credentials");
});

test("another type of this package is refused by name", () => {
  expect(() =>
    received(`urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::acr-token:index:Token::x`),
  ).toThrow("pulumi-acr-token has no resource of the type acr-token:index:Token");
});

describe("a RegistryToken of another stack, of which only the URN is known,", () => {
  // This stack and this project have their names from the engine, which each test starts.
  const places: [stack: string | undefined, project: string | undefined][] = [
    ["dev", "theirs"],
    ["dev", undefined],
    [undefined, "theirs"],
  ];
  const outputs: Record<string, readonly string[]> = {
    RegistryToken: outputNames,
    TokenAccess: ["scopeMapId", "status"],
    TokenCredentials: ["username", "loginServer", "password", "passwords", "current", "expiry", "rotatesOn"],
  };

  test.each(places.flatMap((place) => Object.keys(outputs).map((type) => [...place, type] as const)))(
    "of the stack %s of %s (undefined: ours): a %s says so where it is asked for an output",
    async (otherStack, otherProject, name) => {
      const [stack, project] = [otherStack ?? pulumi.getStack(), otherProject ?? pulumi.getProject()];
      const type = `acr-token:index:${name}`;
      const urn = `urn:pulumi:${stack}::${project}::${type}::client-1`;
      const resource = received(urn) as pulumi.Resource & Record<string, unknown>;
      expect(await resolved(resource.urn)).toBe(urn);
      for (const output of outputs[name] ?? []) {
        expect(() => resource[output]).toThrow(
          `${type} "client-1" belongs to the stack ${stack} of the project ${project}, which has exported no more than its URN: have it export ${output} by itself`,
        );
      }
    },
  );
});
