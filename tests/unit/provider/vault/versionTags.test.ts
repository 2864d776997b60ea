import { describe, expect, test } from "vitest";
import {
  describeForeign,
  isInSlot,
  isManaged,
  isOf,
  isOfToken,
  tagsOf,
} from "../../../../components/provider/tokenCredentials/vault/versionTags";

const owner = { registryName: "myRegistry", username: "t" };
const password = { name: "password1", creationTime: "2026-01-01T00:00:00.000Z", expiry: null } as const;
const version = { tags: tagsOf(owner, "myregistry.azurecr.io", password) };
const changed = (tags: Record<string, string>) => ({ tags: { ...version.tags, ...tags } });

describe("a version is one of a token", () => {
  test("by the tags that it was written with, and the registry in any letter case", () => {
    expect(isManaged(version)).toBe(true);
    expect(isOfToken(version, owner)).toBe(true);
    expect(isOfToken(version, { ...owner, registryName: "MYREGISTRY" })).toBe(true);
  });

  test.each<Record<string, string>>([
    { managedBy: "somebody" },
    { registry: "other" },
    { username: "other" },
  ])("not with %j", (tags) => {
    expect(isOfToken(changed(tags), owner)).toBe(false);
  });

  test("not without tags", () => {
    expect(isOfToken({ tags: {} }, owner)).toBe(false);
    expect(isOfToken({ tags: { managedBy: "pulumi-acr-token", username: "t" } }, owner)).toBe(false);
  });
});

test("a version has a password if both its slot and its time are the same", () => {
  expect(isOf(version, password)).toBe(true);
  expect(isOf(version, { ...password, name: "password2" })).toBe(false);
  expect(isOf(version, { ...password, creationTime: "2026-01-02T00:00:00.000Z" })).toBe(false);
});

test("a password is in its slot as long as Azure shows the same time of creation", () => {
  const slot = (creationTime: string) =>
    [{ name: "password1", creationTime: new Date(creationTime) }] as const;
  expect(isInSlot(version, slot(password.creationTime))).toBe(true);
  expect(isInSlot(version, slot("2026-01-02"))).toBe(false);
  expect(isInSlot(version, [])).toBe(false);
});

test("a secret of someone else is described by its tags", () => {
  expect(describeForeign([version])).toBe("holds the password of token t of registry myRegistry");
  const unknown = "was not written by this provider, as its tags show";
  expect(describeForeign([changed({ managedBy: "somebody" })])).toBe(unknown);
  expect(describeForeign([])).toBe(unknown);
});
