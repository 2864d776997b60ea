/**
 * The promise under events in random order: a password in the state works, until a change that a preview
 * announced replaces it; and no previous password stops working before its overlap is over. A random walk of many steps, compared
 * with a plain model; a failure prints the seed and the last steps, and MODEL_SEED repeats it. MODEL_STEPS sets the
 * number of steps: 150, or 2,000 at full size.
 */
import { randomInt } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { repetitions } from "../support/size.js";
import { TestEnvironment } from "../support/testEnvironment.js";
import { Walk } from "./model/walk.js";

const seed = Number(process.env.MODEL_SEED ?? randomInt(1, 2 ** 31));
const steps = repetitions("MODEL_STEPS", { few: 150, full: 2_000 });

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await TestEnvironment.start();
});

afterAll(() => environment?.close());

test(`a password in the state works until a preview says otherwise (MODEL_SEED=${seed})`, {
  timeout: 600_000,
}, async () => {
  await environment.newScopeMap("agent-only", "azureiotedge-agent");
  await environment.newScopeMap("payroll-only", "payroll");
  const tokenId = await environment.newToken({ name: "model-token", scopeMap: "agent-only" });
  const walk = new Walk(environment, tokenId, seed);
  try {
    await walk.up();
    for (let step = 1; step <= steps; step++) {
      walk.story.push(`${step}: ${await walk.step()}`);
      await walk.check();
    }
    await walk.settle();
  } catch (error) {
    const story = walk.story.slice(-25).join("\n");
    const { inputs } = walk.credentials.state ?? {};
    throw new Error(
      `MODEL_SEED=${seed}, after ${walk.story.length} lines. The last ones:\n${story}\nThen: ${(error as Error).message}\nArguments: ${JSON.stringify(walk.args)}\nInputs: ${JSON.stringify(inputs)}\nPrevious: ${JSON.stringify(walk.previous)}`,
      { cause: error },
    );
  }
  // The walk must reach every kind of event.
  if (steps >= 1_000) {
    for (const what of [
      "create",
      "update",
      "same",
      "replace",
      "rotation",
      "lost",
      "cleared",
      "overlap held",
      "refused generation",
      "waited",
      "adopted 0",
      "adopted 1",
      "adopted 2",
      "adoption refused",
      "kept works",
      "failed credentials",
      "other letter case",
      "refused rename",
      "changed after check: generation",
      "changed after check: rotateEveryDays",
      "changed after check: expirationInDays",
      "changed after check: overlapDays",
      "changed after check: spreadRotation",
      "changed after check: current",
      "clock ahead",
      "clock behind",
    ]) {
      expect(walk.counts[what] ?? 0, what).toBeGreaterThan(4);
    }
  }
});
