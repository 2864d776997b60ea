/** A local Azure on loopback: resource manager, sign-in and container registries, over TLS. */
export {
  type Connection,
  type LocalAzure,
  type LocalAzureOptions,
  startLocalAzure,
} from "./azure/azure.js";
export type { Fault, Faults } from "./azure/faults.js";
export type { RecordedRequest } from "./azure/recorder.js";
