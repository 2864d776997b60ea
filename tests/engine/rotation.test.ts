import { expect, it, onTestFinished } from "vitest";
import { SharedClock } from "../support/clock";
import { type ChangingArgs, change, clientToken } from "./clientToken";
import { describeWith, describeWithCli, onlyAtFullSize, TestStack } from "./support";

describeWithCli("a rotation under pulumi", () => {
  it("is announced with its reason, and keeps the previous password valid", async () => {
    const args: ChangingArgs = { rotationTriggers: { audit: "2026" } };
    const test = await TestStack.start(clientToken(args));
    await test.up();
    const first = await test.passwords();
    expect(first.password).toBe(first.password1);

    change(args, { rotationTriggers: { audit: "2027" } });
    const preview = await test.preview();
    expect(preview.text).toMatch(/audit: "2026" => "2027"/);
    expect(preview.text).toMatch(/current\s*: "password1" => "password2"/);
    await test.up();
    const second = await test.passwords();
    expect(second.password).toBe(second.password2);
    expect(second.password1).toBe(first.password1);
    expect(second.password2).not.toBe(first.password2);
    for (const password of [second.password, first.password]) {
      expect(await test.login("edge-client", password)).toBe(200);
    }
    expect((await test.preview()).steps).toEqual([]);

    // By hand, without a change of the program: the generation is replaced.
    const generation = await test.urn("random:index/randomUuid:RandomUuid");
    await test.up({ replace: [generation] });
    const third = await test.passwords();
    expect(third.password).toBe(third.password1);
    expect(third.password2).toBe(second.password2);
    expect(third.password1).not.toBe(second.password1);
    expect(await test.login("edge-client", third.password)).toBe(200);
    expect(await test.login("edge-client", second.password)).toBe(200);
    expect(await test.login("edge-client", first.password)).toBe(401);
    expect((await test.preview()).steps).toEqual([]);
  });

  it("happens by time, shows in the preview, and also happens after years without pulumi up", async () => {
    const clock = new SharedClock();
    onTestFinished(() => clock.close());
    const args: ChangingArgs = { rotateEveryDays: 30, expirationInDays: 90 };
    const test = await TestStack.start(clientToken(args), {
      azure: { now: clock.now },
      environment: clock.environment,
    });
    await test.up();
    const first = await test.passwords();

    clock.advance(29);
    expect((await test.preview()).steps).toEqual([]);
    clock.advance(1);
    const today = clock.day();
    const preview = await test.preview();
    expect(preview.steps).toEqual(["TokenCredentials update"]);
    expect(preview.text).toMatch(/current\s*: "password1" => "password2"/);
    expect(preview.text).toMatch(new RegExp(`madeOn\\s*: "\\d{4}-\\d\\d-\\d\\d" => "${today}"`));
    await test.up();
    const second = await test.passwords();
    expect(second.password1).toBe(first.password1);
    expect(await test.login("edge-client", second.password)).toBe(200);
    expect(await test.login("edge-client", first.password)).toBe(200);
    expect((await test.preview()).steps).toEqual([]);

    clock.advance(3 * 365);
    expect(await test.login("edge-client", second.password)).toBe(401);
    await test.up();
    const later = await test.passwords();
    expect(await test.login("edge-client", later.password1)).toBe(200);
    expect(await test.login("edge-client", later.password2)).toBe(200);
    expect((await test.preview()).steps).toEqual([]);
  });
});

describeWith("another rotation under pulumi", onlyAtFullSize, () => {
  it("happens if the RegistryToken is protected", async () => {
    const args: ChangingArgs = { rotationTriggers: { audit: "2026" } };
    const test = await TestStack.start(clientToken(args, { protect: true }));
    await test.up();
    const before = await test.passwords();
    change(args, { rotationTriggers: { audit: "2027" } });
    await test.up();
    const { password, password1 } = await test.passwords();
    expect(password).not.toBe(before.password);
    expect(password1).toBe(before.password1);
  });

  it("regenerates both at once if TokenCredentials is replaced, and clears neither", async () => {
    const test = await TestStack.start(clientToken({}));
    await test.up();
    const leaked = await test.passwords();
    await test.up({ replace: [await test.urn("acr-token:index:TokenCredentials")] });
    const replaced = await test.passwords();
    for (const password of [leaked.password1, leaked.password2]) {
      expect(await test.login("edge-client", password)).toBe(401);
    }
    for (const password of [replaced.password1, replaced.password2]) {
      expect(await test.login("edge-client", password)).toBe(200);
    }
    expect((await test.preview()).steps).toEqual([]);
  });
});
