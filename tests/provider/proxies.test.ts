/** HTTPS_PROXY and NO_PROXY apply to every request of the plugin: resource manager, sign-in, metadata, registry, OIDC. */
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { madeByAz } from "./adoption.js";
import { HostileEnvironment } from "./hostileEnvironment.js";

/** A proxy on loopback that records which `host:port` it was asked to connect to. */
class ConnectProxy {
  readonly connects: string[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<ConnectProxy> {
    const server = createServer();
    const proxy = new ConnectProxy(server);
    server.on("connect", ({ url = "" }, client, first) => {
      proxy.connects.push(url);
      const { hostname, port } = new URL(`https://${url}`);
      const upstream = connect(Number(port), hostname, () => {
        client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
        upstream.write(first);
        upstream.pipe(client).pipe(upstream);
      });
      client.on("error", () => upstream.destroy());
      upstream.on("error", () => client.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

let setting: HostileEnvironment;
let proxy: ConnectProxy;

beforeAll(async () => {
  setting = await HostileEnvironment.start();
});

afterAll(() => setting?.close());

beforeEach(async () => {
  proxy = await ConnectProxy.start();
});

afterEach(async () => {
  await setting.endTest();
  proxy.close();
});

/** Creates a token's passwords, waits until they are live, and adopts those of another token, with an OIDC sign-in. */
async function callEveryService(env: Record<string, string>): Promise<void> {
  const { environment, evil } = setting;
  evil.answer = () => ({ body: { value: environment.azure.connection.oidcToken } });
  await setting.restart({ ARM_CLIENT_SECRET: "", HTTPS_PROXY: proxy.url, https_proxy: "", ...env });
  const azure = { useOidc: true, oidcRequestUrl: `https://${evil.host}/token`, oidcRequestToken: "bearer" };
  await setting.credentials().up({ tokenId: await environment.newToken(), waitUntilLive: true, azure });
  const { tokenId, old1, old2 } = await madeByAz(environment);
  await setting.credentials().up({ tokenId, adopt: { password1: old1, password2: old2 }, azure });
}

test("HTTPS_PROXY is used for every host", async () => {
  await callEveryService({ NO_PROXY: "", no_proxy: "" });

  const { metadataHost, resourceManager, authority, registries } = setting.environment.azure.connection;
  const hosts = [
    metadataHost,
    new URL(resourceManager).host,
    new URL(authority).host,
    registries[0].loginServer,
    setting.evil.host,
  ];
  expect(new Set(proxy.connects)).toEqual(new Set(hosts));
});

test("NO_PROXY excludes a host from it", async () => {
  await callEveryService({ NO_PROXY: "127.0.0.1", no_proxy: "" });

  expect(new Set(proxy.connects)).toEqual(new Set([setting.evil.host]));
});
