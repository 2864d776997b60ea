/** The life of passwords in Key Vault, with secrets and a token in memory. */
import { type Properties, unwrapSecrets } from "provider-server";
import type { SlotName } from "../../../../components/args/credentialFiles";
import type { SlotOnAzure } from "../../../../components/provider/azure/api/responses";
import type { PasswordWriter } from "../../../../components/provider/tokenCredentials/passwordWriter";
import type { Slot } from "../../../../components/provider/tokenCredentials/schedule";
import type {
  HeldPassword,
  Inputs,
  SavedOutputs,
  StoredPassword,
} from "../../../../components/provider/tokenCredentials/state";
import { VaultLifeCycle } from "../../../../components/provider/tokenCredentials/vault/vaultLifeCycle";
import { tokenId } from "../tokenId";
import { address, emptyVaults, type HeldSecret, note, owner } from "./fakeSecret";

export const urn = "urn:pulumi:mystack::myproject::acr-token:index:TokenCredentials::mytoken";
export const server = "myregistry.azurecr.io";
export const earlier = "2026-01-01T00:00:00.000Z";
export const now = "2026-01-10T00:00:00.000Z";

export const made: Slot = { version: 1, madeOn: "2026-01-01" };
export const empty: Slot = { version: 1, cleared: "spare" };
export const again: Slot = { version: 2, madeOn: "2026-01-10" };

export const inputs = (
  current: SlotName,
  password1: Slot,
  password2: Slot,
  more: Partial<Inputs> = {},
): Inputs => ({ tokenId, keyVault: address, current, slots: { password1, password2 }, ...more });
export const held = (name: SlotName, creationTime = earlier): HeldPassword => ({
  name,
  creationTime,
  expiry: null,
});
export const storedAs = (name: SlotName, versionId: string, creationTime = earlier): StoredPassword => ({
  ...held(name, creationTime),
  versionId,
});
export const saved = (more: Partial<SavedOutputs>): SavedOutputs => ({
  username: owner.username,
  loginServer: server,
  passwords: [],
  ...more,
});

/** The versions of a secret as slots and whether they are enabled, the newest one first. */
export const versionsIn = ({ versions }: HeldSecret) =>
  versions.map(({ tags, isEnabled, value }) => `${tags.slot} ${isEnabled ? "" : "disabled "}(${value})`);

/** A token whose passwords are in a vault. Its calls are noted in the order of the calls of the secrets. */
export class VaultWithToken {
  onAzure: SlotOnAzure[] = [];
  /** The slots for which Azure answers passwords. */
  generated: (names: readonly SlotName[]) => readonly SlotName[] = (names) => names;
  /** If set, the registry accepts no new password. */
  loginFailure?: Error;
  readonly lifeCycle: VaultLifeCycle;

  constructor() {
    emptyVaults();
    const writer = {
      token: () => ({
        username: owner.username,
        description: "token mytoken",
        get: async () => this.onToken,
      }),
      slotsOnAzure: async () => this.onAzure,
      generate: async (_: Inputs, names: readonly SlotName[]) => {
        for (const name of names) {
          note(`generate ${name}`);
        }
        return this.generated(names).map((name) => ({ ...held(name, now), value: `new ${name}` }));
      },
      clear: async (_: Inputs, passwords: readonly HeldPassword[]) => {
        for (const { name } of passwords) {
          note(`clear ${name}`);
        }
      },
      untilLive: async (_: Inputs, { password, loginServer }: SavedOutputs) => {
        note(`wait for ${password} at ${loginServer}`);
        if (this.loginFailure !== undefined) {
          throw this.loginFailure;
        }
      },
    } as unknown as PasswordWriter;
    this.lifeCycle = new VaultLifeCycle(() => new Date(now), new AbortController().signal, writer);
  }

  plan(last: Inputs | undefined, wanted: object) {
    return this.lifeCycle.plan(urn, last, { inputs: wanted as Properties, failures: [] });
  }

  create(checked: Inputs) {
    return this.lifeCycle.create(urn, checked, checked as unknown as Properties, server);
  }

  async update(before: Inputs, last: SavedOutputs, wanted: Inputs): Promise<Properties> {
    return unwrapSecrets<Properties>(
      await this.lifeCycle.update(urn, before, last, wanted, wanted as unknown as Properties, server),
    );
  }

  read(state: Inputs, last: SavedOutputs) {
    return this.lifeCycle.read(urn, "id", state as unknown as Properties, state, last, this.onToken, server);
  }

  private get onToken() {
    return { slots: this.onAzure, status: "enabled", scopeMapId: "" };
  }
}
