import { VaultRuns } from "./vaultRuns.js";

/** What someone else does to the secret and to the token. */
export class VaultMeddling extends VaultRuns {
  /** What someone else does to the state's secret. */
  protected async meddle(): Promise<string> {
    const name = this.secretName;
    const versions = name === undefined ? [] : await this.vault.versions(name);
    if (name === undefined || versions.length === 0) {
      return "someone else finds no secret";
    }
    const newest = versions.at(-1);
    const any = this.pick(versions);
    const what = this.pick([
      "disable the newest",
      "disable",
      "enable",
      "delete",
      "recover",
      "purge",
      "write",
      "copy",
    ]);
    this.meddled = "unseen";
    if (what === "disable the newest") {
      await this.vault.setEnabled(newest?.id ?? "", false);
    } else if (what === "disable" || what === "enable") {
      await this.vault.setEnabled(any.id, what === "enable");
      this.enabledByOthers.add(any.id);
    } else if (what === "purge") {
      await this.purge(name);
      if (this.chance(0.5)) {
        await this.vault.write(name, "mine");
        this.foreign.set(name, "every version");
      }
    } else if (what === "delete" || what === "recover") {
      await this.vault.send("DELETE", `secrets/${name}`);
      if (what === "recover") {
        await this.vault.send("POST", `deletedsecrets/${name}/recover`);
      }
    } else if (what === "copy") {
      // A script restores what it read before, or another value with the same tags.
      const value = any.attributes.enabled && this.chance(0.5) ? await this.vault.valueOf(any.id) : "mine";
      await this.vault.write(name, value, any.tags);
    } else {
      await this.vault.write(name, "mine");
      this.foreign.set(name, this.foreign.get(name) ?? "newest version");
    }
    this.count(`someone else: ${what}`);
    return `someone else: ${what}`;
  }

  /** What someone else does to the token's passwords. */
  protected async meddleWithToken(): Promise<string> {
    this.meddled = "unseen";
    return `someone else: ${await this.meddleWithPasswords()}`;
  }
}
