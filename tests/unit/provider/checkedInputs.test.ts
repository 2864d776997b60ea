import { type Properties, unknown } from "provider-server";
import { expect, test } from "vitest";
import { CheckedInputs } from "../../../components/provider/tokenCredentials/checkedInputs";
import { tokenId } from "./tokenId";

const slot = { version: 1, madeOn: "2026-01-01" };
const inputs = (more: object, password1: object = slot) =>
  ({ tokenId, current: "password1", slots: { password1, password2: slot }, ...more }) as Properties;
const requireFor = (news: Properties) => new CheckedInputs().require("urn", news);

test.each<[string, object]>([
  ["schedule", { current: unknown, slots: unknown, expirationInDays: 90 }],
  ["lifetime", { expirationInDays: unknown }],
])("a %s that a preview does not know yet fits", (_what, more) => {
  expect(requireFor(inputs(more))).toMatchObject(more);
});

test.each<[object, object, string]>([
  [{ expirationInDays: 90 }, slot, "expirationInDays is 90, but password1 of 2026-01-01 never expires"],
  [
    {},
    { ...slot, expiresOn: "2026-03-01" },
    "expirationInDays is undefined, but password1 of 2026-01-01 expires on 2026-03-01",
  ],
])("an expiry in the schedule that %j does not give is refused", (more, password1, reason) => {
  expect(() => requireFor(inputs(more, password1))).toThrow(reason);
});

test("a create or an update compares its inputs with the checked ones, and keeps none of them", () => {
  const checked = new CheckedInputs();
  const changed = inputs({ generation: "b" }) as never;
  checked.remember("urn", inputs({ generation: "a" }));
  expect(() => checked.take("urn", changed)).toThrow('generation was changed from "a" to "b"');
  checked.take("urn", inputs({ generation: "a" }));
  expect(checked.changesOf("urn", changed)).toEqual([]);
});
