// Loaded into a plugin's process before anything else, while Stryker finds out which test runs which mutants: notes them
// under the test that runs at that moment, line by line.
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

// Where the instrumented code counts what runs while it knows of no test.
globalThis.__stryker__ = { mutantCoverage: { static: notes, perTest: {} } };
