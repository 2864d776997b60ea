/** The plugin `pulumi-resource-azure-native`, for a local Azure. */

import { version } from "@pulumi/azure-native/package.json";
import { serve } from "provider-server";
import { AzureNativeProvider } from "./provider.js";

serve(new AzureNativeProvider(version, process.env));
