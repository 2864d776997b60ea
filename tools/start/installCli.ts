import { PulumiCommand } from "@pulumi/pulumi/automation";

/** Installs the Pulumi CLI into the folder that is its one argument, by the Automation API's own installer. */
const [, , root] = process.argv;

PulumiCommand.install({ root }).catch((error: Error) => {
  process.stderr.write(error.message);
  process.exitCode = 1;
});
