/** The plugin `pulumi-resource-random`, without the real one. */

import { version } from "@pulumi/random/package.json";
import { serve } from "provider-server";
import { RandomProvider } from "./provider.js";

serve(new RandomProvider(version));
