import type { Provider } from "provider-server";

/** The life cycle of one type of resource, by the names of the protocol. */
export type LifeCycle = Pick<
  Provider,
  "check" | "diff" | "create" | "previewCreate" | "read" | "update" | "previewUpdate" | "delete"
>;
