import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { filesBelow } from "./files";

/** The SHA-256 of every file below a folder, as `sha256sum --check` reads them. */
export function checksums(folder: string): string {
  const sum = (path: string) =>
    createHash("sha256")
      .update(readFileSync(join(folder, path)))
      .digest("hex");
  return filesBelow(folder)
    .map((path) => `${sum(path)}  ${path}\n`)
    .join("");
}
