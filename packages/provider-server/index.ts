/** Pulumi's provider protocol: property values, and a server. */
export { describeDefect, isDefect } from "./defect.js";
export {
  type Autonaming,
  type ChangeKind,
  type Changes,
  type CheckFailure,
  type CheckResult,
  PartialFailure,
  type Provider,
  type ReadState,
  type ResourceReference,
  type ResourceState,
} from "./provider.js";
export { serve } from "./serve.js";
export { fromStruct, toStruct } from "./structs.js";
export {
  containsSecret,
  containsUnknown,
  isObject,
  isSecret,
  type Properties,
  type PropertyValue,
  parseUrn,
  type Secret,
  secret,
  unknown,
  unwrapSecrets,
  urn,
  withSecretsOf,
} from "./values.js";
