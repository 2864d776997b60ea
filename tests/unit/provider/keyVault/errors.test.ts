import { expect, test } from "vitest";
import { VaultResponseError } from "../../../../components/provider/keyVault/errors";

const refusal = (error: unknown) => new VaultResponseError(400, JSON.stringify({ error }), undefined);

test("a message is shown on one line, and no more than 2,000 characters of it", () => {
  expect(refusal({ code: "Bad", message: " two\n\n lines " }).description).toBe(
    "the vault answered 400 Bad (two lines)",
  );
  expect(refusal({ message: "x".repeat(3_000) }).description).toBe(
    `the vault answered 400 (${"x".repeat(2_000)})`,
  );
});

test("what is not a text is neither a code nor a message", () => {
  const error = refusal({ code: 7, message: {}, innererror: { code: ["ForbiddenByRbac"] } });
  expect(error).toMatchObject({ code: undefined, innerCode: undefined, message: "" });
  expect(error.description).toBe("the vault answered 400");
});
