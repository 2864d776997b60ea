import { join } from "node:path";
import { rolldown } from "rolldown";

/** The main thread of the plugin, which the engine talks to, and the worker thread that constructs components. */
export const entries = { index: "provider/index.ts", construct: "provider/construct/worker.ts" };

const components = join(import.meta.dirname, "..");

/**
 * Bundles entries of the plugin with their dependencies, for Node's require.
 *
 * @param {Record<string, string>} input the entries by file name, without .js
 * @param {import("rolldown").OutputOptions} [options] options that differ from the defaults
 */
export async function bundle(input, options) {
  const bundled = await rolldown({
    input,
    cwd: components,
    platform: "node",
    plugins: [unused],
    // An optional dependency in Azure's SDK: the bundle must not depend on whether it is installed.
    external: ["supports-color"],
  });
  const { output } = await bundled.generate({
    format: "cjs",
    // The licences are in the notices. Class names are kept because errors show them.
    comments: false,
    minify: { compress: true, mangle: { keepNames: true }, codegen: { removeWhitespace: true } },
    // A chunk that is loaded on demand has the name of its package.
    chunkFileNames: ({ facadeModuleId }) =>
      `${/node_modules\/@azure\/([^/]+)\//.exec(facadeModuleId?.replaceAll("\\", "/") ?? "")?.[1] ?? "[name]"}.js`,
    ...options,
  });
  await bundled.close();
  return output;
}

/**
 * Omits what Pulumi's SDK loads for dynamic providers (which serialize functions) and for the Automation API. It is larger than
 * the rest of the bundle, and constructing a component calls none of it.
 */
const unused = {
  name: "unused",
  resolveId(source, importer) {
    const isUnused =
      ["@npmcli/arborist", "typescript", "ts-node"].includes(source) ||
      (source === "./automation" && /@pulumi[\\/]pulumi[\\/]index\.js$/.test(importer ?? ""));
    return isUnused ? "\0unused" : undefined;
  },
  load(id) {
    return id === "\0unused" ? { code: "module.exports = {};", moduleType: "js" } : undefined;
  },
};
