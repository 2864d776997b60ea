/** The description of a resource type: its path, and the places of its properties in Azure's JSON. */

import type { PropertyType } from "./propertyTypes.js";

/** A parameter of the path, with its input and Azure's rules for names. */
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
  /** azure-native's default version for the type. */
  apiVersion: string;
  /** The path of the ARM id, with `{placeholders}` for the path's parameters. */
  path: string;
  parameters: PathParameter[];
  /** azure-native's default name: the logical name, or the logical name with a random suffix. */
  autoName: "copy" | "random";
  /** Inputs next to `properties` in Azure's JSON. */
  envelope: Record<string, PropertyType>;
  /** Inputs inside `properties` in Azure's JSON. In Pulumi they are next to the other inputs. */
  properties: Record<string, PropertyType>;
  /** Outputs that only Azure sets, next to `properties` or inside. */
  readOnly: Record<string, PropertyType>;
  /** Required inputs. */
  required: string[];
  /** Whether `properties` stays one property in Pulumi; an input if the envelope contains it. */
  opaqueProperties?: boolean;
  /** Whether it is deleted at its vault's data plane, because the resource manager cannot delete it. */
  deletedInVault?: boolean;
}

/** In the path of every resource. */
export const resourceGroupName = { name: "resourceGroupName", minLength: 1, maxLength: 90 };
