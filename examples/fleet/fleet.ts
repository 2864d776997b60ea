/** The fleet: its devices, and the stack of each device. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** The fleet as fleet.json describes it. */
export interface Fleet {
  /** The names of the devices, which are also the names of their tokens. */
  readonly devices: readonly string[];
  /** The number of stacks. */
  readonly stacks: number;
  /** How many stacks Pulumi works on at the same time. */
  readonly stacksAtOnce: number;
}

/** The folder of Pulumi.yaml. The compiled files are in the folder bin below it. */
export const projectFolder = dirname(__dirname);

/**
 * Reads fleet.json and the list of devices that it names.
 *
 * @throws Error that lists everything that is wrong in one of the two files
 */
export function readFleet(folder = projectFolder): Fleet {
  const { devices, stacks, stacksAtOnce } = parsed(
    "fleet.json",
    readFileSync(resolve(folder, "fleet.json"), "utf8"),
  ) as Record<string, unknown>;
  const problems = Object.entries({ stacks, stacksAtOnce })
    .filter(([, value]) => !Number.isInteger(value) || Number(value) < 1 || Number(value) > 999)
    .map(([name, value]) => `fleet.json: ${name} must be a whole number from 1 to 999, got ${show(value)}`);
  if (typeof devices !== "string") {
    problems.push(`fleet.json: devices must be the name of a .csv or .json file, got ${show(devices)}`);
  }
  if (problems.length > 0) {
    throw new Error(problems.join("\n"));
  }
  const list = String(devices);
  return {
    devices: devicesIn(list, readFileSync(resolve(folder, list), "utf8")),
    stacks: Number(stacks),
    stacksAtOnce: Number(stacksAtOnce),
  };
}

/** A name in the list, and where it is: `line 3` of a CSV file, `entry 3` of a JSON array. */
interface Entry {
  readonly device: unknown;
  readonly place: string;
}

/**
 * The devices in a list: the first column of a CSV file with a header line, or a JSON array of names.
 *
 * @throws Error that lists every wrong name with its place, or says that there are no devices
 */
export function devicesIn(file: string, text: string): string[] {
  const entries = file.endsWith(".json") ? jsonEntries(file, text) : csvEntries(text);
  // A list that was cut short on its way here would delete the tokens of the missing devices.
  if (entries.length === 0) {
    throw new Error(`${file}: the list has no devices`);
  }
  const firstPlaces = new Map<string, string>();
  const problems = entries.flatMap(({ device, place }) => {
    if (typeof device !== "string" || !/^[A-Za-z0-9-]{5,50}$/.test(device)) {
      return `${file}, ${place}: a device name is 5 to 50 letters, digits and hyphens, got ${show(device)}`;
    }
    // Azure does not distinguish upper and lower case.
    const name = device.toLowerCase();
    const first = firstPlaces.get(name);
    firstPlaces.set(name, first ?? place);
    return first === undefined ? [] : `${file}, ${place}: ${device} is the same device as in ${first}`;
  });
  if (problems.length > 0) {
    throw new Error(problems.join("\n"));
  }
  return entries.map(({ device }) => String(device));
}

function csvEntries(text: string): Entry[] {
  return text
    .split(/\r?\n/)
    .map((line, index) => ({ line, place: `line ${index + 1}` }))
    .slice(1)
    .filter(({ line }) => line.trim() !== "")
    .map(({ line, place }) => ({
      device: line
        .split(",")[0]
        .trim()
        .replace(/^"(.*)"$/, "$1"),
      place,
    }));
}

function jsonEntries(file: string, text: string): Entry[] {
  const list = parsed(file, text);
  return Array.isArray(list)
    ? list.map((device: unknown, index) => ({ device, place: `entry ${index + 1}` }))
    : [];
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not valid JSON: ${(error as Error).message}`);
  }
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? "nothing";
}

/** The names of all stacks: `1-of-4`, … */
export function stackNames({ stacks }: Pick<Fleet, "stacks">): string[] {
  return Array.from({ length: stacks }, (_, index) => `${index + 1}-of-${stacks}`);
}

/**
 * The stack of a device. It depends on the device's name alone, so that a device stays in its stack when others are added or
 * removed. Another number of stacks moves nearly every device, which is why the number is in the name of the stack.
 */
export function stackOf(device: string, { stacks }: Pick<Fleet, "stacks">): string {
  const hash = createHash("sha256").update(device.toLowerCase()).digest().readUInt32BE();
  return `${(hash % stacks) + 1}-of-${stacks}`;
}

/**
 * The devices of a stack.
 *
 * @throws Error if the fleet has no such stack
 */
export function devicesOf(stack: string, fleet: Fleet): string[] {
  if (!stackNames(fleet).includes(stack)) {
    throw new Error(
      `the stacks of this fleet are 1-of-${fleet.stacks} to ${fleet.stacks}-of-${fleet.stacks}, not ${stack}`,
    );
  }
  return fleet.devices.filter((device) => stackOf(device, fleet) === stack);
}
