/** What a plugin answers, out of the protocol's messages. */
import {
  DiffResponse,
  PropertyDiff,
  type CheckFailure as ProtocolFailure,
} from "@pulumi/pulumi/proto/provider_pb.js";
import { type CheckFailure, containsUnknown, type Properties } from "provider-server";
import { PluginError } from "./pluginError.js";

/** How a property differs; a `-replace` means that the resource has to be replaced for it. */
export type PropertyChange =
  | "add"
  | "add-replace"
  | "delete"
  | "delete-replace"
  | "update"
  | "update-replace";

export interface Diff {
  changes: "some" | "none" | "unknown";
  /** The properties that make it a replacement; empty for an update. */
  replaces: string[];
  deleteBeforeReplace: boolean;
  /** The properties that changed, where the plugin says. */
  diffs?: string[];
  /** Each changed path, where the plugin says. */
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

/** What was really made is really known: the engine refuses anything else, and so does this. */
export function refuseUnknowns(operation: string, urn: string, outputs: Properties): void {
  for (const [property, value] of Object.entries(outputs)) {
    if (containsUnknown(value)) {
      throw new PluginError(`The plugin answered the ${operation} of ${urn} with an unknown '${property}'.`);
    }
  }
}
