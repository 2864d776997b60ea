/** A provider's results as messages of the protocol. */
import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import {
  CheckFailure,
  CheckResponse,
  DiffResponse,
  ErrorResourceInitFailed,
  PropertyDiff,
} from "@pulumi/pulumi/proto/provider_pb.js";
import { Status } from "@pulumi/pulumi/proto/status_pb.js";
import { Any } from "google-protobuf/google/protobuf/any_pb.js";
import { describeDefect, isDefect } from "./defect.js";
import { printable } from "./printable.js";
import { type Changes, type CheckResult, PartialFailure } from "./provider.js";
import { toStruct } from "./structs.js";

export function checkResponse({ inputs, failures }: CheckResult): CheckResponse {
  return new CheckResponse()
    .setInputs(toStruct(inputs))
    .setFailuresList(
      failures.map(({ property, reason }) =>
        new CheckFailure().setProperty(property).setReason(printable(reason)),
      ),
    );
}

const kinds = {
  add: [PropertyDiff.Kind.ADD, PropertyDiff.Kind.ADD_REPLACE],
  delete: [PropertyDiff.Kind.DELETE, PropertyDiff.Kind.DELETE_REPLACE],
  update: [PropertyDiff.Kind.UPDATE, PropertyDiff.Kind.UPDATE_REPLACE],
} as const;

export function diffResponse(changes: Changes): DiffResponse {
  const { replaces = [], properties = [], paths } = changes;
  const { DIFF_NONE, DIFF_SOME } = DiffResponse.DiffChanges;
  const response = new DiffResponse()
    .setChanges(changes.hasChanges ? DIFF_SOME : DIFF_NONE)
    .setDiffsList([...properties])
    .setReplacesList([...replaces])
    .setDeletebeforereplace(changes.deleteBeforeReplace ?? false)
    .setHasdetaileddiff(paths !== undefined);
  for (const [path, kind] of paths ?? []) {
    const [update, replace] = kinds[kind];
    const isReplacing = replaces.includes(path.split(/[.[]/, 1)[0] ?? "");
    response
      .getDetaileddiffMap()
      .set(path, new PropertyDiff().setInputdiff(true).setKind(isReplacing ? replace : update));
  }
  return response;
}

/** An error as a gRPC status. An error that came over gRPC keeps its status. */
export function errorResponse(error: unknown): Partial<ServiceError> {
  const { code, details, metadata } = error as Partial<ServiceError>;
  if (metadata instanceof Metadata) {
    return { code, details: printable(details ?? ""), metadata };
  }
  const message = printable(messageOf(error));
  return {
    code: status.UNKNOWN,
    details: message,
    metadata: error instanceof PartialFailure ? savedState(error, message) : new Metadata(),
  };
}

function messageOf(error: unknown): string {
  if (isDefect(error)) {
    return describeDefect(error);
  }
  return error instanceof Error ? error.message : String(error);
}

/** The detail by which the engine saves a partially created resource. Its Go client accepts 16 MB of trailers. */
function savedState({ state }: PartialFailure, message: string): Metadata {
  const failed = new ErrorResourceInitFailed()
    .setId(state.id)
    .setProperties(toStruct(state.outputs))
    .setInputs(state.inputs && toStruct(state.inputs))
    .setReasonsList([message]);
  const detail = new Any();
  detail.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const result = new Status().setCode(status.UNKNOWN).setMessage(message);
  result.addDetails(detail);
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(result.serializeBinary()));
  return metadata;
}
