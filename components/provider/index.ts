import { readFileSync } from "node:fs";
import { join } from "node:path";
import { serve } from "provider-protocol";
import { AcrTokenProvider } from "./provider";

/** The plugin's entry: the engine starts it and reads the port to talk to from its output. */
const packageFolder = join(__dirname, "..", "..");
const { version } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")) as {
  version: string;
};

serve(new AcrTokenProvider(version, () => readFileSync(join(packageFolder, "schema.json"), "utf8")));
