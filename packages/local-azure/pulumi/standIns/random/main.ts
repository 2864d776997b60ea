/** The stand-in for the plugin `pulumi-resource-random`. */

import { version } from "@pulumi/random/package.json";
import { serve } from "provider-server";
import { RandomProvider } from "./provider.js";

serve(new RandomProvider(version));
