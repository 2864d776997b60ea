import { serve } from "provider-server";
import schema from "../schema.json";
import { AcrTokenProvider } from "./provider";

/** The plugin's entry: the engine starts it and reads the port to talk to from its output. */
serve(new AcrTokenProvider(schema.version, () => JSON.stringify(schema)));
