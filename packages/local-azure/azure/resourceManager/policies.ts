import { isDeepStrictEqual } from "node:util";
import type { ScopeMap, Token } from "../state.js";
import { AzureError } from "./errors.js";

/** The resource types that a policy can govern, with the properties that it can require. */
interface Governed {
  tokens: Pick<Token, "status">;
  scopeMaps: Pick<ScopeMap, "actions" | "description">;
  /**
   * The passwords that generateCredentials returns. Azure Policy does not govern this action: the assignment stands for
   * any other cause for which Azure sets another expiry than the request's expiry. null: never expires.
   */
  passwords: { expiry: string | null };
}

/** An assignment of Azure Policy. */
export type PolicyAssignment = {
  [Type in keyof Governed]: {
    /** Unique among the assignments, as `disable-tokens`. */
    name: string;
    /** Default: `name`. */
    displayName?: string;
    /** The display name of the policy definition. Default: `name`. */
    definitionDisplayName?: string;
    resourceType: Type;
    /** The path of the governed resources, such as `/subscriptions/…/resourceGroups/mygroup`. Default: every subscription. */
    scope?: string;
    /** The values that the properties of a compliant resource have. */
    requires: Partial<Governed[Type]>;
    /**
     * The effect on a write after which the resource would not comply. Modify: Azure stores the required values instead
     * of the requested values, and reports success. Deny: Azure returns 403. Audit: none.
     */
    effect: "Modify" | "Deny" | "Audit";
  };
}[keyof Governed];

/** A write that a policy with the effect Deny refuses, in the form of Azure's resource manager. */
class PolicyViolation extends AzureError {
  constructor(
    private readonly resource: string,
    private readonly violated: PolicyAssignment,
  ) {
    const { assignmentId, definitionId } = idsOf(resource, violated);
    const identifiers = JSON.stringify([
      {
        policyAssignment: { name: displayNameOf(violated), id: assignmentId },
        policyDefinition: { name: definitionNameOf(violated), id: definitionId },
      },
    ]);
    super(
      403,
      "RequestDisallowedByPolicy",
      `Resource '${nameOf(resource)}' was disallowed by policy. Policy identifiers: '${identifiers}'.`,
    );
  }

  override response() {
    const { name } = this.violated;
    const { scope, assignmentId, definitionId } = idsOf(this.resource, this.violated);
    const info = {
      policyDefinitionDisplayName: definitionNameOf(this.violated),
      policyDefinitionEffect: "Deny",
      policyAssignmentId: assignmentId,
      policyAssignmentName: name,
      policyAssignmentDisplayName: displayNameOf(this.violated),
      policyAssignmentScope: scope,
      policyDefinitionId: definitionId,
      policyDefinitionName: name,
    };
    return {
      status: this.status,
      body: {
        error: {
          code: this.code,
          target: nameOf(this.resource),
          message: this.message,
          additionalInfo: [{ type: "PolicyViolation", info }],
        },
      },
    };
  }
}

/** The policy assignments of one local Azure. They govern every write from the moment that they are assigned. */
export class Policies {
  private readonly assignments = new Map<string, PolicyAssignment>();

  /** Adds an assignment, or replaces the assignment of the same name. */
  assign(assignment: PolicyAssignment): void {
    this.assignments.set(assignment.name, assignment);
  }

  /** Removes an assignment. Resources that it changed stay unchanged. */
  remove(name: string): void {
    this.assignments.delete(name);
  }

  /** Removes every assignment. */
  clear(): void {
    this.assignments.clear();
  }

  /**
   * The properties that a write results in.
   *
   * @param resource the resource's path
   * @param requested the properties that the resource would have after the write
   * @throws AzureError with 403 if a policy denies the write
   */
  apply<Type extends keyof Governed, Requested extends Governed[Type]>(
    type: Type,
    resource: string,
    requested: Requested,
  ): Requested {
    let result = requested;
    for (const assignment of this.assignments.values()) {
      const { resourceType, scope = "", effect } = assignment;
      const governs = resourceType === type && effect !== "Audit" && isWithin(resource, scope);
      if (!governs || complies(result, assignment)) {
        continue;
      }
      if (effect === "Deny") {
        throw new PolicyViolation(resource, assignment);
      }
      result = { ...result, ...assignment.requires };
    }
    return result;
  }
}

/** Whether a path equals a scope or is below it. */
function isWithin(resource: string, scope: string): boolean {
  return `${resource.toLowerCase()}/`.startsWith(`${scope.toLowerCase()}/`);
}

function complies(properties: object, { requires }: PolicyAssignment): boolean {
  return Object.entries(requires).every(([name, value]) =>
    isDeepStrictEqual((properties as Record<string, unknown>)[name], value),
  );
}

function idsOf(resource: string, { name, scope }: PolicyAssignment) {
  const subscription = resource.split("/").slice(0, 3).join("/");
  const assigned = scope ?? subscription;
  return {
    scope: assigned,
    assignmentId: `${assigned}/providers/Microsoft.Authorization/policyAssignments/${name}`,
    definitionId: `${subscription}/providers/Microsoft.Authorization/policyDefinitions/${name}`,
  };
}

function displayNameOf({ name, displayName = name }: PolicyAssignment): string {
  return displayName;
}

function definitionNameOf({ name, definitionDisplayName = name }: PolicyAssignment): string {
  return definitionDisplayName;
}

function nameOf(resource: string): string {
  return resource.slice(resource.lastIndexOf("/") + 1);
}
