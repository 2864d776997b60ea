/** The plugin `pulumi-resource-random`, without the real one. */
import { version } from "@pulumi/random/package.json";
import { serve } from "../serve.js";
import { RandomProvider } from "./provider.js";

serve(new RandomProvider(version));
