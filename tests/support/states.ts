/** States of stacks as released versions of the package left them, recorded with `pulumi stack export`. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Deployment } from "@pulumi/pulumi/automation";
import { type Properties, secret } from "provider-server";

const folder = resolve("tests", "states");

/** The day on which they were recorded, or the next: nothing is due on it. */
export const recordedOn = "2026-11-25";

/** Each state, named after its version and what was done: `0.1.0 plain`. */
export const recordedStates: [string, Deployment][] = readdirSync(folder).flatMap((version) =>
  readdirSync(join(folder, version)).map((file): [string, Deployment] => [
    `${version} ${file.replace(".json", "")}`,
    JSON.parse(readFileSync(join(folder, version, file), "utf8")),
  ]),
);

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
