/** Plans: `pulumi up --plan` does what `pulumi preview --save-plan` wrote, and nothing else. */
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { SharedClock } from "../support/clock";
import { type ChangingArgs, change, clientToken } from "./clientToken";
import { describeWith, describeWithCli, onlyAtFullSize, TestStack } from "./support";

async function started(args: ChangingArgs) {
  const clock = new SharedClock();
  onTestFinished(() => clock.close());
  const test = await TestStack.start(clientToken(args), {
    azure: { now: clock.now },
    environment: clock.environment,
  });
  await test.up();
  return { clock, test, plan: join(test.folder, "plan.json") };
}

describeWithCli("an up with a plan", () => {
  it("refuses a rotation that the plan does not have, as of an up after midnight", async () => {
    const { clock, test, plan } = await started({ rotateEveryDays: 30 });
    const before = await test.passwords();
    clock.advance(29);
    await test.stack.preview({ plan });

    clock.advance(1);
    await expect(test.stack.up({ plan })).rejects.toThrow(/violates plan/);

    expect(await test.passwords()).toEqual(before);
    for (const password of [before.password1, before.password2]) {
      expect(await test.login("edge-client", password)).toBe(200);
    }
    // A plan of today has it.
    await test.stack.preview({ plan });
    await test.stack.up({ plan });
    const { password, password1 } = await test.passwords();
    expect(password).not.toBe(before.password);
    expect(password1).toBe(before.password1);
    expect(await test.login("edge-client", password)).toBe(200);
  });
});

describeWith("an up with a plan for each change", onlyAtFullSize, () => {
  it("carries out the creation and every change that it has", async () => {
    const args: ChangingArgs = { rotationTriggers: { audit: "2026" } };
    const test = await TestStack.start(clientToken(args));
    const plan = join(test.folder, "plan.json");
    await test.stack.preview({ plan });
    await test.stack.up({ plan });
    const first = await test.passwords();
    expect(await test.login("edge-client", first.password)).toBe(200);

    change(args, { rotationTriggers: { audit: "2027" }, status: "enabled", expirationInDays: 90 });
    await test.stack.preview({ plan });
    await test.stack.up({ plan });
    const second = await test.passwords();
    expect(second.password).toBe(second.password2);
    expect(second.password1).toBe(first.password1);

    await test.stack.preview({ plan });
    await test.stack.up({ plan, expectNoChanges: true });
    expect(await test.passwords()).toEqual(second);
  });
});
