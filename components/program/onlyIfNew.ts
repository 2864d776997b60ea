import { AsyncResource } from "node:async_hooks";
import { isMainThread } from "node:worker_threads";
import { getScopeMap } from "@pulumi/azure-native/containerregistry/getScopeMap";
import { getToken } from "@pulumi/azure-native/containerregistry/getToken";
import * as pulumi from "@pulumi/pulumi";
import { isMocked } from "./isMocked";
import { knownValue } from "./knownValue";
import { PerEngine } from "./perEngine";

/** The components of a program by their names; two of different parents can have one name. */
type Components = Map<string, Set<pulumi.ComponentResource>>;

/** An engine takes a hook's name once. A program and the plugin may both construct RegistryTokens for one engine. */
const hookName = isMainThread ? "acr-token:onlyIfNew" : "acr-token:onlyIfNew:construct";
const forEngine = new PerEngine(() => {
  const components: Components = new Map();
  // Pulumi calls a hook outside of the program's asynchronous context, in which its functions find no engine.
  const inContext = AsyncResource.bind((args: pulumi.ResourceHookArgs) => refuseExisting(args, components));
  const hook = new pulumi.ResourceHook(hookName, inContext, { onDryRun: true });
  return { components, hook };
});

/**
 * The hooks that make the engine refuse to create a token or a scope map that Azure has already, in the preview and before
 * anything is written. azure-native refuses it too, but not in a preview, and only if nobody creates it at the same time. A
 * run that creates nothing asks nothing.
 *
 * With deletedWith, what Azure has may be what goes with the replaced registry in the same run. Then azure-native's own look
 * has to do.
 *
 * @param name the component's, which is also the name of what is created
 * @param component the parent of what is created, whose provider is asked
 * @param opts the options that the component was given
 */
export function onlyIfNew(
  name: string,
  component: pulumi.ComponentResource,
  opts?: pulumi.ComponentResourceOptions,
): pulumi.ResourceHook[] {
  if (isMocked() || opts?.deletedWith !== undefined) {
    return [];
  }
  const { components, hook } = forEngine.get();
  components.set(name, (components.get(name) ?? new Set()).add(component));
  return [hook];
}

async function refuseExisting(args: pulumi.ResourceHookArgs, components: Components): Promise<void> {
  const inputs: Record<string, unknown> = args.newInputs ?? {};
  const names = pulumi.output([
    inputs.resourceGroupName,
    inputs.registryName,
    inputs.tokenName,
    inputs.scopeMapName,
  ]);
  const [resourceGroupName, registryName, tokenName, scopeMapName] = (await knownValue(names))?.value ?? [];
  // A preview may not know a name yet.
  if (typeof resourceGroupName !== "string" || typeof registryName !== "string") {
    return;
  }
  const registry = { resourceGroupName, registryName };
  const options = { provider: await providerOf(args, components) };
  // If it cannot be read, azure-native says why when it creates it.
  const [found, what, argument] =
    typeof tokenName === "string"
      ? [await getToken({ ...registry, tokenName }, options).catch(() => undefined), "token", "tokenName"]
      : typeof scopeMapName === "string"
        ? [
            await getScopeMap({ ...registry, scopeMapName }, options).catch(() => undefined),
            "scope map",
            "scopeMapName",
          ]
        : [];
  if (found !== undefined) {
    const id = (await pulumi.isSecret(names)) ? "" : ` '${found.id}'`;
    throw new Error(
      `cannot create already existing resource${id}: Azure has this ${what}, and compares names without regard to letter case. Nothing was changed. If it belongs to another stack or program, give another ${argument}. To move the token into this stack, or if a run that was interrupted created it, give adopt: { tokenId }`,
    );
  }
}

/** azure-native's provider for a child of one of the components. */
async function providerOf(
  { urn, type, name }: pulumi.ResourceHookArgs,
  components: Components,
): Promise<pulumi.ProviderResource | undefined> {
  const parent = urn.replace(`$${type}::`, "::");
  for (const component of components.get(name) ?? []) {
    if ((await knownValue(component.urn))?.value === parent) {
      return component.getProvider(type);
    }
  }
  return undefined;
}
