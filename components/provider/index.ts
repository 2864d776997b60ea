import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { AcrTokenProvider } from "./provider";

/** The plugin's entry: the engine starts it and reads the port to talk to from its output. */
const packageFolder = join(__dirname, "..", "..");
const { version } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")) as {
  version: string;
};
const schema = readFileSync(join(packageFolder, "schema.json"), "utf8");

void pulumi.provider.main(new AcrTokenProvider(version, schema), process.argv.slice(2));
