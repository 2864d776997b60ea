/** One device's credentials, and no other's. */
import { writeFileSync } from "node:fs";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { projectFolder, readFleet, stackOf } from "./fleet";

/** A resource in a stack's state. */
interface Resource {
  readonly type: string;
  readonly urn: string;
  readonly outputs?: Record<string, unknown>;
}

/**
 * Prints what a device logs in with, and the day from which `npm run up` rotates it, as JSON. Of the state, not of a stack's
 * outputs: those are written at the end of an up, and only of one in which no device failed.
 *
 * @param file where to write it instead, for nobody else to read; it must not be there
 * @throws Error for a device that has no token
 */
export async function giveCredentials(device: string, file: string | undefined): Promise<void> {
  const stackName = stackOf(device, readFleet());
  const workspace = await LocalWorkspace.create({ workDir: projectFolder });
  const isThere = (await workspace.listStacks()).some(({ name }) => name === stackName);
  const state = isThere ? (await workspace.exportStack(stackName)).deployment : undefined;
  const resources: Resource[] = state?.resources ?? [];
  const outputs = resources.find(
    ({ type, urn }) => type === "acr-token:index:TokenCredentials" && urn.endsWith(`::${device}`),
  )?.outputs;
  const password = plainOf(outputs?.password);
  if (outputs === undefined || password === undefined) {
    throw new Error(
      `the stack ${stackName} has no password for ${device}: is it in the list, and has npm run up been run?`,
    );
  }
  const { loginServer, username, rotatesOn } = outputs;
  const text = `${JSON.stringify({ loginServer, username, password, rotatesOn }, undefined, 2)}\n`;
  if (file === undefined) {
    process.stdout.write(text);
  } else {
    writeFileSync(file, text, { mode: 0o600, flag: "wx" });
    console.log(`${device}: written to ${file}`);
  }
}

/** The value of a secret, which stands in the state as JSON text in an object; of anything else the thing itself. */
function plainOf(output: unknown): unknown {
  const { plaintext } = (output ?? {}) as { plaintext?: string };
  return plaintext === undefined ? output : JSON.parse(plaintext);
}
