import { createRequire } from "node:module";
import { dirname } from "node:path";

/** The folder of this project, wherever this file has been compiled to. */
export const repository = dirname(
  dirname(dirname(createRequire(__filename).resolve("local-azure/package.json"))),
);
