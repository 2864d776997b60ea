/** Generated invalid inputs: 500, or 10,000 at full size. */
import fc from "fast-check";
import { type Properties, secret, urn } from "provider-server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { show } from "../../components/args/checks";
import { RegistryToken, type RegistryTokenArgs } from "../../components/index";
import { Engine, registryId } from "../component/engine";
import { forEach, runs, sample, seed } from "../support/fuzz";
import { TestEnvironment } from "../support/testEnvironment";

/** Any value that crosses to a plugin, among them texts that mean something to a program. */
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.double(),
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "__proto__",
    "constructor",
    "toString",
    "$(x)",
    "../..",
    "\u0000",
    "null",
    "undefined",
    "NaN",
  ),
);

function notLike(pattern: RegExp, parts = fc.string()): fc.Arbitrary<unknown> {
  return fc
    .oneof(anything, parts)
    .filter((value) => value !== null && !(typeof value === "string" && pattern.test(value)));
}

/** Azure's rules, written independently of the product. */
const allowed = {
  name: /^[A-Za-z0-9-]{5,50}$/,
  scopeMapName: /^[A-Za-z0-9_-]{5,50}$/,
  registryName: /^[A-Za-z0-9]{5,50}$/,
  host: /^[A-Za-z0-9.-]+(:[0-9]{1,5})?$/,
};

const days = (least: number) =>
  anything.filter(
    (value) =>
      value !== null && !(typeof value === "number" && value % 1 === 0 && value >= least && value <= 36_500),
  );
const flag = anything.filter((value) => value !== null && typeof value !== "boolean");
const noText = anything.filter((value) => value !== null && typeof value !== "string");
const noMap = anything.filter(
  (value) => value !== null && (typeof value !== "object" || Array.isArray(value)),
);

/** An id of which one part is not as it must be. */
function badId(kind: string): fc.Arbitrary<unknown> {
  const part = fc.string({ minLength: 1 }).filter((text) => !/^[\w-]+$/.test(text));
  return fc.oneof(
    notLike(/./s).filter((value) => typeof value !== "string"),
    fc.string().filter((text) => !text.includes(kind)),
    part.map((bad) => `${registryId}/${kind}/${bad}`),
    part.map((bad) => `${registryId.replace("myregistry", () => bad)}/${kind}/mytoken`),
    part.map((bad) => `${registryId.replace("/sub/", () => `/${bad}/`)}/${kind}/mytoken`),
  );
}

/** One bad value under the name of a property. */
type Bad = readonly [property: string, value: unknown];

function bad(property: string, values: fc.Arbitrary<unknown>): fc.Arbitrary<Bad> {
  return values.map((value): Bad => [property, value]);
}

const ofCredentials = fc.oneof(
  bad("tokenId", badId("tokens")),
  bad("generation", noText),
  bad("rotateEveryDays", days(1)),
  bad("expirationInDays", days(2)),
  bad("overlapDays", days(1)),
  bad("spreadRotation", flag),
  bad("waitUntilLive", flag),
  bad("loginServer", notLike(allowed.host, fc.webUrl())),
  bad("azure", noMap),
  bad("adopt", noMap),
);
const ofAccess = fc.oneof(
  bad("tokenId", badId("tokens")),
  bad("scopeMapId", badId("scopeMaps")),
  bad("status", notLike(/^(enabled|disabled)$/)),
  bad("azure", noMap),
);
const ofRegistryToken = fc.oneof(
  bad("resourceGroupName", notLike(/^[\p{L}\p{N}_.()-]{1,90}$/u)),
  bad("registryName", notLike(allowed.registryName)),
  bad("tokenName", notLike(allowed.name)),
  bad("scopeMapName", notLike(allowed.scopeMapName)),
  bad("scopeMapDescription", noText),
  bad("repositories", noMap),
  bad("gateways", noMap),
  bad("status", notLike(/^(enabled|disabled)$/)),
  bad("rotateEveryDays", days(1)),
  bad("expirationInDays", days(2)),
  bad("overlapDays", days(1)),
  bad("spreadRotation", flag),
  bad("waitUntilLive", flag),
  bad("rotationTriggers", noMap),
  bad("loginServer", notLike(allowed.host, fc.webUrl())),
  bad("azure", noMap),
  bad("adopt", noMap),
);

const types = { credentials: "acr-token:index:TokenCredentials", access: "acr-token:index:TokenAccess" };
const good = {
  credentials: { tokenId: `${registryId}/tokens/mytoken` },
  access: { tokenId: `${registryId}/tokens/mytoken`, scopeMapId: `${registryId}/scopeMaps/my-map` },
};

describe(`generated with FUZZ_SEED=${seed}`, () => {
  let environment: TestEnvironment;

  beforeAll(async () => {
    environment = await TestEnvironment.start();
  });

  afterAll(() => environment?.close());

  const check = (resource: keyof typeof types, given: object) =>
    environment.plugin.check(urn(types[resource], "one"), {}, given as Properties);

  test.each([["credentials", ofCredentials] as const, ["access", ofAccess] as const])(
    "a bad input of %s is a failure that names it, secret or not, and nothing is asked of Azure",
    async (resource, values) => {
      const before = environment.azure.requests.length;
      await forEach(
        sample(fc.tuple(values, fc.boolean()), runs * 0.3),
        200,
        async ([[property, value], isSecret]) => {
          const { failures } = await check(resource, {
            ...good[resource],
            [property]: isSecret ? secret(value) : value,
          });
          const reasons = failures.map(({ reason }) => reason);
          expect(
            reasons.some(
              (reason) => reason.startsWith(`${property} must be`) || reason.startsWith(`${property} is`),
            ),
          ).toBe(true);
          expect(reasons.join("").length).toBeLessThan(1_500);
          if (isSecret) {
            expect(reasons.join("")).not.toContain(`, got ${show(value)}`);
          }
        },
      );
      expect(environment.azure.requests.length).toBe(before);
    },
  );

  test("inputs of which nothing is right end no plugin: each is answered", async () => {
    const names = [
      "tokenId",
      "generation",
      "rotateEveryDays",
      "expirationInDays",
      "overlapDays",
      "waitUntilLive",
    ];
    const whole = fc.dictionary(
      fc.oneof(
        fc.constantFrom(...names, "azure", "adopt", "slots", "current", "loginServer", "scopeMapId"),
        fc.string(),
      ),
      anything,
      { maxKeys: 8 },
    );
    const before = environment.azure.requests.length;
    await forEach(sample(fc.tuple(whole, whole), runs * 0.2), 200, async ([olds, news]) => {
      for (const resource of ["credentials", "access"] as const) {
        const { failures } = await check(resource, news);
        expect(failures.every(({ reason }) => reason.length > 0)).toBe(true);
        const edited = environment.plugin.check(
          urn(types[resource], "one"),
          olds as Properties,
          news as Properties,
        );
        await edited.catch((error: Error) =>
          expect(error.message).toMatch(/^the saved state of \S+ is not valid: /),
        );
      }
    });
    expect(environment.azure.requests.length).toBe(before);
  });

  test("a bad argument of RegistryToken is an error on it, and nothing is registered", async () => {
    const engine = await Engine.start();
    await forEach(sample(ofRegistryToken, runs * 0.2), 1, ([property, value]) => {
      const args = {
        resourceGroupName: "group",
        registryName: "myregistry",
        repositories: { "samples/nginx": ["content/read"] },
        [property]: value,
      };
      expect(() => new RegistryToken("client-1", args as unknown as RegistryTokenArgs)).toThrow(
        new RegExp(`^RegistryToken "client-1" has invalid arguments:[^]*\\n  ${property}: `),
      );
    });
    expect(engine.registered).toEqual([]);
  });

  test("after that the same plugin has sent no write, and generates passwords that work", async () => {
    const credentials = environment.credentials();
    await credentials.up({ tokenId: await environment.newToken() });
    const { username, password } = credentials.exported;
    expect(await environment.canLogIn(username, password)).toBe(true);
    expect(environment.said).toBe("");
  });
});
