/** The example examples/fleet on four machines that share one identity, with the states in Azure Blob Storage. */
import { type LocalAzure, startLocalAzure } from "local-azure";
import { expect, it, onTestFinished } from "vitest";
import { describeWith, onlyAtFullSize } from "../engine/support";
import { AzureClient } from "../support/azureClient";
import { hasAzurite, startAzurite } from "../support/azurite";
import { SharedClock } from "../support/clock";
import { repetitions } from "../support/size";
import { Machine, stacks } from "./machine";

/** FLEET_MACHINES sets another number of devices. With fewer than 100, a job can end before the test ends its machine. */
const size = repetitions("FLEET_MACHINES", { few: 24, full: 400 });

const devices = Array.from({ length: size }, (_, index) => `pump-${index}`);

/** The stack whose job loses its machine. */
const lostStack = "3-of-4";

/** How often a scheduler runs a failed job again. */
const maxReruns = 10;

/** A fleet on a local Azure that throttles as Azure does, and the passwords that its devices have got so far. */
class Fleet {
  private readonly passwords = new Map<string, Set<string>>();

  private constructor(
    readonly azure: LocalAzure,
    readonly clock: SharedClock,
    private readonly client: AzureClient,
    private readonly environment: Record<string, string>,
    private readonly observer: Machine,
  ) {}

  static async start(): Promise<Fleet> {
    const clock = new SharedClock();
    onTestFinished(() => clock.close());
    const azure = await startLocalAzure({ now: clock.now, throttling: true });
    onTestFinished(() => azure.close());
    const client = new AzureClient(azure.connection);
    onTestFinished(() => client.close());
    const environment = { ...azure.environment, ...clock.environment, ...(await startAzurite()) };
    return new Fleet(azure, clock, client, environment, new Machine(devices, environment));
  }

  /** Runs the jobs of all stacks at the same time. The machine of one job is lost in the middle, and the job runs again. */
  async runJobs(what: string): Promise<void> {
    const startedMs = performance.now();
    const since = this.azure.requests.length;
    const [second, ...machines] = [...stacks, ...stacks.slice(0, 1)].map(() => this.machine()).reverse();
    // The first job runs for at least as long as the second job on its stack takes to reach the lock.
    const delay = {
      method: "POST",
      path: /generateCredentials/,
      kind: "delay",
      milliseconds: 90_000,
    } as const;
    this.azure.faults.add(delay);
    const first = machines[0]?.up(stacks[0]);
    await expect.poll(() => this.azure.requests.length, { timeout: 300_000 }).toBeGreaterThan(since);
    const refused = second?.up(stacks[0]).ended;
    const jobs = stacks.map((stack, index) => (index === 0 ? first : machines[index]?.up(stack)));

    const lost = stacks.indexOf(lostStack);
    await expect
      .poll(() => this.newPasswords(lostStack), { timeout: 900_000, interval: 1_000 })
      .toBeGreaterThan(0);
    machines[lost]?.lose();
    const reruns = await Promise.all(
      jobs.map(async (job, index) => {
        const run = await job?.ended;
        return index === lost || run?.code === 0 ? 0 : this.runAgain(stacks[index] as string, run?.err ?? "");
      }),
    );
    // It did not end by itself before.
    expect(await jobs[lost]?.ended).toMatchObject({ code: null });
    expect(await refused).toMatchObject({ code: 1, err: expect.stringMatching(/locked by 1 lock/) });
    await this.remember(lostStack);
    reruns.push(await this.runLostAgain());
    await Promise.all(stacks.map((stack) => this.remember(stack)));
    const count = reruns.reduce((sum, one) => sum + one, 0);
    this.report(what, startedMs, since, count);
  }

  /** Removes the lost machine's lock, which refuses every run, and runs its job again. */
  private async runLostAgain(): Promise<number> {
    const locked = await this.machine().up(lostStack).ended;
    expect(locked).toMatchObject({ code: 1, err: expect.stringMatching(/locked by 1 lock.*pulumi cancel/s) });
    const cancelled = await this.observer.pulumi("cancel", lostStack, "--yes");
    expect(cancelled.code, cancelled.err).toBe(0);
    return this.runAgain(lostStack, "");
  }

  /**
   * Runs a job again until it succeeds.
   *
   * @param error what the job failed with: throttled requests, or tokens that Azure has and no state
   * @returns how many runs it took
   */
  private async runAgain(stack: string, error: string): Promise<number> {
    let message = error;
    for (let run = 1; run <= maxReruns; run++) {
      await this.deleteUnknownTokens(message);
      const { code, err } = await this.machine().up(stack).ended;
      if (code === 0) {
        return run;
      }
      expect(err).toMatch(/cannot create already existing resource|SubscriptionRequestsThrottled/);
      message = err;
    }
    throw new Error(`the job of ${stack} failed ${maxReruns} times:\n${message}`);
  }

  /** Deletes the tokens that a run found in Azure and not in its state. No client has their passwords. */
  private async deleteUnknownTokens(error: string): Promise<void> {
    for (const [, id = "", device = ""] of error.matchAll(
      /cannot create already existing resource '(\S*\/tokens\/([^']+))'/g,
    )) {
      expect(this.passwords.has(device), device).toBe(false);
      console.log(`deletes the token ${device}, which is in no state`);
      await this.client.arm("DELETE", id).catch((thrown: Error) => {
        // Pulumi reports an error twice.
        expect(thrown.message).toContain("404");
      });
    }
  }

  /** Adds the passwords of a stack's state to those that devices may have. */
  private async remember(stack: string): Promise<void> {
    for (const [device, password] of await this.observer.passwords(stack)) {
      this.passwords.set(device, (this.passwords.get(device) ?? new Set()).add(password));
    }
  }

  /** How many passwords each device has got, if every one of them logs in. */
  async workingPasswords(): Promise<Map<string, number>> {
    for (const [device, passwords] of this.passwords) {
      for (const password of passwords) {
        expect(await this.client.canLogIn(device, password), device).toBe(true);
      }
    }
    return new Map([...this.passwords].map(([device, passwords]) => [device, passwords.size]));
  }

  private machine(): Machine {
    return new Machine(devices, this.environment);
  }

  /** How many devices of a stack have got another password in its state. */
  private async newPasswords(stack: string): Promise<number> {
    const passwords = await this.observer.passwords(stack);
    return [...passwords].filter(([device, password]) => !this.passwords.get(device)?.has(password)).length;
  }

  private report(what: string, startedMs: number, since: number, reruns: number): void {
    const requests = this.azure.requests.slice(since);
    const writes = requests.filter(
      ({ host, method }) => host === "resourceManager" && method !== "GET",
    ).length;
    const refusals = requests.filter(({ status }) => status === 429).length;
    const seconds = Math.round((performance.now() - startedMs) / 1000);
    console.log(
      `${what} of ${devices.length} devices on 4 machines: ${seconds} s, ${requests.length} requests, ${writes} of them writes, ` +
        `${refusals} times 429, ${reruns} reruns`,
    );
  }
}

describeWith(
  "the fleet on four machines",
  onlyAtFullSize ?? (hasAzurite ? undefined : "there is no azurite-blob on PATH"),
  () => {
    it("creates and rotates all tokens at the same time, survives the loss of a machine, and keeps every password working", {
      timeout: 3_600_000,
    }, async () => {
      const fleet = await Fleet.start();
      await fleet.runJobs("creation");
      expect(await fleet.workingPasswords()).toEqual(new Map(devices.map((device) => [device, 1])));
      // Every password is due. The password before it keeps working for 7 days.
      fleet.clock.advance(31);
      await fleet.runJobs("rotation");
      expect(await fleet.workingPasswords()).toEqual(new Map(devices.map((device) => [device, 2])));
    });
  },
);
