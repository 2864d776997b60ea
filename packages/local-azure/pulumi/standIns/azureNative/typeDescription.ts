/** How a resource type is described: its path, and where in Azure's JSON its properties are. */

import type { PropertyType } from "./propertyTypes.js";

/** A part of the path: named by an input, with Azure's rules for names. */
export interface PathParameter {
  name: string;
  minLength: number;
  maxLength: number;
  pattern?: RegExp;
}

export interface ResourceType {
  /** The module and the name in its token, for example `containerregistry` and `Token`. */
  module: string;
  name: string;
  /** The version that azure-native uses where the type does not say another. */
  apiVersion: string;
  /** The path of the ARM id, with `{placeholders}` for the path's parameters. */
  path: string;
  parameters: PathParameter[];
  /** How azure-native names it by default: as the logical name, or with random characters after it. */
  autoName: "copy" | "random";
  /** Inputs next to `properties` in Azure's JSON. */
  envelope: Record<string, PropertyType>;
  /** Inputs inside `properties` in Azure's JSON; in Pulumi they are next to the others. */
  properties: Record<string, PropertyType>;
  /** What only Azure sets. Like the inputs, it is either next to `properties` or inside. */
  readOnly: Record<string, PropertyType>;
  /** Inputs that have to be there. */
  required: string[];
  /** Whether `properties` stays one property, among those of the envelope if a program may set it. */
  opaqueProperties?: boolean;
  /** Whether it is deleted at the data plane of its vault: the resource manager cannot. */
  deletedInVault?: boolean;
}

/** In the path of every resource. */
export const resourceGroupName = { name: "resourceGroupName", minLength: 1, maxLength: 90 };
