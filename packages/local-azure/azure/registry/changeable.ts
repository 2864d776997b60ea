import { RegistryError } from "./errors.js";

/** Azure's changeableAttributes of a repository, a manifest or a tag. */
export interface ChangeableAttributes {
  deleteEnabled: boolean;
  /** False: it is locked and can be neither updated nor deleted. */
  writeEnabled: boolean;
  readEnabled: boolean;
  /** False: lists omit it; a request by its name finds it. */
  listEnabled: boolean;
  /** Only repositories have it; it has no effect here. */
  teleportEnabled?: boolean;
}

/** A resource with changeableAttributes. */
export interface Lockable {
  readonly changeable: ChangeableAttributes;
}

/** The initial attributes: nothing is locked. */
export function unlocked(): ChangeableAttributes {
  return { deleteEnabled: true, writeEnabled: true, readEnabled: true, listEnabled: true };
}

/** Refuses a request if the attribute of one of these resources is false. undefined stands for a missing resource. */
export function checkEnabled(
  attribute: "deleteEnabled" | "writeEnabled" | "readEnabled",
  ...things: readonly (Lockable | undefined)[]
): void {
  if (things.some((thing) => thing?.changeable[attribute] === false)) {
    throw new RegistryError(
      405,
      "REGISTRY_DISALLOWED_OPERATION",
      "The operation is disallowed on this registry, repository or image. View troubleshooting steps at https://aka.ms/acr/faq/#why-does-my-pull-or-push-request-fail-with-disallowed-operation",
    );
  }
}

/** Refuses a deletion if one of these resources is locked or protected from deletion. */
export function checkDeletable(...things: readonly Lockable[]): void {
  checkEnabled("writeEnabled", ...things);
  checkEnabled("deleteEnabled", ...things);
}
