/**
 * The promise with keyVault, against every event in every order: the newest enabled version of the secret logs in, at every
 * instant of every run, until someone else changes the vault or the token; then one refresh and one `up` restore it. A random
 * walk; a failure prints the seed and the last steps, and MODEL_SEED repeats it. MODEL_STEPS sets the number of steps: 30,
 * or 2,000 at full size.
 */
import { randomInt } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { repetitions } from "../support/size.js";
import { TestEnvironment } from "../support/testEnvironment.js";
import { TestVault } from "../support/vault.js";
import { VaultWalk } from "./model/vaultWalk.js";

const seed = Number(process.env.MODEL_SEED ?? randomInt(1, 2 ** 31));
const steps = repetitions("MODEL_STEPS", { few: 30, full: 2_000 });

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await TestEnvironment.start();
});

afterAll(() => environment?.close());

test(`the newest enabled version of the secret logs in until a preview says otherwise (MODEL_SEED=${seed})`, {
  timeout: 1_200_000,
}, async () => {
  const vault = await TestVault.create(environment);
  const walk = new VaultWalk(environment, vault, await environment.newToken({ name: "vault-model" }), seed);
  try {
    await walk.up();
    for (let step = 1; step <= steps; step++) {
      walk.story.push(`${step}: ${await walk.step()}`);
      await walk.check();
    }
    await walk.settle();
  } catch (error) {
    const story = walk.story.slice(-15).join("\n");
    throw new Error(
      `MODEL_SEED=${seed}, after ${walk.story.length} lines. The last ones:\n${story}\nThen: ${(error as Error).message}\nArguments: ${JSON.stringify(walk.args)}\nInputs: ${JSON.stringify(walk.credentials.state?.inputs)}\nVersions: ${JSON.stringify(await walk.versions())}`,
      { cause: error },
    );
  }
  // A walk that reaches nothing would prove nothing.
  for (const what of steps >= 1_000
    ? ["rotation", "kills", "adopted", "overlap held", "failed up", "settled"]
    : []) {
    expect(walk.counts[what] ?? 0, what).toBeGreaterThan(4);
  }
});
