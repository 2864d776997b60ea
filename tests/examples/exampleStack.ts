/** A stack of an example. */
import { TestStack } from "../engine/support";
import { installExample, temporaryFolder } from "./outside";

/**
 * A stack of a copy of an example, on a local Azure. Both are removed after the test.
 *
 * @param example the folder's name in examples/
 * @param config the stack's configuration
 */
export async function exampleStack(
  example: string,
  config: Readonly<Record<string, string>>,
  settings: Parameters<typeof TestStack.start>[1] = {},
): Promise<TestStack> {
  const folder = temporaryFolder();
  installExample(example, folder);
  const test = await TestStack.start(folder, {
    ...settings,
    // `npm run typecheck` checks the types of examples, which takes Pulumi as long as everything else.
    environment: { PULUMI_NODEJS_TRANSPILE_ONLY: "true", ...settings.environment },
  });
  const values = Object.entries(config).map(([name, value]) => [name, { value }]);
  await test.stack.setAllConfig(Object.fromEntries(values));
  return test;
}

/** The URN of the resource of this type and name. */
export async function urnOf({ stack }: TestStack, type: string, name: string): Promise<string> {
  const { deployment } = await stack.exportStack();
  const urns: string[] = deployment.resources.map(({ urn }: { urn: string }) => urn);
  const found = urns.find((urn) => urn.endsWith(`${type}::${name}`));
  if (found === undefined) {
    throw new Error(`no ${type} '${name}' among ${urns.join(", ")}`);
  }
  return found;
}

/** The URN to replace for a rotation of a RegistryToken's password. */
export function generationOf(test: TestStack, registryToken: string): Promise<string> {
  return urnOf(test, "random:index/randomUuid:RandomUuid", registryToken);
}
