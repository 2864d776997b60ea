import { describe, expect, test } from "vitest";
import {
  isSignInHost,
  isWithin,
  redirectOf,
  sharesDomain,
} from "../../../../../components/provider/azure/http/hosts";

describe("the hosts of one cloud", () => {
  test.each([
    ["management.local.azurestack.external", "adfs.local.azurestack.external"],
    ["management.azure.microsoft.scloud", "login.microsoftonline.microsoft.scloud"],
    ["127.0.0.1", "127.0.0.1"],
    ["localhost", "localhost"],
    ["management.7.example", "login.7.example"],
    ["10.azurestack.external", "adfs.azurestack.external"],
    ["host.7.7", "other.7.7"],
  ])("share a domain: %s and %s", (one, other) => {
    expect(sharesDomain(one, other)).toBe(true);
  });

  test.each([
    ["management.azure.com", "login.microsoftonline.com"],
    ["127.0.0.1", "10.9.0.1"],
    ["127.0.0.1", "localhost"],
    ["localhost", "otherhost"],
    ["[::1]", "[::2]"],
    ["management.mycloud.example", "mycloud.example.evil"],
  ])("do not, of two clouds: %s and %s", (one, other) => {
    expect(sharesDomain(one, other)).toBe(false);
  });

  test("are Microsoft's sign-in hosts and their subdomains, and not similar names", () => {
    expect(isSignInHost("login.microsoftonline.com")).toBe(true);
    expect(isSignInHost("westeurope.login.microsoft.com")).toBe(true);
    expect(isSignInHost("login.microsoftonline.com.evil.example")).toBe(false);
    expect(isSignInHost("notlogin.microsoftonline.com")).toBe(false);
    expect(isSignInHost("login.microsoftonline.com:8443")).toBe(false);
  });

  test("are below a domain, and not below another domain with the same ending", () => {
    expect(isWithin("westeurope.management.azure.com", "management.azure.com")).toBe(true);
    expect(isWithin("evilmanagement.azure.com", "management.azure.com")).toBe(false);
  });
});

describe("an answer", () => {
  test.each([
    [200, "https://evil.example/", undefined],
    [304, undefined, undefined],
    [302, "https://evil.example/x", "evil.example"],
    [307, "/here", "own.example"],
    [299, "https://evil.example/", undefined],
    [300, "https://evil.example/", "evil.example"],
    [399, "https://evil.example/", "evil.example"],
    [400, "https://evil.example/", undefined],
    [301, null, "nowhere"],
    [308, "https://", "nowhere"],
  ])("with the status %d and the location %s leads to %s", (status, location, to) => {
    expect(redirectOf(status, location, "https://own.example/x")).toBe(to);
  });
});
