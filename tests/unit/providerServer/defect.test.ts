import { expect, test } from "vitest";
import { errorResponse } from "../../../packages/provider-server/responses";

test.each([TypeError, RangeError, ReferenceError, SyntaxError])(
  "a mistake in the plugin's code is a defect to report, without its message: %o",
  (Mistake) => {
    const { details } = errorResponse(new Mistake("hush is not a function"));
    expect(details).toMatch(
      /^a defect of the plugin \(\w+Error at .+defect\.test\.ts.*\): please report it$/,
    );
    expect(details).not.toContain("hush");
  },
);

test("a mistake without a stack is a defect as well, and any other error has its message", () => {
  expect(errorResponse(Object.assign(new TypeError("hush"), { stack: undefined })).details).toBe(
    "a defect of the plugin (TypeError): please report it",
  );
  expect(errorResponse(new Error("no token: give one")).details).toBe("no token: give one");
});
