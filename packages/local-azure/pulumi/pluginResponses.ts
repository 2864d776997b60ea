/** Converts a plugin's responses from the protocol's messages. */
import {
  DiffResponse,
  PropertyDiff,
  type CheckFailure as ProtocolFailure,
} from "@pulumi/pulumi/proto/provider_pb.js";
import { type CheckFailure, containsUnknown, type Properties } from "provider-server";
import { PluginError } from "./pluginError.js";

/** How a property differs. `-replace` means that the change replaces the resource. */
export type PropertyChange =
  | "add"
  | "add-replace"
  | "delete"
  | "delete-replace"
  | "update"
  | "update-replace";

export interface Diff {
  changes: "some" | "none" | "unknown";
  /** The properties that cause a replacement; empty for an update. */
  replaces: string[];
  deleteBeforeReplace: boolean;
  /** The changed properties, if the plugin returns them. */
  diffs?: string[];
  /** The changed paths, if the plugin returns them. */
  detailedDiff?: Record<string, PropertyChange>;
}

export function failures(list: ProtocolFailure[]): CheckFailure[] {
  return list.map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() }));
}

const changes = {
  [DiffResponse.DiffChanges.DIFF_NONE]: "none",
  [DiffResponse.DiffChanges.DIFF_SOME]: "some",
  [DiffResponse.DiffChanges.DIFF_UNKNOWN]: "unknown",
} as const;

const propertyChanges = {
  [PropertyDiff.Kind.ADD]: "add",
  [PropertyDiff.Kind.ADD_REPLACE]: "add-replace",
  [PropertyDiff.Kind.DELETE]: "delete",
  [PropertyDiff.Kind.DELETE_REPLACE]: "delete-replace",
  [PropertyDiff.Kind.UPDATE]: "update",
  [PropertyDiff.Kind.UPDATE_REPLACE]: "update-replace",
} as const;

export function difference(response: DiffResponse): Diff {
  const diffs = response.getDiffsList();
  const detailed: [string, PropertyChange][] = [];
  response.getDetaileddiffMap().forEach((change, path) => {
    detailed.push([path, propertyChanges[change.getKind()]]);
  });
  return {
    changes: changes[response.getChanges()],
    replaces: response.getReplacesList(),
    deleteBeforeReplace: response.getDeletebeforereplace(),
    ...(diffs.length > 0 && { diffs }),
    ...(detailed.length > 0 && { detailedDiff: Object.fromEntries(detailed) }),
  };
}

/** Refuses unknown outputs of an operation that is no preview, as Pulumi's engine does. */
export function refuseUnknowns(operation: string, urn: string, outputs: Properties): void {
  for (const [property, value] of Object.entries(outputs)) {
    if (containsUnknown(value)) {
      throw new PluginError(`The plugin returned an unknown '${property}' for the ${operation} of ${urn}.`);
    }
  }
}
