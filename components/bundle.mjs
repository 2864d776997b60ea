import { build } from "rolldown";

// The plugin with all that it needs, so that it starts quickly and wherever there is Node. Pulumi's SDKs stay outside:
// only a program in another language needs them here, and then from the package's own dependencies.
await build({
  input: { index: "provider/index.ts", component: "provider/component.ts" },
  platform: "node",
  external: [/^@pulumi\/(azure-native|random)(\/|$)/, /^@pulumi\/pulumi(?!\/proto\/)/],
  output: {
    dir: "bin/plugin",
    format: "cjs",
    cleanDir: true,
    // What is loaded when it is needed is named after its package.
    chunkFileNames: ({ facadeModuleId }) =>
      `${/node_modules\/@azure\/([^/]+)\//.exec(facadeModuleId ?? "")?.[1] ?? "[name]"}.js`,
  },
});
