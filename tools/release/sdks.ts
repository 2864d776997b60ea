import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pack } from "./archives";

/** The languages whose programs need an SDK of their own: TypeScript has the npm package, and YAML needs none. */
const languages = ["python", "go", "dotnet", "java"] as const;

/** The SDK for a language. */
export interface Sdk {
  readonly language: string;
  /** The archive with its sources. Undefined if the SDK was skipped. */
  readonly archive?: string;
  /** Why the SDK was skipped. */
  readonly reason?: string;
}

/**
 * Makes the SDKs from the schema with Pulumi's generators, as archives of their sources. An SDK is skipped if there is no pulumi on
 * PATH, or no language host.
 *
 * @param schema the file
 * @param folder the folder for the archives
 */
export async function packSdks(schema: string, version: string, folder: string): Promise<Sdk[]> {
  const work = mkdtempSync(join(tmpdir(), "sdks-"));
  try {
    const sdks: Sdk[] = [];
    for (const language of languages) {
      const args = ["package", "gen-sdk", schema, "--language", language, "--out", work, "--color", "never"];
      const { error, status, stdout, stderr } = spawnSync("pulumi", args, { encoding: "utf8" });
      if (error !== undefined) {
        sdks.push({ language, reason: "there is no pulumi on PATH" });
      } else if (status !== 0) {
        sdks.push({ language, reason: `${stderr}${stdout}`.trim() });
      } else {
        const archive = `acr-token-sdk-${language}-v${version}.tar.gz`;
        await pack(join(work, language), join(folder, archive));
        sdks.push({ language, archive });
      }
    }
    return sdks;
  } finally {
    rmSync(work, { recursive: true });
  }
}
