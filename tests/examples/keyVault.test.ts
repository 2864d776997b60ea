/** examples/key-vault, from a copy outside of this workspace, on a local Azure. */
import { expect, it, onTestFinished, vi } from "vitest";
import { arm } from "../../packages/local-azure/tests/support";
import { type VaultSender, vaultSender } from "../../packages/local-azure/tests/vaultSupport";
import { describeWith, onlyAtFullSize, type TestStack } from "../engine/support";
import { SharedClock } from "../support/clock";
import { exampleStack, generationOf } from "./exampleStack";

// A few runs each, which take longer on a busy machine.
vi.setConfig({ testTimeout: 300_000 });

const config = { resourceGroupName: "myresourcegroup", registryName: "myregistry" };
const day = 24 * 60 * 60;

/** A secret as the vault's data plane returns it to a client. */
interface Seen {
  readonly id: string;
  readonly value: string;
  readonly attributes: { readonly exp: number; readonly created: number };
  readonly tags: Record<string, string>;
}

/** Reads versions of one secret through the vault's data plane. */
class SecretReader {
  private constructor(
    private readonly send: VaultSender,
    private readonly path: string,
  ) {}

  static async of(test: TestStack): Promise<SecretReader> {
    const [, vault = "", path = ""] = /^(.*\/)(secrets\/.*)$/.exec(await test.output("secretUri")) ?? [];
    return new SecretReader(await vaultSender(test.azure, vault), path);
  }

  /** The current version, by the address that never changes. */
  async current(): Promise<Seen> {
    return (await this.send("GET", this.path)).body;
  }

  async versions(): Promise<number> {
    return (await this.send("GET", `${this.path}/versions`)).body.value.length;
  }
}

describeWith("examples/key-vault", onlyAtFullSize, () => {
  it("keeps the current password as a secret that expires with it, a new version for each rotation", async () => {
    const test = await exampleStack("key-vault", config);
    expect((await test.preview()).text).toMatch(/secretUriWithVersion\s*: \[unknown\]/);
    const { steps } = await test.up();
    expect(steps).toEqual(expect.arrayContaining(["Vault create", "TokenCredentials create"]));
    const reader = await SecretReader.of(test);
    const first = await reader.current();
    expect(await test.login("build-agent", first.value)).toBe(200);
    expect(first.id).toBe(await test.output("secretUriWithVersion"));
    const loginServer = test.azure.connection.registries[0]?.loginServer;
    expect(first.tags).toMatchObject({ username: "build-agent", loginServer, slot: "password1" });
    const outputs = await test.stack.outputs();
    expect([outputs.username?.value, outputs.loginServer?.value]).toEqual(["build-agent", loginServer]);
    const vaultId = outputs.vaultId?.value;
    expect((await (await arm(test.azure))("GET", vaultId)).body.properties.vaultUri).toBe(
      first.id.replace(/secrets\/.*/, ""),
    );
    expect(first.attributes.exp).toBe(Math.floor(Date.parse(await test.output("expiry")) / 1000));
    expect(Math.abs(first.attributes.exp - (first.attributes.created + 90 * day))).toBeLessThan(day);
    expect(JSON.stringify(await test.stack.outputs())).not.toContain(first.value);
    // With its secrets decrypted.
    const exported = JSON.stringify((await test.stack.exportStack()).deployment);
    expect(exported).toContain("build-agent-password");
    expect(exported).not.toContain(first.value);

    expect((await test.preview()).steps).toEqual([]);
    expect((await test.up({ refresh: true })).steps).toEqual([]);
    expect(await reader.versions()).toBe(1);

    const replace = [await generationOf(test, "token")];
    expect((await test.up({ replace })).steps).toContain("TokenCredentials update");
    const second = await reader.current();
    expect(await reader.versions()).toBe(2);
    expect(second.id).toBe(await test.output("secretUriWithVersion"));
    expect(second.id).not.toBe(first.id);
    expect(second.value).not.toBe(first.value);
    expect(second.attributes.exp).toBe(Math.floor(Date.parse(await test.output("expiry")) / 1000));
    // A client of the previous version keeps working.
    for (const { value } of [first, second]) {
      expect(await test.login("build-agent", value)).toBe(200);
    }
    expect((await test.up()).steps).toEqual([]);
    expect(await reader.versions()).toBe(2);

    await test.stack.destroy();
    const { subscriptionId } = test.azure.connection;
    const vaults = `/subscriptions/${subscriptionId}/providers/Microsoft.KeyVault/vaults`;
    expect((await (await arm(test.azure))("GET", vaults)).body.value).toEqual([]);
  });

  it("rotates early enough that Azure reports no near expiry, unless pulumi up does not run", async () => {
    const clock = new SharedClock();
    onTestFinished(() => clock.close());
    clock.set(`${clock.day(1)}T12:00:00Z`);
    const settings = { azure: { now: clock.now }, environment: clock.environment };
    const test = await exampleStack("key-vault", config, settings);
    await test.up();
    const reader = await SecretReader.of(test);
    const first = await reader.current();
    const rotatesOn = await test.output("rotatesOn");
    // Azure sends SecretNearExpiry 30 days before.
    const nearExpiry = first.attributes.exp - 30 * day;
    expect(nearExpiry - Date.parse(rotatesOn) / 1000).toBeGreaterThan(29 * day);

    clock.set(`${rotatesOn}T12:00:00Z`);
    expect((await test.up()).steps.sort()).toEqual(["TokenCredentials update"]);

    const second = await reader.current();
    expect(await reader.versions()).toBe(2);
    expect(Math.abs(second.attributes.exp - (first.attributes.exp + 30 * day))).toBeLessThan(300);
    expect(await test.login("build-agent", second.value)).toBe(200);
  });
});
