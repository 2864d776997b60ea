/** The credentials of one device. */
import { writeFileSync } from "node:fs";
import { readFleet, stackOf } from "./fleet";
import { plainOf, readStates, stacksWithResources } from "./states";

/**
 * Prints a device's login and the first day on which `npm run up` rotates it, as JSON. They come from the state, not from stack
 * outputs: Pulumi writes outputs only after an `up` in which no device failed.
 *
 * @param file a new file for the JSON, which only the current user can read
 * @throws Error if the device has no password in the state
 */
export async function printCredentials(device: string, file: string | undefined): Promise<void> {
  const stack = stackOf(device, readFleet());
  const isThere = (await stacksWithResources()).includes(stack);
  const found = (await readStates(isThere ? [stack] : [])).find((state) => state.device === device);
  const password = plainOf(found?.outputs.password);
  if (found === undefined || password === undefined) {
    throw new Error(
      `The stack ${stack} has no password for ${device}. Check that the device is in the list, and run: npm run up`,
    );
  }
  const { loginServer, username, rotatesOn } = found.outputs;
  const text = `${JSON.stringify({ loginServer, username, password, rotatesOn }, undefined, 2)}\n`;
  if (file === undefined) {
    process.stdout.write(text);
  } else {
    writeFileSync(file, text, { mode: 0o600, flag: "wx" });
    console.log(`${device}: written to ${file}`);
  }
}
