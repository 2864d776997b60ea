import { create } from "tar";
import { filesBelow } from "./files";

/** The systems that Pulumi itself comes for, in its own names. */
export const systems = ["linux", "darwin", "windows"].flatMap((os) =>
  ["amd64", "arm64"].map((arch) => `${os}-${arch}`),
);

/** The name under which Pulumi looks for a plugin on a server. */
export function archiveName(version: string, system: string): string {
  return `pulumi-resource-acr-token-v${version}-${system}.tar.gz`;
}

/**
 * Packs the files of a folder, so that the same files make the same bytes: in one order, without owners, all of one time.
 *
 * @param file the archive to write
 */
export async function pack(folder: string, file: string): Promise<void> {
  // Portable: without what tells one user, or one system, from another.
  await create(
    { cwd: folder, file, gzip: { level: 9 }, portable: true, mtime: new Date(0) },
    filesBelow(folder),
  );
}
