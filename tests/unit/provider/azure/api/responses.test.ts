/** The values read from Azure's responses, and the errors for invalid responses, which never show a value that may be a secret. */
import { describe, expect, test } from "vitest";
import type { SlotName } from "../../../../../components/args/credentialFiles";
import {
  readLoginServer,
  readNewPasswords,
  readToken,
  readTokens,
  readWritten,
} from "../../../../../components/provider/azure/api/responses";
import { InvalidResponseError } from "../../../../../components/provider/azure/http/errors";

type Case = [what: string, body: unknown, why: string];

const time = "2026-01-02T03:04:05.678901Z";
const expiry = "2027-01-02T03:04:05Z";
const made = new Date(time);

/** The error of a call, which must report an invalid response. */
function said(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidResponseError);
    return (error as Error).message;
  }
  return expect.fail("it was read");
}

/** A description of the value in an invalid response. */
const kinds: [value: unknown, kind: string][] = [
  [undefined, "missing"],
  [null, "missing"],
  ["", "empty"],
  ["hush", "of type string"],
  [7, "of type number"],
  [[], "of type list"],
];

describe("a token", () => {
  const properties = { scopeMapId: "map", status: "enabled" };
  const body = (others: object = {}, name: unknown = "mytoken") => ({
    name,
    properties: { ...properties, ...others },
  });
  const withPasswords = (passwords: unknown) => body({ credentials: { passwords } });

  test.each([undefined, null, {}, { passwords: null }, { passwords: [] }])(
    "with the credentials %j has no slots",
    (credentials) => {
      expect(readToken(body({ credentials }), "mytoken")).toEqual({ ...properties, slots: [] });
    },
  );

  test("has its slots in order, without slots that were never filled, and without unknown names", () => {
    const passwords = [
      { name: "password2", creationTime: time, expiry },
      { name: "password3", creationTime: 7 },
      { name: "password1", creationTime: time, expiry: null },
    ];
    expect(readToken(withPasswords(passwords), "MyToken").slots).toEqual([
      { name: "password1", creationTime: made },
      { name: "password2", creationTime: made, expiry: new Date(expiry) },
    ]);
    expect(readToken(withPasswords([{ name: "password1", creationTime: null }]), "mytoken").slots).toEqual(
      [],
    );
  });

  test.each<Case>([
    ...kinds
      .filter(([value]) => value !== "hush")
      .map(
        ([value, kind]): Case => [
          `the name ${kind}`,
          body({}, value ?? null),
          `the name is ${kind}, not a string`,
        ],
      ),
    ["another one", body({}, "other"), 'it is about token "other"'],
    ["one with a long name", body({}, "x".repeat(200)), `it is about token "${"x".repeat(99)}`],
    ...kinds.map(([value, kind]): Case => ["no answer", value, `the body is ${kind}, not an object`]),
    ["no properties", { name: "mytoken" }, "properties is missing, not an object"],
    ["no scope map", body({ scopeMapId: 7 }), "the scopeMapId is of type number, not a string"],
    ["an empty status", body({ status: "" }), "the status is empty, not a string"],
    ["credentials", body({ credentials: "hush" }), "credentials is of type string, not an object"],
    ["passwords", withPasswords({}), "passwords is of type object, not a list"],
    ["a password", withPasswords(["hush"]), "an entry of passwords is of type string, not an object"],
    [
      "a slot twice",
      withPasswords([{ name: "password2" }, { name: "password2" }]),
      "it has more than one password2",
    ],
    [
      "a time that is none",
      withPasswords([{ name: "password1", creationTime: "soon" }]),
      "the creationTime of password1 is not a date",
    ],
    [
      "a time in numbers",
      withPasswords([{ name: "password1", creationTime: 7 }]),
      "the creationTime of password1 is not a date",
    ],
    [
      "an expiry that is none",
      withPasswords([{ name: "password2", creationTime: time, expiry: "never" }]),
      "the expiry of password2 is not a date",
    ],
  ])("that is not: %s", (_what, bad, why) => {
    expect(said(() => readToken(bad, "mytoken"))).toBe(why);
  });

  test("is one of many in a list", () => {
    expect(readTokens({ value: [body({}, "one"), body({}, "two")] })).toEqual([
      ["one", { ...properties, slots: [] }],
      ["two", { ...properties, slots: [] }],
    ]);
    expect(said(() => readTokens({}))).toBe("value is missing, not a list");
    expect(said(() => readTokens({ value: [body(), {}] }))).toBe("the name is missing, not a string");
  });
});

describe("new passwords", () => {
  const slot = (name: string, others: object = {}) => ({
    name,
    creationTime: time,
    value: `hush-${name}`,
    ...others,
  });
  const both: SlotName[] = ["password1", "password2"];

  test("are picked by name, and no other is looked at", () => {
    const passwords = [slot("password2", { expiry }), { name: "password1" }];
    expect(readNewPasswords({ passwords }, ["password2"])).toEqual([
      { name: "password2", creationTime: made, expiry: new Date(expiry), value: "hush-password2" },
    ]);
    expect(readNewPasswords({ passwords: both.map((name) => slot(name)) }, both)).toEqual(
      both.map((name) => ({ name, creationTime: made, value: `hush-${name}` })),
    );
  });

  test.each<Case>([
    ["no list", { passwords: "hush" }, "passwords is of type string, not a list"],
    ["one missing", { passwords: [slot("password1")] }, "it has no password2"],
    [
      "one twice",
      { passwords: both.concat(both).map((name) => slot(name)) },
      "it has more than one password1",
    ],
    ...[
      [undefined, "missing"],
      [null, "missing"],
      ["", "empty"],
      [7, "of type number"],
    ].map(
      ([value, kind]): Case => [
        `a value ${kind}`,
        { passwords: both.map((name) => slot(name, { value })) },
        `the value of password1 is ${kind}, not a password`,
      ],
    ),
    [
      "no time",
      { passwords: both.map((name) => slot(name, { creationTime: undefined })) },
      "the creationTime of password1 is not a date",
    ],
  ])("that are not: %s", (_what, bad, why) => {
    const message = said(() => readNewPasswords(bad, both));
    expect(message).toBe(why);
    expect(message).not.toContain("hush");
  });
});

describe("the last response to a write", () => {
  test.each([undefined, null, {}, { status: "Succeeded" }])("can be without the token: %j", (body) => {
    expect(readWritten(body, "mytoken")).toBeUndefined();
  });

  test("shows the token", () => {
    const properties = { scopeMapId: "some-map", status: "disabled" };
    expect(readWritten({ name: "MyToken", properties }, "mytoken")).toEqual({ ...properties, slots: [] });
    expect(said(() => readWritten({ name: "another", properties }, "mytoken"))).toBe(
      'it is about token "another"',
    );
  });

  test.each(["hush", 7, []])("is not %j", (body) => {
    expect(said(() => readWritten(body, "mytoken"))).toMatch(
      /^the body is of type (string|number|list), not an object$/,
    );
  });
});

describe("a login server", () => {
  const answer = (loginServer: unknown) => ({ properties: { loginServer } });

  test("is a host", () => {
    expect(readLoginServer(answer("myregistry-a1b2.azurecr.io"))).toBe("myregistry-a1b2.azurecr.io");
  });

  test.each<Case>([
    ["no properties", {}, "properties is missing, not an object"],
    ["none", answer(null), "the loginServer is missing, not a string"],
    [
      "a URL",
      answer("https://evil.example/"),
      'the loginServer must be a host such as "myregistry.azurecr.io", without https://, got "https://evil.example/"',
    ],
  ])("is not: %s", (_what, bad, why) => {
    expect(said(() => readLoginServer(bad))).toBe(why);
  });
});
