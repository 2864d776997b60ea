// Loaded into the plugin before anything else: on a signal it collects the garbage, and notes what is left of its heap, in bytes.
const { writeFileSync } = require("node:fs");

process.on("SIGUSR2", () => {
  globalThis.gc();
  writeFileSync(process.env.HEAP_USED_FILE, String(process.memoryUsage().heapUsed));
});
