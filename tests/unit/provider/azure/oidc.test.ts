import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { oidcToken } from "../../../../components/provider/azure/oidc";

const { fetch: systemFetch } = globalThis;

afterEach(() => vi.unstubAllGlobals());

/** A server that answers each request so, and keeps what it was asked. Its TLS is left out. */
async function tokenServer(status: number, body: string): Promise<{ url: string; asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    response.writeHead(status, { "content-type": "application/json" }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  vi.stubGlobal("fetch", (url: URL, init: RequestInit) =>
    systemFetch(url.href.replace(/^https/, "http"), init),
  );
  return { url: `https://127.0.0.1:${port}/token?api-version=2`, asked };
}

describe("the OIDC token", () => {
  test("is the one that is given", async () => {
    expect(await oidcToken({ oidcToken: "given", oidcTokenFilePath: "/nowhere" })).toBe("given");
  });

  test("is what stands in the file, read anew each time", async () => {
    const folder = mkdtempSync(join(tmpdir(), "oidc-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const oidcTokenFilePath = join(folder, "token");
    writeFileSync(oidcTokenFilePath, "first\n");
    expect(await oidcToken({ oidcTokenFilePath })).toBe("first");
    writeFileSync(oidcTokenFilePath, "second\n");
    expect(await oidcToken({ oidcTokenFilePath })).toBe("second");
  });

  test("is requested for Microsoft Entra, as a GitHub action does", async () => {
    const { url, asked } = await tokenServer(200, '{"value":"requested"}');
    expect(await oidcToken({ oidcRequestUrl: url, oidcRequestToken: "bearer" })).toBe("requested");
    expect(asked[0]?.url).toBe("/token?api-version=2&audience=api%3A%2F%2FAzureADTokenExchange");
    expect(asked[0]?.headers.authorization).toBe("Bearer bearer");
  });
});

describe("without an OIDC token", () => {
  test("the error names every place where it can be set", async () => {
    await expect(oidcToken({ useOidc: true })).rejects.toThrow(
      /there is no token: set the oidcToken \(.*ARM_OIDC_TOKEN\), the oidcTokenFilePath \(.*\), or both the oidcRequestUrl \(.*\) and the oidcRequestToken/,
    );
  });

  test("the error names the file that cannot be read", async () => {
    await expect(oidcToken({ oidcTokenFilePath: "/nowhere/token" })).rejects.toThrow(
      /the OIDC token cannot be read: ENOENT.*\/nowhere\/token.*; correct the oidcTokenFilePath/,
    );
  });

  test.each([
    [403, "{}"],
    [200, "no JSON"],
  ])("the error says what the server answered, and shows no bearer token: %d", async (status, body) => {
    const { url } = await tokenServer(status, body);
    const error = await oidcToken({ oidcRequestUrl: url, oidcRequestToken: "bearer-hush" }).catch(String);
    expect(error).toContain(`gave no OIDC token: it answered ${status}; check the oidcRequestUrl`);
    expect(error).not.toContain("bearer-hush");
  });
});
