/** GitHub workflows: their content, and their `run` steps as GitHub's runner runs them. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { run } from "./command";

export interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly with?: Record<string, unknown>;
  readonly run?: string;
  readonly shell?: string;
  readonly if?: string;
  readonly env?: Record<string, string>;
}

export interface Workflow {
  readonly on: unknown;
  readonly permissions: Record<string, string>;
  readonly env: Record<string, string>;
  readonly concurrency?: { group: string; "cancel-in-progress": boolean };
  readonly jobs: Record<string, { environment: string; steps: Step[] }>;
}

export function readWorkflow(file: string): Workflow {
  return parse(readFileSync(file, "utf8"));
}

/** How a step ended. */
export interface StepRun {
  readonly step: string;
  readonly code: number | null;
  readonly text: string;
}

/**
 * Runs the `run` steps of a workflow's one job, in order, until one fails; then only those that say that they run all the
 * same.
 *
 * @param expressions the value of each `${{ … }}`, by its expression
 * @param leftOut commands that are not run
 */
export async function runSteps(
  workflow: Workflow,
  folder: string,
  environment: NodeJS.ProcessEnv,
  expressions: Record<string, string>,
  leftOut: string[],
): Promise<StepRun[]> {
  const [{ steps } = { steps: [] }] = Object.values(workflow.jobs);
  const runs: StepRun[] = [];
  for (const step of steps) {
    const isFailed = runs.some(({ code }) => code !== 0);
    if (
      step.run === undefined ||
      leftOut.includes(step.run) ||
      (isFailed && !step.if?.includes("!cancelled()"))
    ) {
      continue;
    }
    const env = Object.entries({ ...workflow.env, ...step.env }).map(([name, text]) => [
      name,
      evaluated(String(text), expressions),
    ]);
    // The runner's ways to call bash, without and with `shell: bash`.
    const shell =
      step.shell === undefined ? ["bash", "-e"] : ["bash", "--noprofile", "--norc", "-eo", "pipefail"];
    const { code, out, err } = await run([...shell, "-c", evaluated(step.run, expressions)], folder, {
      ...environment,
      ...Object.fromEntries(env),
    });
    runs.push({ step: step.name ?? step.run, code, text: out + err });
  }
  return runs;
}

function evaluated(text: string, expressions: Record<string, string>): string {
  return text.replace(/\$\{\{\s*(.*?)\s*\}\}/g, (_whole, expression: string) => {
    const value = expressions[expression];
    if (value === undefined) {
      throw new Error(`nothing stands for ${expression}`);
    }
    return value;
  });
}
