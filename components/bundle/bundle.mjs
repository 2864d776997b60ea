import { join } from "node:path";
import { rolldown } from "rolldown";

/** The main thread of the plugin, which the engine talks to, and the worker thread that constructs components. */
export const entries = { index: "provider/index.ts", construct: "provider/construct/worker.ts" };

const components = join(import.meta.dirname, "..");

/**
 * Bundles entries of the plugin with all that they need, for Node's require.
 *
 * @param {Record<string, string>} input the entries by the names of their files, without .js
 * @param {import("rolldown").OutputOptions} [options] how the files are to differ
 */
export async function bundle(input, options) {
  const bundled = await rolldown({
    input,
    cwd: components,
    platform: "node",
    plugins: [unused],
    // Wanted by a package of Azure's SDK where it happens to be installed: what the plugin is must not depend on that.
    external: ["supports-color"],
  });
  const { output } = await bundled.generate({
    format: "cjs",
    // The notices beside the bundle have the licences whole. Names of classes show in errors.
    comments: false,
    minify: { compress: true, mangle: { keepNames: true }, codegen: { removeWhitespace: true } },
    // What is loaded when it is needed is named after its package.
    chunkFileNames: ({ facadeModuleId }) =>
      `${/node_modules\/@azure\/([^/]+)\//.exec(facadeModuleId?.replaceAll("\\", "/") ?? "")?.[1] ?? "[name]"}.js`,
    ...options,
  });
  await bundled.close();
  return output;
}

/**
 * Leaves out what Pulumi's SDK loads, or would like to load, for dynamic providers, whose functions it takes apart, and for
 * the Automation API: more than all the rest, and nothing of it is called to construct a component.
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
