// Loaded into a plugin's process before anything else: Node writes down what ran when a process exits, not when it is
// interrupted, as Pulumi ends a plugin.
process.once("SIGINT", () => process.exit(130));
