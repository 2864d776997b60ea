import { RegistryError } from "./errors.js";

/** What may be done with a repository, a manifest or a tag: Azure's changeableAttributes. */
export interface ChangeableAttributes {
  deleteEnabled: boolean;
  /** False locks it: it can be neither updated nor deleted. */
  writeEnabled: boolean;
  readEnabled: boolean;
  /** False: no list shows it; a client that knows its name finds it. */
  listEnabled: boolean;
  /** Of repositories alone; without any effect here. */
  teleportEnabled?: boolean;
}

/** Something that has changeableAttributes. */
export interface Lockable {
  readonly changeable: ChangeableAttributes;
}

/** As everything begins: nothing is locked. */
export function unlocked(): ChangeableAttributes {
  return { deleteEnabled: true, writeEnabled: true, readEnabled: true, listEnabled: true };
}

/** Refuses to go on where one of these things has the attribute switched off; undefined stands for what is not there. */
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

/** Refuses to delete any of these things where one is locked, or protected from deletion alone. */
export function checkDeletable(...things: readonly Lockable[]): void {
  checkEnabled("writeEnabled", ...things);
  checkEnabled("deleteEnabled", ...things);
}
