/** Errors in the arguments of a RegistryToken. */
import * as pulumi from "@pulumi/pulumi";
import { beforeEach, describe, expect, test } from "vitest";
import { RegistryToken, type RegistryTokenArgs } from "../../components/index";
import { Engine, failuresOf, types } from "../component/engine";
import { cases } from "./registryTokenCases";

/** A name for each case that tells it from the others. */
const titles = cases.map(([property, given], index) => {
  const value = (given as Record<string, unknown>)[property.split(/[.[]/)[0]];
  return `${index} ${property}: ${shortly(value)}`;
});

function shortly(value: unknown): string {
  try {
    return (JSON.stringify(value) ?? String(value)).slice(0, 60);
  } catch {
    return String(value);
  }
}

let engine: Engine;

beforeEach(async () => {
  engine = await Engine.start();
});

function refusal(given: unknown, name = "client-1"): pulumi.InputPropertiesError {
  try {
    new RegistryToken(name, given as RegistryTokenArgs);
  } catch (error) {
    if (pulumi.InputPropertiesError.isInstance(error)) {
      return error;
    }
    throw error;
  }
  throw new Error("it was taken");
}

test("there are enough of them", () => {
  expect(cases.length).toBeGreaterThan(200);
});

describe("a bad argument is an error on the property, and nothing is registered", () => {
  test.for(cases.map((one, index) => [titles[index], one] as const))("%s", ([, [property, given, said]]) => {
    const { errors, message } = refusal(given);
    const reasons = errors
      .filter(({ propertyPath }) => propertyPath === property)
      .map(({ reason }) => reason);
    expect(reasons, message.slice(0, 500)).not.toEqual([]);
    for (const text of said) {
      expect(reasons.join("\n")).toContain(text);
    }
    expect(message).not.toContain("hush");
    expect(message).not.toContain("123456");
    expect(message).not.toMatch(/\[native code]|\[object Object]|undefined/);
    // Marks the rejection as handled.
    expect(message.length).toBeLessThan(2_000);
    expect(engine.registered).toEqual([]);
  });
});

describe("an invalid argument that is an output", () => {
  /** One of each property: each takes a while, as Pulumi has many turns of the event loop. */
  const firsts = cases.filter(
    ([property], index) =>
      cases.findIndex(([other]) => other.split(/[.[]/)[0] === property.split(/[.[]/)[0]) === index,
  );

  test.for(firsts.map((one) => [one[0], one] as const))(
    "is the same error once it is known, and no token is registered: %s",
    async ([, [property, given, [rule]]]) => {
      const name = property.split(/[.[]/)[0];
      const value = (given as Record<string, unknown>)[name];
      const failures = await failuresOf(
        () => new RegistryToken("client-1", { ...given, [name]: pulumi.output(value) } as never),
      );
      expect(failures.map(({ message }) => message).join("\n")).toContain(rule);
      expect(engine.registered.map(({ type }) => type)).not.toContain(types.token);
    },
  );
});

describe("no arguments at all", () => {
  test.each([[undefined], [null], [7], ["myregistry"], [["myregistry"]]])("are an error: %j", (given) => {
    const { errors } = refusal(given);
    expect(errors[0].reason).toMatch(
      /^must be a map with resourceGroupName, registryName and what else a RegistryToken takes, got one of type (undefined|null|number|string|list)$/,
    );
  });
});
