/** A plugin that does nothing, on the same protocol: the lower bound for a provider in Node. */
import { serve } from "provider-server";

const none = () => {
  throw new Error("this provider has no resources");
};

serve({
  acceptsSecrets: true,
  version: "0.0.0",
  schema: () => "{}",
  configure() {},
  check: none,
  diff: none,
  create: none,
  previewCreate: none,
  read: none,
  update: none,
  previewUpdate: none,
  delete: none,
  invoke: none,
  construct: none,
  cancel() {},
});
