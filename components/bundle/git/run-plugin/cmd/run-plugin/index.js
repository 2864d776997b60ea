// Pulumi's language host for Node starts a folder with a PulumiPlugin.yaml by this file, with the folder before the plugin's
// own arguments. The SDK's own loads the compiler for the sake of the tsconfig.json in the program's folder.
process.argv.splice(2, 1);
require("../../../index.js");
