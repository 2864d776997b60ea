import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootCertificates } from "node:tls";

/** A folder with the file of certificates to trust. */
export interface TrustFolder {
  readonly caFile: string;
  remove(): void;
}

/**
 * Writes the file of certificates that clients of this Azure are to trust. SSL_CERT_FILE and REQUESTS_CA_BUNDLE replace
 * what Go and Python trust, where NODE_EXTRA_CA_CERTS adds to it: so the public roots are in it as well, and whatever the
 * parent process has in NODE_EXTRA_CA_CERTS, and nothing that worked before fails.
 */
export function makeTrustFolder(certificate: string): TrustFolder {
  const folder = mkdtempSync(join(tmpdir(), "local-azure-"));
  const caFile = join(folder, "ca.pem");
  const texts = [certificate, readInherited(process.env.NODE_EXTRA_CA_CERTS), ...rootCertificates];
  writeFileSync(caFile, `${texts.map((text) => text.trim()).join("\n")}\n`);
  return { caFile, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function readInherited(file: string | undefined): string {
  try {
    return file ? readFileSync(file, "utf8") : "";
  } catch {
    // Node itself goes on without such a file too.
    return "";
  }
}
