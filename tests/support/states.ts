/** States of stacks as released versions of the package left them, recorded with `pulumi stack export`. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Deployment } from "@pulumi/pulumi/automation";
import { type Properties, secret } from "provider-server";

/** Where the states are: a folder for each version. */
export const statesFolder = resolve("tests", "states");

/** The day after the states were recorded, by the clock of their local Azure. Nothing is due on it. */
export const recordedOn = "2026-11-25";

/** Each state, named after its version and its program: `0.1.0 plain`. */
export const recordedStates: [string, Deployment][] = readdirSync(statesFolder).flatMap((version) =>
  readdirSync(join(statesFolder, version)).map((file): [string, Deployment] => [
    `${version} ${file.replace(".json", "")}`,
    JSON.parse(readFileSync(join(statesFolder, version, file), "utf8")),
  ]),
);

/** Those of 0.1.0, which lacks outputs that later versions have. */
export const firstStates = recordedStates.filter(([name]) => name.startsWith("0.1.0 "));

/** Those of later versions. */
export const laterStates = recordedStates.filter((state) => !firstStates.includes(state));

/** What a state has about its one resource of a type, with secrets as they cross to a plugin. */
export function resourceIn({ deployment }: Deployment, type: string) {
  const found = deployment.resources.find((resource: { type: string }) => resource.type === type);
  const { urn, id, inputs, outputs } = found;
  return { urn, id, inputs: onTheWire(inputs) as Properties, outputs: onTheWire(outputs) as Properties };
}

function onTheWire(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(onTheWire);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  if ("plaintext" in value) {
    return secret(onTheWire(JSON.parse(String(value.plaintext))));
  }
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, onTheWire(part)]));
}
