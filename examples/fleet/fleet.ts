/** The fleet: which devices there are, and which of them is in which stack. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** The fleet as fleet.json has it. */
export interface Fleet {
  /** The devices' names, which become the tokens' names. */
  readonly devices: readonly string[];
  /** Into how many stacks they are cut. */
  readonly stacks: number;
  /** How many stacks Pulumi works on at once. */
  readonly stacksAtOnce: number;
}

/** The folder of Pulumi.yaml: this is run from the folder bin in it. */
export const projectFolder = dirname(__dirname);

/**
 * Reads fleet.json and the list of devices that it names.
 *
 * @throws Error that says what is wrong with which of them
 */
export function readFleet(folder = projectFolder): Fleet {
  const {
    devices: list,
    stacks,
    stacksAtOnce,
  } = JSON.parse(readFileSync(resolve(folder, "fleet.json"), "utf8"));
  for (const [name, value] of Object.entries({ stacks, stacksAtOnce })) {
    if (!Number.isInteger(value) || value < 1 || value > 999) {
      throw new Error(
        `fleet.json: ${name} must be a whole number from 1 to 999, got ${JSON.stringify(value)}`,
      );
    }
  }
  if (typeof list !== "string") {
    throw new Error("fleet.json: devices must name a .csv or .json file");
  }
  return { devices: devicesIn(list, readFileSync(resolve(folder, list), "utf8")), stacks, stacksAtOnce };
}

/**
 * The devices in a list: of a CSV file with a line of headings the first column, of a JSON file an array of names.
 *
 * @throws Error for a list without devices, or with a name that no token can have or that comes twice
 */
export function devicesIn(file: string, text: string): string[] {
  const devices: unknown = file.endsWith(".json") ? JSON.parse(text) : firstColumn(text);
  // A list that was cut short on its way here would take the devices' tokens away.
  if (!Array.isArray(devices) || devices.length === 0) {
    throw new Error(`${file}: there are no devices in it`);
  }
  const seen = new Set<string>();
  for (const device of devices) {
    if (typeof device !== "string" || !/^[A-Za-z0-9-]{5,50}$/.test(device)) {
      throw new Error(
        `${file}: a device's name is 5 to 50 letters, digits and hyphens, got ${JSON.stringify(device)}`,
      );
    }
    // To Azure they are one name.
    if (seen.has(device.toLowerCase())) {
      throw new Error(`${file}: the device ${device} is in it twice`);
    }
    seen.add(device.toLowerCase());
  }
  return devices;
}

function firstColumn(text: string): string[] {
  const [, ...lines] = text.split(/\r?\n/);
  return lines
    .filter((line) => line.trim() !== "")
    .map((line) =>
      line
        .split(",")[0]
        .trim()
        .replace(/^"(.*)"$/, "$1"),
    );
}

/** The names of all stacks: `1-of-4`, … */
export function stackNames({ stacks }: Pick<Fleet, "stacks">): string[] {
  return Array.from({ length: stacks }, (_, index) => `${index + 1}-of-${stacks}`);
}

/**
 * The stack that a device is in. Its name alone decides, so that it stays there when others are added or go. Another number
 * of stacks puts nearly every device into another one, which is why the number is in the name.
 */
export function stackOf(device: string, { stacks }: Pick<Fleet, "stacks">): string {
  const hash = createHash("sha256").update(device.toLowerCase()).digest().readUInt32BE();
  return `${(hash % stacks) + 1}-of-${stacks}`;
}

/**
 * The devices that are in a stack.
 *
 * @throws Error for a stack that the fleet does not have
 */
export function devicesOf(stack: string, fleet: Fleet): string[] {
  if (!stackNames(fleet).includes(stack)) {
    throw new Error(
      `the stacks of this fleet are 1-of-${fleet.stacks} to ${fleet.stacks}-of-${fleet.stacks}, not ${stack}`,
    );
  }
  return fleet.devices.filter((device) => stackOf(device, fleet) === stack);
}
