// Preloaded into the plugin: on SIGUSR2 it collects the garbage, and writes the size of the heap in bytes to a file.
const { writeFileSync } = require("node:fs");

process.on("SIGUSR2", () => {
  globalThis.gc();
  writeFileSync(process.env.HEAP_USED_FILE, String(process.memoryUsage().heapUsed));
});
