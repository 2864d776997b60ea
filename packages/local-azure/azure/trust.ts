import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootCertificates } from "node:tls";

/** A folder with the file of certificates to trust. */
export interface TrustFolder {
  readonly caFile: string;
  remove(): void;
}

// Each of them names certificates that the parent process trusts, and in children is to name our file instead.
const inherited = ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"];

/**
 * Writes the file of certificates that clients of this Azure are to trust. SSL_CERT_FILE and REQUESTS_CA_BUNDLE replace
 * what Go and Python trust, where NODE_EXTRA_CA_CERTS adds to it: so the public roots are in it as well, and everything that the
 * parent process trusts beyond them, and nothing that worked before fails.
 */
export function makeTrustFolder(certificate: string): TrustFolder {
  const folder = mkdtempSync(join(tmpdir(), "local-azure-"));
  const caFile = join(folder, "ca.pem");
  const texts = [certificate, ...rootCertificates, ...inherited.map(readInherited)];
  // By content: the same certificate comes in lines of different lengths.
  const certificates = new Map(texts.flatMap(split).map((pem) => [pem.replace(/\s/g, ""), pem]));
  writeFileSync(caFile, `${[...certificates.values()].join("\n")}\n`);
  return { caFile, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function readInherited(variable: string): string {
  const file = process.env[variable];
  try {
    return file ? readFileSync(file, "utf8") : "";
  } catch {
    // Clients go on without such a file too.
    return "";
  }
}

/** The certificates of a PEM text, without what stands between them. */
function split(pem: string): string[] {
  return pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
}
