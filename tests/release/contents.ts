import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** The files below a folder by their paths in it, with slashes, in their order. */
export function contents(folder: string): Map<string, Buffer> {
  const paths = (readdirSync(folder, { recursive: true }) as string[]).filter((path) =>
    statSync(join(folder, path)).isFile(),
  );
  return new Map(
    paths.sort().map((path) => [path.replaceAll("\\", "/"), readFileSync(join(folder, path))] as const),
  );
}
