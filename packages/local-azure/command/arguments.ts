import { parseArgs } from "node:util";
import type { LocalAzureOptions } from "../index.js";

/** An invalid command line. The message names the option, the given value and the allowed values. */
export class CommandError extends Error {}

export interface Arguments {
  readonly wantsHelp: boolean;
  readonly wantsJson: boolean;
  readonly options: LocalAzureOptions;
}

const defaultRegistry = "myregistry";
const defaultGroup = "myresourcegroup";

export const help = `Usage: local-azure [option…]
In its repository: npm run --silent local-azure -- [option…]

Serves a local Azure on loopback: resource manager, sign-in, container registries with scope maps, tokens and generated
passwords, and vaults with secrets. Each run starts with the registries alone and serves until you interrupt it.

  --json                  print one line of JSON when ready: the addresses and the credentials; "other" is a second
                          service principal with its own empty subscription
  --registry NAME         a registry to create at the start; repeat it for more (default: ${defaultRegistry})
  --resource-group NAME   the resource group of these registries (default: ${defaultGroup})
  --latency MS            delay of every response in milliseconds (default: 0)
  --operation MS          duration of a long-running operation in milliseconds (default: 0)
  --retry-after S         Retry-After in seconds while an operation is in progress (default: no header; az then polls at
                          once and every 30 seconds)
  --replication-lag MS    time until the registry accepts a new password, in milliseconds (default: 0)
  --throttling            refuse requests above Azure's rates with 429: a burst of 200 writes and 200 deletes and 10 a
                          second, 250 reads and 25 a second, for each service principal and subscription
  --record FILE           append every request and its response to this file, one JSON object a line; the file then
                          holds the emulator's secrets, passwords and access tokens included
  --help                  print this help
`;

/**
 * Reads the command line.
 *
 * @throws CommandError
 */
export function readArguments(given: string[]): Arguments {
  const values = parse(given);
  const registries = (values.registry ?? [defaultRegistry]).map(checkRegistry);
  const resourceGroup = checkGroup(values["resource-group"] ?? defaultGroup);
  return {
    wantsHelp: values.help ?? false,
    wantsJson: values.json ?? false,
    options: {
      registries: registries.map((name) => ({ name, resourceGroup })),
      latencyMs: readMilliseconds("latency", values.latency),
      operationMs: readMilliseconds("operation", values.operation),
      retryAfterSeconds: readSeconds("retry-after", values["retry-after"]),
      replicationLagMs: readMilliseconds("replication-lag", values["replication-lag"]),
      throttling: values.throttling ?? false,
      record: values.record,
    },
  };
}

function parse(given: string[]) {
  try {
    return parseArgs({
      args: given,
      options: {
        json: { type: "boolean" },
        registry: { type: "string", multiple: true },
        "resource-group": { type: "string" },
        latency: { type: "string" },
        operation: { type: "string" },
        "retry-after": { type: "string" },
        "replication-lag": { type: "string" },
        throttling: { type: "boolean" },
        record: { type: "string" },
        help: { type: "boolean" },
      },
    }).values;
  } catch (error) {
    throw new CommandError(`${(error as Error).message}\n\n${help}`);
  }
}

function checkRegistry(name: string, index: number, names: string[]): string {
  if (!/^[a-zA-Z0-9]{5,50}$/.test(name)) {
    throw new CommandError(`--registry must be 5 to 50 letters and digits, but it is '${name}'`);
  }
  if (names.findIndex((other) => other.toLowerCase() === name.toLowerCase()) !== index) {
    throw new CommandError(`--registry must name different registries, but '${name}' is given twice`);
  }
  return name;
}

function checkGroup(name: string): string {
  if (!/^[\w().-]{0,89}[\w()-]$/.test(name)) {
    throw new CommandError(
      `--resource-group must be 1 to 90 letters, digits and _ ( ) - . and not end in a dot, but it is '${name}'`,
    );
  }
  return name;
}

function readMilliseconds(option: string, text = "0"): number {
  // Nine digits: Node's timers do not support longer delays.
  if (!/^\d{1,9}$/.test(text)) {
    throw new CommandError(
      `--${option} must be a whole number of milliseconds, 0 or more, but it is '${text}'`,
    );
  }
  return Number(text);
}

function readSeconds(option: string, text: string | undefined): number | undefined {
  if (text !== undefined && !/^[1-9]\d{0,3}$/.test(text)) {
    throw new CommandError(`--${option} must be a whole number of seconds, 1 or more, but it is '${text}'`);
  }
  return text === undefined ? undefined : Number(text);
}
