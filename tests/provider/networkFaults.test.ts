/**
 * Every operation with an untrusted certificate or an unknown host name for the cloud's metadata, its sign-in, its resource manager
 * or the registry. The error names the host and what to do. The exported password keeps working. Once the connection works again,
 * one `up` is enough.
 */
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { secret } from "provider-server";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { makeCertificate } from "../../packages/local-azure/azure/certificate.js";
import { HostileHost } from "../support/hostileHost.js";
import { isFullSize } from "../support/size.js";
import { TestEnvironment } from "../support/testEnvironment.js";
import { until } from "../support/until.js";
import { Case, failureOf, type Operation, operations } from "./faultOperations.js";

/** A fault of the connection, and the error that reports it. */
interface NetworkFault {
  readonly what: string;
  /** The wrong endpoints in the cloud's metadata. Default: the metadata itself cannot be reached. */
  readonly metadata?: (untrusted: string) => { resourceManager?: string; loginEndpoint?: string };
  /** The host of the metadata. Default: a trusted host. */
  readonly metadataHost?: (untrusted: string) => string;
  readonly said: RegExp;
}

const trust = /self-signed certificate.*; if that host is Azure or your own proxy, set NODE_EXTRA_CA_CERTS/;
const unknown = "getaddrinfo (ENOTFOUND|EAI_AGAIN)";

const allNetworkFaults: readonly NetworkFault[] = [
  {
    what: "metadata that is not trusted",
    metadataHost: (host) => host,
    said: /metadata service at .* cannot be reached \(self-signed certificate.*\): check azure-native:metadataHost/,
  },
  {
    what: "metadata at an unknown name",
    metadataHost: () => "metadata.invalid",
    said: new RegExp(
      `metadata service at .* cannot be reached \\(${unknown}.*\\): check azure-native:metadataHost`,
    ),
  },
  {
    what: "a resource manager that is not trusted",
    metadata: (host) => ({ resourceManager: `https://${host}` }),
    said: trust,
  },
  {
    what: "a resource manager at an unknown name",
    metadata: () => ({ resourceManager: "https://management.invalid" }),
    said: new RegExp(
      `: ${unknown} management.invalid; check the connection to Azure and run pulumi up again`,
    ),
  },
  {
    what: "a sign-in host that is not trusted",
    metadata: (host) => ({ loginEndpoint: `https://${host}` }),
    said: trust,
  },
  {
    what: "a sign-in host at an unknown name",
    metadata: () => ({ loginEndpoint: "https://login.invalid" }),
    said: new RegExp(
      `: no sign-in to Azure at login.invalid: ${unknown} login.invalid; check the connection to Azure and run pulumi up again`,
    ),
  },
];

/** All at full size; otherwise one of each kind, as the unit tests check each error. */
const networkFaults = isFullSize ? allNetworkFaults : allNetworkFaults.slice(3, 5);

let environment: TestEnvironment;
let cloud: HostileHost;
let server: Server;
let untrusted: string;
let taken = 0;

beforeAll(async () => {
  const { key, certificate } = await makeCertificate({ subject: "untrusted" });
  server = createServer({ key, cert: certificate });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  untrusted = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  cloud = await HostileHost.start();
  // Local Azure and the plugin trust the same certificates as this process.
  vi.stubEnv("NODE_EXTRA_CA_CERTS", cloud.caFile);
  const registries = Array.from({ length: networkFaults.length * operations.length + 6 }, (_, index) => ({
    name: `registry${index}`,
    resourceGroup: "myresourcegroup",
  }));
  // The plugin shows its retries, as on a terminal.
  environment = await TestEnvironment.start({ registries }, { env: { PROVIDER_STATUS: "true" } });
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await environment?.close();
  cloud?.close();
  server?.close();
});

const newCase = () => Case.on(environment, `registry${taken++}`);

/** Connects both resources to this Azure, in their arguments and in the state. */
function connect(one: Case, azure?: { metadataHost: string }): void {
  one.azure = azure;
  for (const { state, pendingDeletes } of [one.access, one.credentials]) {
    for (const { inputs } of [...(state ? [state] : []), ...pendingDeletes]) {
      inputs.azure = secret({ ...azure }) as never;
    }
  }
}

/** The errors of operations. The clock advances by two minutes whenever each operation has ended or shows that it retries. */
async function failuresOf(all: readonly (readonly [Operation, Case])[]): Promise<unknown[]> {
  const over = new Set<Case>();
  const failures = all.map(([operation, one]) => failureOf(operation.run(one)).finally(() => over.add(one)));
  while (over.size < all.length) {
    const { engineLog } = environment.plugin;
    const before = engineLog.length;
    const isRetrying = ([operation, one]: (typeof all)[number]) =>
      // The check of an adoption asks Azure, and the engine shows no messages of a check.
      operation.name === "adoption" ||
      engineLog.slice(before).some(({ urn }) => urn === one[operation.of].urn);
    await Promise.all([sleep(2_000), until(() => all.every((one) => over.has(one[1]) || isRetrying(one)))]);
    environment.clock.elapse(120);
  }
  return Promise.all(failures);
}

describe("the connection to Azure fails", () => {
  test.each(networkFaults.map((fault) => [fault.what, fault] as const))(
    "%s",
    async (_, { metadata, metadataHost, said }) => {
      const all = await Promise.all(
        operations.map(async (operation): Promise<[Operation, Case]> => {
          const one = await newCase();
          await operation.before?.(one);
          return [operation, one];
        }),
      );
      const { resourceManager, authority } = environment.azure.connection;
      const { loginEndpoint = authority, ...rest } = metadata?.(untrusted) ?? {};
      cloud.answer = () => ({ body: { resourceManager, authentication: { loginEndpoint }, ...rest } });
      const azure = { metadataHost: metadataHost?.(untrusted) ?? cloud.host };
      await environment.restart();

      for (const [, one] of all) {
        connect(one, azure);
      }
      const failures = await failuresOf(all);

      for (const [index, [operation, one]] of all.entries()) {
        expect(failures[index], operation.name).toBeDefined();
        one.expectComplete(failures[index], said, { expect });
        await one.keepsItsPromise();
        one.azure = undefined;
        connect(one, undefined);
      }
      await environment.restart();
      await Promise.all(all.map(([operation, one]) => one.converges(operation)));
    },
  );
});

describe.each([
  [
    "is not trusted",
    () => untrusted,
    "self-signed certificate",
    "if that host is Azure or your own proxy, set NODE_EXTRA_CA_CERTS",
  ],
  ["has an unknown name", () => "registry.invalid", unknown, "let this machine through its firewall"],
])("a registry that %s", (_, loginServer, reason, remedy) => {
  const said = new RegExp(`cannot be asked from here \\(${reason}.*\\)`);

  test("a create that waits keeps the passwords", async () => {
    const one = await newCase();
    const failure = await failureOf(one.upCredentials({ waitUntilLive: true, loginServer: loginServer() }));
    expect(String(failure)).toMatch(said);
    expect(String(failure)).toContain(`waitUntilLive needs it to be reachable, so ${remedy}`);
    await one.keepsItsPromise();
    const { password } = one.credentials.exported;
    await one.upCredentials({ loginServer: undefined });
    expect(one.credentials.exported.password).toBe(password);
    await one.keepsItsPromise();
  });

  test("a rotation that waits changes nothing", async () => {
    const one = await newCase();
    await one.upCredentials({ waitUntilLive: true });
    const { password } = one.credentials.exported;
    const failure = await failureOf(one.upCredentials({ generation: "two", loginServer: loginServer() }));
    expect(String(failure)).toMatch(said);
    expect(one.credentials.exported.password).toBe(password);
    await one.keepsItsPromise();
    await one.upCredentials({ loginServer: undefined });
    expect(one.credentials.exported.password).not.toBe(password);
    await one.keepsItsPromise();
    expect(await environment.canLogIn("mytoken", password, one.registry)).toBe(true);
  });

  test("an adoption is refused", async () => {
    const one = await newCase();
    const [{ value }] = await environment.client.generate(one.tokenId, "password1");
    const failure = await failureOf(
      one.upCredentials({ adopt: { password1: value }, loginServer: loginServer() }),
    );
    expect(String(failure)).toMatch(said);
    expect(String(failure)).toMatch(/Run this on a machine that reaches the registry/);
    expect(one.credentials.state).toBeUndefined();
    await one.upCredentials({ loginServer: undefined });
    expect(one.credentials.exported.password).toBe(value);
    await one.keepsItsPromise();
  });
});
