import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootCertificates } from "node:tls";

/** A folder with the file of certificates to trust. */
export interface TrustFolder {
  readonly caFile: string;
  remove(): void;
}

// Each variable names certificates that the parent process trusts. In children it names our file instead.
const inherited = ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"];

/**
 * Writes the file of certificates for the clients of this Azure. NODE_EXTRA_CA_CERTS adds to Node's certificates, but
 * SSL_CERT_FILE and REQUESTS_CA_BUNDLE replace those of Go and Python. Therefore the file also contains the public roots
 * and the extra certificates of the parent process.
 */
export function makeTrustFolder(certificate: string): TrustFolder {
  const folder = mkdtempSync(join(tmpdir(), "local-azure-"));
  const caFile = join(folder, "ca.pem");
  const texts = [certificate, ...rootCertificates, ...inherited.map(readInherited)];
  // Compared by content: files wrap the same certificate at different line lengths.
  const certificates = new Map(texts.flatMap(split).map((pem) => [pem.replace(/\s/g, ""), pem]));
  writeFileSync(caFile, `${[...certificates.values()].join("\n")}\n`);
  return { caFile, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function readInherited(variable: string): string {
  const file = process.env[variable];
  try {
    return file ? readFileSync(file, "utf8") : "";
  } catch {
    // A client ignores a missing file, too.
    return "";
  }
}

/** The certificates in a PEM text, without the text between them. */
function split(pem: string): string[] {
  return pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
}
