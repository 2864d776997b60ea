import { expect } from "vitest";
import { CheckError } from "../../support/engine.js";
import { writes } from "../../support/testEnvironment.js";
import { Adoptions } from "./adoptions.js";

/** Events that end in a refusal or in no change at all: no write may reach Azure, and the state stays as it is. */
export class Disturbances extends Adoptions {
  /** The program writes the ids in another letter case, which a later up keeps. */
  async otherCase(): Promise<string> {
    await this.settle();
    const { access, credentials } = this;
    this.args = { ...this.args, tokenId: this.inOtherCase(this.tokenId) };
    const { tokenId, scopeMapId, status } = this.accessArgs;
    const cased = { tokenId: this.inOtherCase(tokenId), scopeMapId: this.inOtherCase(scopeMapId), status };
    const before = access.saved;
    await this.writesNothing(async () => {
      expect((await access.up(cased)).operation).toBe("same");
      expect((await credentials.up(this.args)).operation).toBe("same");
    });
    expect(access.saved, "the ids by which the component imports never change").toEqual(before);
    this.count("other letter case");
    return "up with ids in another letter case";
  }

  /**
   * The RegistryToken is renamed without an alias. The engine would import the token under the new name and then delete it under the
   * old one.
   */
  async rename(): Promise<string> {
    await this.settle();
    const { access, environment } = this;
    const renamed = environment.access("renamed");
    const tokenId = this.inOtherCase(this.tokenId);
    await this.writesNothing(async () => {
      await renamed.up({ ...this.accessArgs, tokenId });
      const { urn } = environment.credentials("renamed");
      const { failures } = await environment.plugin.check(urn, {}, { ...this.args, tokenId });
      expect(failures.map(({ reason }) => reason).join(), "a token with passwords is not new").toContain(
        "has passwords",
      );
      const { id, inputs, outputs } = access.saved;
      await expect(environment.plugin.delete(id, access.urn, outputs, inputs)).rejects.toThrow(
        `${renamed.urn} of this program has the same token`,
      );
    });
    this.count("refused rename");
    return "renamed without an alias: refused";
  }

  /** A policy pack changes an input between the check and the create or the update. */
  async changeAfterCheck(): Promise<string> {
    await this.settle();
    const { credentials, environment } = this;
    const { plugin } = environment;
    const isNew = this.chance(0.3);
    const { urn } = isNew ? environment.credentials("remediated") : credentials;
    const { id, inputs: old, outputs } = credentials.saved;
    const generation = this.chance(0.5) ? String(++this.generations) : this.args.generation;
    await environment.newRun();
    const { inputs, failures } = await plugin.check(urn, isNew ? {} : old, { ...this.args, generation });
    if (failures.length > 0) {
      return `changed after its check: refused by the check on ${failures[0]?.property}`;
    }
    const changes = {
      generation: `not ${generation}`,
      rotateEveryDays: Number(inputs.rotateEveryDays ?? 0) + 1,
      expirationInDays: Number(inputs.expirationInDays ?? 0) + 1,
      overlapDays: Number(inputs.overlapDays ?? 0) + 1,
      spreadRotation: inputs.spreadRotation !== true,
      current: inputs.current === "password1" ? "password2" : "password1",
    };
    const name = this.pick(Object.keys(changes) as (keyof typeof changes)[]);
    const changed = { ...inputs, [name]: changes[name] };
    await this.writesNothing(async () => {
      if (!isNew) {
        expect(await plugin.diff(id, urn, outputs, changed, old)).toMatchObject({ changes: "some" });
      }
      for (const preview of [true, false]) {
        const working = isNew
          ? plugin.create(urn, changed, { preview })
          : plugin.update(id, urn, outputs, changed, old, { preview });
        await expect(working).rejects.toThrow(`${name} was changed`);
      }
    });
    this.count(`changed after check: ${name}`);
    return `${name} changed after its check, before ${isNew ? "a create" : "an update"}: refused`;
  }

  /** The clock of the machine is wrong in one run. */
  async wrongClock(): Promise<string> {
    await this.settle();
    const { credentials, environment, args } = this;
    const before = credentials.saved;
    const days = this.pick([3_650, 400, 2, -2, -400]);
    environment.clock.setApart(days);
    await environment.restart();
    await this.writesNothing(async () => {
      const error: unknown = await credentials
        .up({ ...args, generation: String(++this.generations) })
        .catch((thrown: unknown) => thrown);
      if (error instanceof CheckError) {
        expect(this.previous, "only an overlap refuses a rotation").toBeDefined();
      } else {
        expect((error as Error).message).toMatch(/this machine's clock shows .* No password was generated/);
        this.count(days > 0 ? "clock ahead" : "clock behind");
      }
    });
    expect(credentials.saved).toEqual(before);
    environment.clock.setApart(0);
    await environment.restart();
    expect((await credentials.preview(args)).operation).toBe("same");
    return `up with a clock that is wrong by ${days} days: refused`;
  }

  private async writesNothing(work: () => Promise<void>): Promise<void> {
    expect(writes(await this.environment.requestsOf(work)), "no write reaches Azure").toEqual([]);
  }
}
