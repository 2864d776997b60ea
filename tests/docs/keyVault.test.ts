/** What the documentation says about keyVault agrees with the product. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const reference = readFileSync("docs/reference.md", "utf8");

test("the reference says at every output with a password that it is not set with keyVault", () => {
  const [, section = ""] = /^## RegistryToken outputs\n([\s\S]*?)^## /m.exec(reference) ?? [];
  const secrets = [...section.matchAll(/^- \*\*`(\w+)`\*\* .*A secret\.$/gm)];
  expect(secrets.map(([, name]) => name)).toEqual([
    "password",
    "password1",
    "password2",
    "credentials",
    "dockerConfigJson",
    "edgeRegistryCredentials",
  ]);
  for (const [line] of secrets) {
    expect(line).toMatch(/Not set .*with `keyVault`\./);
  }
});
