import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import {
  createServer as createPlainServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeCertificate } from "../../packages/local-azure/azure/certificate.js";

/** A request that a hostile host received. */
interface Asked {
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/**
 * A foreign host to which a client is sent: over TLS, with a certificate that the client trusts, as any host of the
 * internet has one, and without.
 */
export class HostileHost {
  readonly asked: Asked[] = [];
  /** What it answers; default: 200 with an empty object. */
  answer: (request: IncomingMessage) => {
    status?: number;
    headers?: Record<string, string>;
    body?: unknown;
  } = () => ({});

  private constructor(
    private readonly servers: readonly Server[],
    private readonly folder: string,
    /** A file with its certificate and those that the client trusts anyway. */
    readonly caFile: string,
  ) {}

  /** @param trusted a file with the certificates that the client trusts anyway; default: none */
  static async start(trusted?: string): Promise<HostileHost> {
    const { key, certificate } = await makeCertificate({ subject: "hostile" });
    const folder = mkdtempSync(join(tmpdir(), "hostile-"));
    const caFile = join(folder, "ca.pem");
    writeFileSync(caFile, `${trusted ? readFileSync(trusted, "utf8") : ""}\n${certificate}`);
    const handle = (request: IncomingMessage, response: ServerResponse) => void host.serve(request, response);
    const servers = [createServer({ key, cert: certificate }, handle), createPlainServer(handle)];
    const host = new HostileHost(servers, folder, caFile);
    for (const server of servers) {
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    }
    return host;
  }

  /** `localhost:<port>`: not the name under which a local Azure runs. */
  get host(): string {
    return `localhost:${this.port(0)}`;
  }

  get plainHost(): string {
    return `localhost:${this.port(1)}`;
  }

  close(): void {
    for (const server of this.servers) {
      server.closeAllConnections();
      server.close();
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private port(index: number): number {
    return (this.servers[index].address() as AddressInfo).port;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = "";
    for await (const chunk of request.setEncoding("utf8")) {
      text += chunk;
    }
    this.asked.push({ url: request.url ?? "", authorization: request.headers.authorization, body: text });
    const { status = 200, headers = {}, body = {} } = this.answer(request);
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  }
}
