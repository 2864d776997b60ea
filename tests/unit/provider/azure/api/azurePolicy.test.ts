import { describe, expect, test } from "vitest";
import { denyAdvice } from "../../../../../components/provider/azure/api/azurePolicy";

/** The body of a response of Azure's resource manager to a request that a policy denies. */
const denied = (info: unknown, type = "PolicyViolation") => ({
  error: { code: "RequestDisallowedByPolicy", additionalInfo: [{ type: "Other" }, { type, info }] },
});
const rest =
  "denies this: exempt the registry from the assignment, or change the program to what the policy allows, and run pulumi up again";

describe("the advice about a request that Azure Policy denies", () => {
  test("names the assignment and the definition", () => {
    const info = { policyAssignmentDisplayName: "No tokens", policyDefinitionDisplayName: "Disable tokens" };
    expect(denyAdvice(denied(info))).toBe(
      `the assignment "No tokens" of Azure Policy (definition "Disable tokens") ${rest}`,
    );
  });

  test("names what the response has", () => {
    expect(denyAdvice(denied({ policyAssignmentDisplayName: "No tokens" }))).toBe(
      `the assignment "No tokens" of Azure Policy ${rest}`,
    );
    for (const details of [
      undefined,
      null,
      "text",
      {},
      { error: null },
      { error: { additionalInfo: "text" } },
      { error: { additionalInfo: [null, 1] } },
      denied({ policyAssignmentDisplayName: "No tokens" }, "Other"),
      denied(null),
      denied({ policyAssignmentDisplayName: 7 }),
    ]) {
      expect(denyAdvice(details)).toBe(`Azure Policy ${rest}`);
    }
  });

  test("cuts a long name, and removes control and formatting characters", () => {
    const name = (policyAssignmentDisplayName: string) => denyAdvice(denied({ policyAssignmentDisplayName }));
    expect(name("a\u001b[31m\u202eb\n")).toContain('assignment "a[31mb" of');
    expect(name("x".repeat(300))).toContain(`"${"x".repeat(200)}"`);
  });
});
