import { createHash } from "node:crypto";
import { request } from "node:https";

/** A response of a registry. */
interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/** The registry refused the request. The message is the registry's. */
export class AccessDeniedError extends Error {}

interface Descriptor {
  readonly digest: string;
  readonly size: number;
}

interface Manifest {
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

const manifestTypes = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** Logs in, pulls and pushes as a container client does, by the distribution protocol. */
export class RegistryClient {
  /**
   * @param loginServer host and port
   * @param ca the certificate to trust, PEM
   */
  constructor(
    private readonly loginServer: string,
    private readonly username: string,
    private readonly password: string,
    private readonly ca: string,
  ) {}

  /**
   * Pulls an image, and compares the digest of each part.
   *
   * @throws AccessDeniedError if it is not allowed
   */
  async pull(image: string): Promise<{ layers: number }> {
    const [repository, tag] = image.split(":");
    const token = await this.accessToken(`repository:${repository}:pull`);
    const answer = await this.send("GET", `/v2/${repository}/manifests/${tag}`, `Bearer ${token}`);
    const manifest = JSON.parse(expect(answer, 200).body.toString()) as Manifest;
    for (const { digest, size } of [manifest.config, ...manifest.layers]) {
      const blob = expect(
        await this.send("GET", `/v2/${repository}/blobs/${digest}`, `Bearer ${token}`),
        200,
      ).body;
      const received = `sha256:${createHash("sha256").update(blob).digest("hex")}`;
      if (received !== digest || blob.length !== size) {
        throw new Error(`${repository}: ${digest} arrived as ${received}, ${blob.length} bytes`);
      }
    }
    return { layers: manifest.layers.length };
  }

  /**
   * Begins a push, which the registry refuses if it is not allowed.
   *
   * @throws AccessDeniedError if it is not allowed
   */
  async push(image: string): Promise<void> {
    const [repository] = image.split(":");
    const token = await this.accessToken(`repository:${repository}:pull,push`);
    expect(await this.send("POST", `/v2/${repository}/blobs/uploads/`, `Bearer ${token}`), 202);
  }

  /**
   * Logs in and returns an access token for a scope. The registry also returns a token if it does not grant the scope.
   *
   * @throws AccessDeniedError if the password is wrong
   */
  async accessToken(scope: string): Promise<string> {
    const query = new URLSearchParams({ service: this.loginServer, scope });
    const basic = Buffer.from(`${this.username}:${this.password}`).toString("base64");
    const answer = await this.send("GET", `/oauth2/token?${query}`, `Basic ${basic}`);
    const { access_token } = JSON.parse(expect(answer, 200).body.toString()) as { access_token: string };
    return access_token;
  }

  private send(method: string, path: string, authorization: string): Promise<Answer> {
    const url = new URL(`https://${this.loginServer}${path}`);
    const headers = {
      accept: `${manifestTypes}, */*`,
      authorization,
    };
    return new Promise((resolve, reject) => {
      const sent = request(url, { method, headers, ca: this.ca }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }));
      });
      sent.on("error", reject);
      sent.end();
    });
  }
}

function expect(answer: Answer, status: number): Answer {
  if (answer.status === status) {
    return answer;
  }
  const said = messageOf(answer.body.toString());
  if (answer.status === 401 || answer.status === 403) {
    throw new AccessDeniedError(`${answer.status} ${said}`);
  }
  throw new Error(`the registry answered ${answer.status} ${said}`);
}

function messageOf(body: string): string {
  try {
    const { errors } = JSON.parse(body) as { errors: { code: string; message: string }[] };
    return errors.map(({ code, message }) => `${code}: ${message}`).join("; ");
  } catch {
    return body;
  }
}
