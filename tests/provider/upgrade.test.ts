/** The states of earlier versions keep working, with their passwords. */
import { type Properties, unwrapSecrets } from "provider-server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { firstStates, laterStates, recordedOn, recordedStates, resourceIn } from "../support/states";
import { TestEnvironment } from "../support/testEnvironment";

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await TestEnvironment.start();
  environment.clock.set(`${recordedOn}T12:00:00Z`);
});

afterAll(() => environment?.close());

/** The component's inputs of this version: without the schedule, and without a login server that the user did not give. */
function argumentsOf({ current: _, slots: __, loginServer: ___, ...args }: Properties): Properties {
  return args;
}

describe.each(firstStates)("the state %s", (_name, state) => {
  test("of TokenCredentials is completed without a write, and then stays as it is", async () => {
    const { urn, id, inputs, outputs } = resourceIn(state, "acr-token:index:TokenCredentials");
    const checked = await environment.plugin.check(urn, inputs, argumentsOf(inputs));
    expect(checked.failures).toEqual([]);
    // What happens to passwords is in these.
    expect(checked.inputs).toMatchObject({ current: inputs.current, slots: inputs.slots });

    let updated: Properties = {};
    const requests = await environment.requestsOf(async () => {
      updated = await environment.plugin.update(id, urn, outputs, checked.inputs, inputs);
    });

    expect(requests.filter(({ method, host }) => host === "resourceManager" && method !== "GET")).toEqual([]);
    const before = unwrapSecrets<Properties>(outputs);
    const after = unwrapSecrets<Properties>(updated);
    for (const name of ["username", "password", "passwords", "current", "slots"]) {
      expect(after[name], name).toEqual(before[name]);
    }
    const { changes } = await environment.plugin.diff(id, urn, updated, checked.inputs, checked.inputs);
    expect(changes).toBe("none");
  });
});

describe.each(laterStates)("the state %s", (_name, state) => {
  test("of TokenCredentials stays as it is, and no request is sent", async () => {
    const { urn, id, inputs, outputs } = resourceIn(state, "acr-token:index:TokenCredentials");
    const requests = await environment.requestsOf(async () => {
      const checked = await environment.plugin.check(urn, inputs, argumentsOf(inputs));
      expect(checked).toEqual({ failures: [], inputs });
      const { changes } = await environment.plugin.diff(id, urn, outputs, checked.inputs, inputs);
      expect(changes).toBe("none");
    });
    expect(requests).toEqual([]);
  });
});

describe.each(recordedStates)("the state %s", (_name, state) => {
  test("of TokenAccess shows nothing to do", async () => {
    const { urn, id, inputs, outputs } = resourceIn(state, "acr-token:index:TokenAccess");
    const checked = await environment.plugin.check(urn, inputs, inputs);
    const { changes } = await environment.plugin.diff(id, urn, outputs, checked.inputs, inputs);
    expect(changes).toBe("none");
  });
});
