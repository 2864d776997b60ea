import { containsUnknown, type Properties, unwrapSecrets } from "provider-server";
import { isMap } from "../../../args/checks";
import { type SlotName, slotNames } from "../../../args/credentialFiles";
import type { Inputs } from "../state";

type Values = Partial<Record<SlotName, string>>;

/**
 * The passwords that the program gives with `adopt` and `keyVault`. The engine saves the inputs that check returns, so they name
 * the passwords, and the values stay in this process. The engine calls check and create of a resource in the same process.
 */
export class GivenPasswords {
  private readonly byUrn = new Map<string, Values>();

  /** The checked inputs without the values. The same inputs give the same answer, so that they fit a plan. */
  takeOut(urn: string, inputs: Properties): Properties {
    const given = unwrapSecrets(inputs.adopt);
    if (inputs.keyVault === undefined || !isMap(given)) {
      return inputs;
    }
    const values = Object.fromEntries(
      slotNames.flatMap((name) => {
        const value = given[name];
        return typeof value === "string" && !containsUnknown(value) ? [[name, value]] : [];
      }),
    ) as Values;
    this.byUrn.set(urn, values);
    const names = Object.fromEntries(Object.keys(values).map((name) => [name, `[the given ${name}]`]));
    return { ...inputs, adopt: { ...given, ...names } };
  }

  /**
   * The inputs of a create with the values.
   *
   * @throws Error if this process has not checked the inputs
   */
  putBack(urn: string, inputs: Inputs): Inputs {
    const { keyVault, adopt } = inputs;
    if (keyVault === undefined || adopt === undefined) {
      return inputs;
    }
    const values = this.byUrn.get(urn);
    if (values === undefined) {
      throw new Error(
        `the passwords in adopt of ${urn} are not known, because another process of the provider has checked them. Nothing has been changed: run pulumi up again`,
      );
    }
    return { ...inputs, adopt: { ...adopt, ...values } };
  }
}
