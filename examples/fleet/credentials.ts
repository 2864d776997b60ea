/** One device's credentials, and no other's. */
import { writeFileSync } from "node:fs";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { projectFolder, readFleet, stackOf } from "./fleet";

/**
 * Prints what a device logs in with, as JSON.
 *
 * @param file where to write it instead, for nobody else to read
 * @throws Error for a device that has no token
 */
export async function giveCredentials(device: string, file: string | undefined): Promise<void> {
  const stackName = stackOf(device, readFleet());
  const workspace = await LocalWorkspace.create({ workDir: projectFolder });
  const isThere = (await workspace.listStacks()).some(({ name }) => name === stackName);
  const outputs = isThere ? await workspace.stackOutputs(stackName) : {};
  const found = outputs.credentials?.value[device];
  if (found === undefined) {
    throw new Error(
      `the stack ${stackName} has no token for ${device}: is it in the list, and has npm run up been run?`,
    );
  }
  const text = `${JSON.stringify(found, undefined, 2)}\n`;
  if (file === undefined) {
    process.stdout.write(text);
  } else {
    writeFileSync(file, text, { mode: 0o600, flag: "wx" });
    console.log(`${device}: written to ${file}`);
  }
}
