import { join } from "node:path";

/** The folder of this project. */
export const repository = join(__dirname, "..", "..");
