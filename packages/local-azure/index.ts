/** A local Azure on loopback over TLS: resource manager, sign-in, container registries and vaults. */
export { type LocalAzure, startLocalAzure } from "./azure/azure.js";
export type { Connection } from "./azure/connection.js";
export type { Fault, Faults } from "./azure/faults.js";
export type { LocalAzureOptions } from "./azure/options.js";
export type { RecordedRequest } from "./azure/recorder.js";
export type { Policies, PolicyAssignment } from "./azure/resourceManager/policies.js";
