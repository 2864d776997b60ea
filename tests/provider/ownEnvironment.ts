/** Plugins that know only the Azure in a resource or in their environment. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PluginClient } from "local-azure/pulumi";
import { expect } from "vitest";
import type { Resource } from "../support/engine.js";
import { CredentialsResource, pluginFolder, TestEnvironment } from "../support/testEnvironment.js";

const identityVariables = [
  "ARM_CLIENT_ID",
  "ARM_CLIENT_SECRET",
  "ARM_TENANT_ID",
  "ARM_ENVIRONMENT",
  "ARM_METADATA_HOSTNAME",
  "ARM_METADATA_HOST",
  "ARM_SUBSCRIPTION_ID",
  "ARM_USE_OIDC",
  "ARM_OIDC_TOKEN",
];

/** A local Azure, and plugins whose environment knows nothing of it, with no az. */
export class OwnEnvironment {
  /** With an environment for one test alone. */
  private plugin: PluginClient | undefined;

  private constructor(
    readonly environment: TestEnvironment,
    readonly folder: string,
    /** Knows nothing of Azure but what a resource gives it. */
    private readonly bare: PluginClient,
  ) {}

  static async set(): Promise<OwnEnvironment> {
    const environment = await TestEnvironment.start();
    const folder = mkdtempSync(join(tmpdir(), "access-"));
    return new OwnEnvironment(environment, folder, await startWith(environment, folder, {}));
  }

  async close(): Promise<void> {
    await this.bare.close();
    await this.environment.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Ends the processes of one test. */
  async endTest(): Promise<void> {
    await this.plugin?.close();
    this.plugin = undefined;
  }

  /** The plugin of this test. */
  get running(): PluginClient {
    return this.plugin ?? this.bare;
  }

  /** A resource of a new plugin with this environment. Default: of the plugin without an Azure. */
  async resourceWith(env?: Record<string, string>): Promise<CredentialsResource> {
    if (env !== undefined) {
      this.plugin = await startWith(this.environment, this.folder, env);
    }
    const started = this.running;
    return new CredentialsResource("acr-token:index:TokenCredentials", "credentials", () => started);
  }

  /** The error of an up, in which no secret may be; nor in what the plugin wrote. */
  async failure(resource: Resource, args: Record<string, unknown>, secrets: string[] = []) {
    const error = await resource.up(args).then(
      () => "no error",
      (thrown: Error) => thrown.message,
    );
    const { clientSecret } = this.environment.azure.connection;
    for (const secret of [clientSecret, ...secrets]) {
      expect(error).not.toContain(secret);
      expect(this.running.log).not.toContain(secret);
    }
    return error;
  }

  /** An `az` that is signed in, and records its calls. */
  async fakeAz(): Promise<{ path: string; asked: () => string }> {
    const accessToken = await this.environment.client.signIn();
    const expires = new Date(Date.now() + 3_000_000);
    const answer = {
      accessToken,
      expiresOn: expires.toISOString().replace("T", " ").replace("Z", "000"),
      expires_on: Math.floor(expires.getTime() / 1000),
      subscription: this.environment.azure.connection.subscriptionId,
      tenant: this.environment.azure.connection.tenantId,
      tokenType: "Bearer",
    };
    const path = mkdtempSync(join(this.folder, "az-"));
    writeFileSync(join(path, "answer.json"), JSON.stringify(answer));
    writeFileSync(join(path, "asked"), "");
    writeFileSync(
      join(path, "az"),
      `#!/bin/sh\necho "$@" >> '${path}/asked'\n/bin/cat '${path}/answer.json'\n`,
    );
    chmodSync(join(path, "az"), 0o755);
    return { path, asked: () => readFileSync(join(path, "asked"), "utf8") };
  }

  async worksFor(resource: CredentialsResource, args: Record<string, unknown>): Promise<void> {
    await resource.up(args);
    const { username, password } = resource.exported;
    expect(await this.environment.canLogIn(username, password)).toBe(true);
  }
}

/** Starts a plugin whose environment has only the given Azure, and no az. */
function startWith(
  environment: TestEnvironment,
  folder: string,
  env: Record<string, string>,
): Promise<PluginClient> {
  const none = Object.fromEntries(identityVariables.map((name) => [name, undefined]));
  return PluginClient.start(
    { directory: pluginFolder },
    {
      env: {
        ...environment.azure.environment,
        ...environment.clock.environment,
        ...none,
        PATH: folder,
        ...env,
      },
    },
  );
}
