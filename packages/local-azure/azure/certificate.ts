import { generate } from "selfsigned";

/** A TLS certificate and its key, both PEM. */
export interface Certificate {
  readonly key: string;
  readonly certificate: string;
}

const day = 24 * 60 * 60 * 1000;

/**
 * Makes the certificate of this run, for localhost, 127.0.0.1, ::1 and the given names.
 *
 * It is self-signed and not a CA: a client that trusts it trusts one server and no issuer. Node, Go and OpenSSL accept
 * such a certificate as its own trust anchor. Python 3.13's strict checks require key identifiers only if a CA signed.
 *
 * @param subject the common name, which must differ between two certificates that one client trusts
 * @param names other host names of the certificate
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
      // OpenSSL accepts a self-signed certificate only with keyCertSign.
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
