/** A local Azure, a hostile host, and a plugin that trusts the certificates of both. */
import { PluginClient } from "local-azure/pulumi";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import type { Resource } from "../support/engine.js";
import { HostileHost } from "../support/hostileHost.js";
import { CredentialsResource, pluginFolder, TestEnvironment } from "../support/testEnvironment.js";

/** Each test starts with `beginTest` and ends with `endTest`. */
export class HostileEnvironment {
  private running: PluginClient | undefined;
  /** Whether the next test can use the running plugin. */
  private isPlain = false;

  private named = 0;

  private constructor(
    readonly environment: TestEnvironment,
    readonly evil: HostileHost,
  ) {}

  static async start(): Promise<HostileEnvironment> {
    const environment = await TestEnvironment.start();
    return new HostileEnvironment(environment, await HostileHost.start(environment.azure.connection.caFile));
  }

  async close(): Promise<void> {
    this.evil.close();
    await this.running?.close();
    await this.environment.close();
  }

  /** A plugin for one test: the running plugin as a new command finds it, or a new plugin. */
  async beginTest(): Promise<void> {
    if (this.running === undefined) {
      await this.restart();
    } else {
      await this.running.configure();
    }
  }

  /** Ends what one test has arranged. */
  async endTest(): Promise<void> {
    this.environment.azure.faults.clear();
    this.evil.asked.splice(0);
    this.evil.answer = () => ({});
    if (!this.isPlain) {
      await this.running?.close();
      this.running = undefined;
    }
  }

  get plugin(): PluginClient {
    if (this.running === undefined) {
      throw new Error("No plugin has been started");
    }
    return this.running;
  }

  /** Starts a plugin that trusts the hostile host's certificate, as it would that of any host; another one ends. */
  async restart(env: Record<string, string> = {}): Promise<void> {
    await this.running?.close();
    this.isPlain = Object.keys(env).length === 0;
    const { caFile } = this.evil;
    const trust = { NODE_EXTRA_CA_CERTS: caFile, SSL_CERT_FILE: caFile };
    this.running = await PluginClient.start(
      { directory: pluginFolder },
      // The plugin sends requests to a hostile address as in any cloud.
      {
        env: {
          ...this.environment.azure.environment,
          ...this.environment.clock.environment,
          ARM_DISABLE_INSTANCE_DISCOVERY: "",
          ...trust,
          ...env,
        },
      },
    );
    await this.running.configure();
  }

  credentials(): CredentialsResource {
    const name = `credentials-${++this.named}`;
    return new CredentialsResource("acr-token:index:TokenCredentials", name, () => this.plugin);
  }

  /** The error of an up, after which the hostile host has seen no token, no secret and no password. */
  async refusal(resource: Resource, args: Record<string, unknown>): Promise<string> {
    const error = await resource.up(args).then(
      () => "no error",
      (thrown: Error) => thrown.message,
    );
    expect(error).not.toBe("no error");
    expect(this.evil.asked.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
    const seen = JSON.stringify(this.evil.asked);
    const { clientSecret, oidcToken } = this.environment.azure.connection;
    const passwords =
      resource.state === undefined ? [] : (resource as CredentialsResource).exported.passwords;
    for (const secret of [clientSecret, oidcToken, ...(passwords ?? []).map(({ value }) => value)]) {
      expect(seen).not.toContain(secret);
    }
    return error;
  }
}

/**
 * Gives every test of a file a hostile environment, with a plugin as a new command finds it and a new token.
 *
 * @param begin told of both before each test
 */
export function onHostileEnvironment(begin: (hostile: HostileEnvironment, tokenId: string) => void): void {
  let hostile: HostileEnvironment;

  beforeAll(async () => {
    hostile = await HostileEnvironment.start();
  });

  afterAll(() => hostile?.close());

  beforeEach(async () => {
    await hostile.beginTest();
    begin(hostile, await hostile.environment.newToken());
  });

  afterEach(() => hostile.endTest());
}
