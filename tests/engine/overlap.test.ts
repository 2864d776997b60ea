import { expect, it, onTestFinished } from "vitest";
import { SharedClock } from "../support/clock";
import { type ChangingArgs, change, clientToken } from "./clientToken";
import { describeWith, onlyAtFullSize, TestStack } from "./support";

/** A token whose password2 is the current one since today, on a clock that the test moves. */
async function rotated(rules: ChangingArgs) {
  const clock = new SharedClock();
  onTestFinished(() => clock.close());
  clock.set(`${clock.day(1)}T12:00:00Z`);
  const args: ChangingArgs = { ...rules, rotationTriggers: { audit: "2026" } };
  const test = await TestStack.start(clientToken(args), {
    azure: { now: clock.now },
    environment: clock.environment,
  });
  await test.up();
  change(args, { ...rules, rotationTriggers: { audit: "2027" } });
  await test.up();
  const passwords = await test.passwords();
  expect(passwords.password).toBe(passwords.password2);
  return { test, clock, args, passwords };
}

const early = (clock: SharedClock, days: number) =>
  new RegExp(`generation cannot rotate the passwords before ${clock.day(days)} .*rotationTriggers`, "s");

describeWith("an overlap under pulumi", onlyAtFullSize, () => {
  it("refuses a rotation that comes too early in the preview, with the day and the answer to a leak", async () => {
    const { test, clock, args, passwords } = await rotated({ overlapDays: 7 });
    change(args, { overlapDays: 7, rotationTriggers: { audit: "2028" } });
    const error: Error = await test.preview().then(
      () => new Error("the preview went through"),
      (thrown: Error) => thrown,
    );
    expect(error.message).toMatch(early(clock, 8));
    const credentials = await test.urn("acr-token:index:TokenCredentials");
    expect(error.message).toContain(`pulumi up --replace '${credentials}'`);

    // After the change is reverted there is no change, and both passwords work.
    change(args, { overlapDays: 7, rotationTriggers: { audit: "2027" } });
    expect((await test.preview()).steps).toEqual([]);
    for (const password of [passwords.password1, passwords.password2]) {
      expect(await test.login("edge-client", password)).toBe(200);
    }

    // From its day on it is available.
    clock.advance(8);
    change(args, { overlapDays: 7, rotationTriggers: { audit: "2028" } });
    await test.up();
    expect((await test.passwords()).password2).toBe(passwords.password2);
    expect(await test.login("edge-client", passwords.password1)).toBe(401);
  });

  it("leaves the answer to a leak open, also after an up without a preview was refused", async () => {
    const { test, clock, args, passwords } = await rotated({ overlapDays: 7 });
    change(args, { overlapDays: 7, rotationTriggers: { audit: "2028" } });
    // It has replaced the RandomUuid by then.
    await expect(test.up()).rejects.toThrow(early(clock, 8));
    await expect(test.preview()).rejects.toThrow(early(clock, 8));

    await test.up({ replace: [await test.urn("acr-token:index:TokenCredentials")] });
    const anew = await test.passwords();
    for (const password of [passwords.password1, passwords.password2]) {
      expect(await test.login("edge-client", password)).toBe(401);
    }
    expect(await test.login("edge-client", anew.password)).toBe(200);
    expect((await test.preview()).steps).toEqual([]);
  });

  it("clears the previous password on the day after its overlap by one write, as the preview says, and keeps the current one", async () => {
    const { test, clock, passwords } = await rotated({ overlapDays: 7, expirationInDays: 90 });
    const expiry = await test.output("expiry");
    expect(expiry).toBe(`${clock.day(90)}T23:59:59.000Z`);
    expect(await test.output("rotatesOn")).toBe(clock.day(45));
    clock.advance(7);
    expect((await test.preview()).steps).toEqual([]);
    clock.advance(1);
    const preview = await test.preview();
    expect(preview.steps).toEqual(["TokenCredentials update"]);
    expect(preview.text).toMatch(
      new RegExp(`\\+ cleared\\s*: "on ${clock.day()}, because its overlap ended on ${clock.day(-1)}"`),
    );
    const before = test.azure.requests.length;
    await test.up();

    expect(test.asked(before).filter((request) => !request.startsWith("GET"))).toEqual([
      "PATCH myregistry/tokens/edge-client",
    ]);
    expect(await test.login("edge-client", passwords.password1)).toBe(401);
    expect(await test.login("edge-client", passwords.password2)).toBe(200);
    const after = await test.passwords();
    expect(after.password).toBe(passwords.password);
    // The stack has null for what the component has as undefined.
    expect(after.password1).toBeNull();
    expect(await test.output("expiry")).toBe(expiry);
    expect((await test.preview()).steps).toEqual([]);
    expect((await test.preview({ refresh: true })).steps).toEqual([]);

    // The current one still expires: Azure has its expiry too.
    clock.advance(90);
    expect(await test.login("edge-client", passwords.password2)).toBe(401);
  });
});

describeWith("expiry and rotatesOn under pulumi", onlyAtFullSize, () => {
  it("are known in previews that do not change them, also without an expiry", async () => {
    const args: ChangingArgs = {};
    const test = await TestStack.start(clientToken(args));
    await test.up();
    const { expiry, rotatesOn } = await test.stack.outputs();
    expect([expiry, rotatesOn]).toEqual([undefined, undefined]);
    change(args, { rotateEveryDays: 30, status: "disabled" });
    const preview = await test.preview();
    expect(preview.text).toMatch(/\+ rotatesOn\s*: "\d{4}-\d\d-\d\d"/);
    expect(preview.text).not.toMatch(/expiry/);
    await test.up();
    const day = await test.output("rotatesOn");
    expect(preview.text).toContain(day);
    expect((await test.preview()).steps).toEqual([]);
  });
});
