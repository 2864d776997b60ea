import { expect } from "vitest";
import { CheckError } from "../../support/engine.js";
import type { SlotName } from "../../support/testEnvironment.js";
import { Runs } from "./runs.js";
import { slotNames } from "./tokenWorld.js";

type Adopt = { password1?: string; password2?: string; regenerate?: SlotName };

/** The stack forgets the token, as `pulumi state delete` does, and another one takes it over with what it knows of it. */
export class Adoptions extends Runs {
  async adopt(): Promise<string> {
    const { credentials, args } = this;
    await this.settle();
    const forgotten = credentials.saved;
    const { passwords, current } = credentials.exported;
    const adopt: Adopt = Object.fromEntries(
      passwords.filter(() => this.chance(0.5)).map(({ name, value }) => [name, value]),
    );
    const isReplacing = Object.keys(adopt).length < 2 && this.chance(0.5);
    if (isReplacing) {
      adopt.regenerate = this.pick(slotNames.filter((name) => adopt[name] === undefined));
    }
    const what = `adopt with ${Object.keys(adopt)}`;

    // Others may have filled a slot of which nobody here knows.
    const slots = await this.environment.client.slots(this.tokenId);
    const isTaken = (slot: SlotName) =>
      slots.some(({ name, expiry }) => name === slot && !this.hasExpiredBy(expiry));

    credentials.state = undefined;
    if (await this.isRefused(adopt, slotNames.filter(isTaken).length)) {
      credentials.state = forgotten;
      return `${what}: refused`;
    }
    const step = await credentials.up({ ...args, adopt });
    expect(step.operation).toBe("create");
    for (const slot of slotNames) {
      const before = passwords.find(({ name }) => name === slot) ?? this.kept.get(slot);
      const value = credentials.value(slot);
      if (adopt[slot] !== undefined) {
        expect(value, `${slot} is taken over`).toBe(adopt[slot]);
      } else if (isTaken(slot) && adopt.regenerate !== slot) {
        expect(value, `nobody knows ${slot}`).toBeUndefined();
        if (before !== undefined) {
          this.kept.set(slot, before);
        }
      } else {
        expect(value, `${slot} is made`).toBeDefined();
        expect(value, `${slot} is made`).not.toBe(before?.value);
        this.kept.delete(slot);
      }
    }
    // What the other stack promised to those who had the one before is no concern of this one.
    this.previous = undefined;
    this.count("adopted");
    this.count(`adopted ${slotNames.filter((name) => adopt[name] !== undefined).length}`);
    const { rotatesOn } = credentials.exported;
    if (rotatesOn == null || rotatesOn > this.environment.clock.day()) {
      const tokenId = this.pick([args.tokenId, this.inOtherCase(args.tokenId)]);
      const left = { ...this.pick([args, { ...args, adopt }]), tokenId };
      expect((await credentials.preview(left)).operation, "adopt may stay or go").toBe("same");
    }
    return `${what}, ${current} having been the current one`;
  }

  /** What cannot be taken over is refused in the preview, and so is a password that does not work. */
  private async isRefused(adopt: Adopt, slots: number): Promise<boolean> {
    const refusal = async (given: Adopt) => {
      const error: unknown = await this.credentials
        .preview({ ...this.args, adopt: given })
        .then(() => undefined)
        .catch((thrown: unknown) => thrown);
      if (error === undefined) {
        return undefined;
      }
      expect(error).toBeInstanceOf(CheckError);
      return (error as CheckError).message;
    };
    const [first] = slotNames.filter((name) => adopt[name] !== undefined);
    if (first !== undefined && this.status === "enabled") {
      expect(await refusal({ ...adopt, [first]: `not ${adopt[first]}` })).toContain(`adopt.${first}`);
    }
    const message = await refusal(adopt);
    if (message === undefined) {
      return false;
    }
    const isDisabled = first !== undefined && this.status === "disabled";
    const isAmbiguous = first === undefined && adopt.regenerate === undefined && slots === 2;
    expect(isDisabled || isAmbiguous, message).toBe(true);
    expect(message).toContain(isDisabled ? "is disabled" : "adopt.regenerate is required");
    this.count("adoption refused");
    return true;
  }

  private hasExpiredBy(expiry: string | null | undefined): boolean {
    return typeof expiry === "string" && Date.parse(expiry) <= this.environment.clock.now().getTime();
  }
}
