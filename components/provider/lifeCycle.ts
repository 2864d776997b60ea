import type { Provider } from "provider-server";

/** The operations on one type of resource, with the protocol's names. */
export type LifeCycle = Pick<
  Provider,
  "check" | "diff" | "create" | "previewCreate" | "read" | "update" | "previewUpdate" | "delete"
>;
