// Vitest's coverage by V8, with the lines that ran in the plugins' processes.
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import v8 from "@vitest/coverage-v8";
import { byLine, table } from "./lines.mjs";

const compiled = resolve("components/bin");

export default {
  ...v8,
  async getProvider() {
    const provider = await v8.getProvider();
    const { generateCoverage, reportCoverage } = provider;
    provider.generateCoverage = async (context) => {
      const dumps = provider.ctx.config.env.NODE_V8_COVERAGE;
      const coverage = await generateCoverage.call(provider, context);
      mkdirSync(dumps, { recursive: true });
      for (const file of readdirSync(dumps)) {
        for (const { url, functions } of scriptsIn(join(dumps, file))) {
          const path = url.startsWith("file:") ? fileURLToPath(url) : "";
          if (path.startsWith(compiled)) {
            coverage.merge(await provider.remapCoverage(url, 0, sourcesOf(path), functions));
          }
        }
      }
      rmSync(dumps, { recursive: true });
      return byLine(coverage);
    };
    provider.reportCoverage = async (coverage, context) => {
      await reportCoverage.call(provider, coverage, context);
      console.log(table(coverage));
    };
    return provider;
  },
};

/** The coverage of each script. Empty if the plugin was killed, because its file is then incomplete. */
function scriptsIn(dump) {
  try {
    return JSON.parse(readFileSync(dump, "utf8")).result;
  } catch (error) {
    if (error instanceof SyntaxError) {
      return [];
    }
    throw error;
  }
}

function sourcesOf(path) {
  return { code: readFileSync(path, "utf8"), map: JSON.parse(readFileSync(`${path}.map`, "utf8")) };
}
