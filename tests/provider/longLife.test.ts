/**
 * Many rotations under continuous logins: clients read only the stack's outputs, change to a new password late,
 * and are never refused. LONG_LIFE sets the number of rotations: 10,
 * or 1,000 at full size, which is more than thirty years.
 */
import { randomInt } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CheckError } from "../support/engine.js";
import { randomNumbers } from "../support/randomNumbers.js";
import { repetitions } from "../support/size.js";
import { type CredentialsResource, TestEnvironment } from "../support/testEnvironment.js";

const rotations = repetitions("LONG_LIFE", { few: 10, full: 1_000 });
const seed = Number(process.env.LONG_LIFE_SEED ?? randomInt(1, 2 ** 31));
const clients = 4;

/** The arguments of a stack, and how late its clients may be, in days after a rotation. */
interface Life {
  readonly args: {
    rotateEveryDays: number;
    overlapDays?: number;
    expirationInDays?: number;
    spreadRotation?: boolean;
  };
  readonly latest: number;
  /** The longest time between two runs of `pulumi up`, in days. */
  readonly pause: number;
}

const lives: [string, Life][] = [
  ["without overlapDays", { args: { rotateEveryDays: 12 }, latest: 11, pause: 9 }],
  ["with overlapDays", { args: { rotateEveryDays: 20, overlapDays: 6 }, latest: 5, pause: 9 }],
  [
    "with overlapDays, an expiry, and a first period that is spread",
    {
      args: { rotateEveryDays: 15, overlapDays: 5, expirationInDays: 30, spreadRotation: true },
      latest: 4,
      pause: 7,
    },
  ],
];

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await TestEnvironment.start();
});

afterAll(() => environment?.close());

/** A client that logs in continuously. */
class Client {
  private password: string | undefined;
  /** The day on which the client reads the outputs. */
  private due = "";
  logins = 0;

  constructor(
    private readonly outputs: () => CredentialsResource["exported"],
    private readonly username: string,
  ) {
    this.takeOver();
  }

  /** The outputs have a new password. */
  tell(day: string): void {
    this.due = day;
  }

  takeOverIfDue(): void {
    if (environment.clock.day() >= this.due) {
      this.takeOver();
    }
  }

  async login(): Promise<void> {
    const accepted = await environment.canLogIn(this.username, this.password);
    expect(accepted, `on ${environment.clock.day()}, told to take over by ${this.due}`).toBe(true);
    this.logins++;
  }

  private takeOver(): void {
    this.password = this.outputs().password;
  }
}

test.for(lives)(
  `is accepted at every login, ${rotations} rotations %s (LONG_LIFE_SEED=${seed})`,
  {
    timeout: 60_000 + rotations * 4_000,
  },
  async ([, { args, latest, pause }]) => {
    const random = randomNumbers(seed);
    const int = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
    const tokenId = await environment.newToken();
    const resource = environment.credentials();
    let generation = 0;
    const program = () => ({ tokenId, ...args, generation: String(generation) });
    await resource.up(program());
    const start = environment.clock.now();
    const everyone = Array.from(
      { length: clients },
      () => new Client(() => resource.exported, resource.exported.username),
    );

    /** One run of `pulumi up`, while all clients log in. */
    const up = async (): Promise<boolean> => {
      const before = resource.exported.current;
      let isOver = false;
      const crowd = everyone.map(async (client) => {
        do {
          await client.login();
        } while (!isOver);
      });
      try {
        await resource.up(program());
      } catch (error) {
        // Too early: the overlap is not over, and the author reverts the change.
        if (!(error instanceof CheckError) || args.overlapDays === undefined) {
          throw error;
        }
        generation--;
      } finally {
        isOver = true;
        await Promise.all(crowd);
      }
      return resource.exported.current !== before;
    };

    for (let count = 0; count < rotations; ) {
      for (let days = int(1, pause); days > 0; days--) {
        environment.clock.advance(1);
        for (const client of everyone) {
          client.takeOverIfDue();
          await client.login();
        }
      }
      // Without an overlap the provider cannot protect late clients, so only time rotates.
      if (args.overlapDays !== undefined && random() < 0.2) {
        generation++;
      }
      if (await up()) {
        count++;
        for (const client of everyone) {
          client.tell(environment.clock.day(int(0, latest)));
        }
      }
    }

    const years = (environment.clock.now().getTime() - start.getTime()) / (365.25 * 24 * 60 * 60 * 1000);
    const logins = everyone.reduce((sum, client) => sum + client.logins, 0);
    console.log(`${rotations} rotations in ${years.toFixed(1)} years, ${logins} logins, all accepted`);
  },
);
