import { describe, expect, test } from "vitest";
import { checkAdoptedPasswords } from "../../../components/args/adoptedPasswords";

/** The arguments that are refused, in the order in which they are. */
function refused(adopt: unknown, others?: readonly string[]): string[] {
  return checkAdoptedPasswords(adopt, others).map(({ property }) => property);
}

describe("the passwords of a token that is adopted", () => {
  test.each([
    {},
    { password1: "one" },
    { password1: "one", password2: "two" },
    { regenerate: "password1" },
    { password1: "one", regenerate: "password2" },
  ])("may be %j", (adopt) => {
    expect(checkAdoptedPasswords(adopt)).toEqual([]);
  });

  test.each([undefined, null])("may be %j each, which is not given", (nothing) => {
    expect(
      checkAdoptedPasswords({ password1: nothing, password2: nothing, regenerate: nothing, other: nothing }),
    ).toEqual([]);
    expect(checkAdoptedPasswords({ password1: nothing, regenerate: "password1" })).toEqual([]);
  });

  test.each([
    ["a text", "string"],
    [["password1"], "list"],
    [null, "null"],
  ])("are a map, not %j", (adopt, type) => {
    expect(checkAdoptedPasswords(adopt)).toEqual([
      { property: "adopt", reason: `must be a map, got one of type ${type}` },
    ]);
  });

  test.each(["", 5, true, ["one"]])("are texts, not %j, which is not shown", (password) => {
    expect(checkAdoptedPasswords({ password2: password })).toEqual([
      { property: "adopt.password2", reason: "must be the password, a text" },
    ]);
  });

  test("are one per slot, also if they are wrong", () => {
    expect(refused({ password1: "one", password2: "one" })).toEqual(["adopt.password2"]);
    expect(refused({ password1: 5, password2: 5 })).toEqual(["adopt.password1", "adopt.password2"]);
  });

  test("keep a slot whose password is given", () => {
    expect(refused({ password1: "one", regenerate: "password1" })).toEqual(["adopt.regenerate"]);
    expect(checkAdoptedPasswords({ regenerate: "password3" })).toEqual([
      { property: "adopt.regenerate", reason: "must be one of password1, password2" },
    ]);
  });

  test("accept only the argument's own properties", () => {
    expect(checkAdoptedPasswords({ password3: "three" }, ["tokenId"])).toEqual([
      {
        property: "adopt.password3",
        reason: "is not known: there are tokenId, password1, password2, regenerate",
      },
    ]);
    expect(refused({ tokenId: "id" }, ["tokenId"])).toEqual([]);
    expect(refused({ tokenId: "id" })).toEqual(["adopt.tokenId"]);
  });
});
