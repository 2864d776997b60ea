import { generate } from "selfsigned";

/** A TLS certificate and its key, both PEM. */
export interface Certificate {
  readonly key: string;
  readonly certificate: string;
}

const day = 24 * 60 * 60 * 1000;

/**
 * Makes the certificate of this run, for localhost, 127.0.0.1 and ::1, and for other names where they are given.
 *
 * It is self-signed and not a CA: Node, Go and OpenSSL all accept such a certificate as its own trust anchor, and
 * Python 3.13's strict checks, which want key identifiers on anything a CA signed, leave it alone. And a client that trusts it
 * trusts one server and no issuer.
 *
 * @param subject its name: of two that one client trusts each must have its own
 * @param names other hosts that it is for
 */
export async function makeCertificate({
  subject = "localhost",
  names = [],
}: {
  subject?: string;
  names?: readonly string[];
} = {}): Promise<Certificate> {
  const now = Date.now();
  const { private: key, cert: certificate } = await generate([{ name: "commonName", value: subject }], {
    keyType: "ec",
    curve: "P-256",
    algorithm: "sha256",
    notBeforeDate: new Date(now - day),
    notAfterDate: new Date(now + 90 * day),
    extensions: [
      { name: "basicConstraints", cA: false, critical: true },
      // keyCertSign: without it OpenSSL does not regard the certificate as having signed itself.
      { name: "keyUsage", digitalSignature: true, keyCertSign: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: [
          { type: 2, value: "localhost" },
          { type: 7, ip: "127.0.0.1" },
          { type: 7, ip: "::1" },
          ...names.map((value) => ({ type: 2 as const, value })),
        ],
      },
    ],
  });
  return { key, certificate };
}
