/** A fleet in one stack under Azure's limits: one `up` rotates all of it. */
import type { RegistryTokenArgs } from "pulumi-acr-token";
import { RegistryToken } from "pulumi-acr-token";
import { expect, it, onTestFinished } from "vitest";
import { ClientTimes } from "../support/clientTimes";
import { repetitions } from "../support/size";
import { describeWith, onlyAtFullSize, TestStack } from "./support";

/** At full size 300 tokens, which takes two minutes, or as many as FLEET says. Otherwise a small fleet. */
const full = repetitions("FLEET", { few: 0, full: 300 });
const size = full > 0 ? full : 16;
/** As fast as Azure lets a principal write, after most of the burst has been used up. */
const limits = full > 0 ? { burst: 20, perSecond: 10 } : { burst: 4, perSecond: 2 };
/** In seconds: how long so many writes take at best. */
const atBest = (size - limits.burst) / limits.perSecond;

describeWith("a fleet in one stack", onlyAtFullSize, () => {
  it("rotates in one up, in at most 1.3 times the time that the limits allow", {
    timeout: 600_000,
  }, async () => {
    const args: { rotationTriggers: RegistryTokenArgs["rotationTriggers"] } = {
      rotationTriggers: { audit: "2026" },
    };
    const times = new ClientTimes();
    onTestFinished(() => times.close());
    const test = await TestStack.start(async () => fleet(args), {
      azure: { throttling: { writes: limits } },
      environment: {
        ...times.environment(),
        // A state in a file is written whole after each of the steps, which takes Pulumi longer than all that is measured here.
        PULUMI_EXPERIMENTAL: "true",
        PULUMI_SKIP_CHECKPOINTS: "true",
      },
    });
    await untilMade(test);
    const before = await passwords(test);
    times.forget();
    const since = test.azure.requests.length;

    args.rotationTriggers = { audit: "2027" };
    await test.up();

    const writes = test.azure.requests
      .slice(since)
      .filter(({ method, status }) => method === "POST" && status !== 429)
      .filter(({ url }) => url.includes("generateCredentials"));
    const seconds =
      (Math.max(...writes.map(({ answeredAtMs }) => answeredAtMs)) -
        Math.min(...writes.map(({ receivedAtMs }) => receivedAtMs))) /
      1000;
    const { early, refusals } = times.manners();
    console.log(`${size} tokens in ${(seconds / atBest).toFixed(2)} of the time, ${refusals} times 429`);
    expect(writes).toHaveLength(size);
    expect(early).toEqual([]);
    // It was the limits that took the time.
    expect(seconds).toBeGreaterThan(0.9 * atBest);
    expect(seconds).toBeLessThan(1.3 * atBest);
    const after = await passwords(test);
    expect(Object.keys(after)).toHaveLength(size);
    for (const [name, password] of Object.entries(after)) {
      expect(password).not.toBe(before[name]);
      expect(await test.login(name, password)).toBe(200);
      expect(await test.login(name, before[name])).toBe(200);
    }
  });
});

/** azure-native fails after a few throttled requests, and the next `up` continues. */
async function untilMade(test: TestStack): Promise<void> {
  for (;;) {
    const error = await test.up().catch((thrown: Error) => thrown);
    if (!(error instanceof Error)) {
      return;
    }
    expect(error.message).toContain("SubscriptionRequestsThrottled");
  }
}

/** A program's outputs: the password of each token. */
function fleet(args: Pick<RegistryTokenArgs, "rotationTriggers">) {
  const names = Array.from({ length: size }, (_, index) => `fleet-${index}`);
  const tokens = names.map((name) => {
    const token = new RegistryToken(name, {
      resourceGroupName: "myresourcegroup",
      registryName: "myregistry",
      repositories: { "samples/nginx": ["content/read"] },
      ...args,
    });
    return [name, token.password];
  });
  return { passwords: Object.fromEntries(tokens) };
}

async function passwords(test: TestStack): Promise<Record<string, string>> {
  return (await test.stack.outputs()).passwords.value;
}
