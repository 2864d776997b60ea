import { spawn } from "node:child_process";
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer } from "node:https";
import { type AddressInfo, connect, type Server } from "node:net";
import { onTestFinished } from "vitest";
import { makeCertificate } from "../../packages/local-azure/azure/certificate";

/** Repositories on loopback, over https, under a name of the internet. */
export interface GitServer {
  /** The address of a repository in the folder is this one, a slash, and its path in there. */
  readonly url: string;
  /** The server's certificate, PEM. */
  readonly certificate: string;
  /** The proxy through which that name leads here: for HTTPS_PROXY. */
  readonly proxy: string;
}

/**
 * Serves bare repositories by git's own http-backend, until the test is over.
 *
 * Its address has no port, as those of the usual hosts have none: Pulumi 3.260 takes `host:port/path` for a path on the disk,
 * and crashes. So a proxy leads to the port.
 *
 * @param folder with the repositories
 */
export async function serveGit(folder: string): Promise<GitServer> {
  const host = "git.example";
  const { key, certificate } = await makeCertificate({ names: [host] });
  const server = createServer({ key, cert: certificate }, (request, response) =>
    answer(folder, request, response),
  );
  const port = await listen(server);
  const proxy = createHttpServer();
  proxy.on("connect", ({ url }, client, first) => {
    if (url !== `${host}:443`) {
      client.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
      return;
    }
    const upstream = connect(port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      upstream.write(first);
      upstream.pipe(client).pipe(upstream);
    });
    client.on("error", () => upstream.destroy());
    upstream.on("error", () => client.destroy());
  });
  return { url: `https://${host}`, certificate, proxy: `http://127.0.0.1:${await listen(proxy)}` };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** Hands a request on as CGI (RFC 3875), and its answer back. */
function answer(folder: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? "", "https://git.example");
  const backend = spawn("git", ["http-backend"], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: "1",
      REQUEST_METHOD: request.method,
      PATH_INFO: pathname,
      QUERY_STRING: searchParams.toString(),
      CONTENT_TYPE: request.headers["content-type"],
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"],
      // Git's answer depends on the version of its protocol that is asked for.
      GIT_PROTOCOL: request.headers["git-protocol"] as string | undefined,
    },
  });
  request.pipe(backend.stdin);
  const chunks: Buffer[] = [];
  backend.stdout.on("data", (chunk) => chunks.push(chunk));
  backend.on("close", () => {
    const whole = Buffer.concat(chunks);
    const end = whole.indexOf("\r\n\r\n");
    for (const line of whole.subarray(0, end).toString().split("\r\n")) {
      const [name = "", value = ""] = line.split(/: (.*)/s);
      if (name === "Status") {
        response.statusCode = Number.parseInt(value, 10);
      } else {
        response.setHeader(name, value);
      }
    }
    response.end(whole.subarray(end + 4));
  });
}
