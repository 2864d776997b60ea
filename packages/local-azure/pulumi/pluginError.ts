/** The error of a failed call to a plugin. */

import type { ServiceError } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb.js";
import { Status } from "@pulumi/pulumi/proto/status_pb.js";
import { fromStruct, type Properties } from "provider-server";

/** The state of a resource that was partially created or updated by a failed call. */
export interface PartialState {
  id: string;
  properties: Properties;
  /** The inputs to save, if the plugin returns them. */
  inputs?: Properties;
  reasons: string[];
}

/** A call to a plugin failed. */
export class PluginError extends Error {
  override readonly name = "PluginError";

  constructor(
    message: string,
    /** The gRPC status code: 2 for an ordinary failure, 12 for a call that the plugin does not implement. */
    readonly code?: number,
    /** The state to save; undefined if the call changed nothing. */
    readonly partial?: PartialState,
  ) {
    super(message);
  }

  static from(error: ServiceError): PluginError {
    return new PluginError(error.details || error.message, error.code, partialState(error));
  }
}

/** gRPC carries structured details in this trailer, as a serialized google.rpc.Status. */
function partialState(error: ServiceError): PartialState | undefined {
  for (const serialized of error.metadata?.get("grpc-status-details-bin") ?? []) {
    for (const detail of Status.deserializeBinary(Buffer.from(serialized)).getDetailsList()) {
      if (detail.getTypeName() === "pulumirpc.ErrorResourceInitFailed") {
        const failed = ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
        return {
          id: failed.getId(),
          properties: fromStruct(failed.getProperties()),
          inputs: failed.hasInputs() ? fromStruct(failed.getInputs()) : undefined,
          reasons: failed.getReasonsList(),
        };
      }
    }
  }
  return undefined;
}
