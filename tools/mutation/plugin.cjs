// Preloaded into the plugin's process while Stryker records which test runs which mutants: writes each mutant to a file, with the
// test that runs at that moment.
const { appendFileSync, readFileSync } = require("node:fs");

const noted = new Set();

const notes = new Proxy(
  {},
  {
    get: () => 0,
    set: (_, mutant) => {
      const line = `${readFileSync(process.env.CURRENT_TEST_FILE, "utf8")}\t${mutant}\n`;
      if (!noted.has(line)) {
        noted.add(line);
        appendFileSync(process.env.COVERED_MUTANTS_FILE, line);
      }
      return true;
    },
  },
);

// The instrumented code counts here while it knows of no test.
globalThis.__stryker__ = { mutantCoverage: { static: notes, perTest: {} } };
