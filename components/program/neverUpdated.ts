import { isMainThread } from "node:worker_threads";
import * as pulumi from "@pulumi/pulumi";
import { isMocked } from "./isMocked";
import { PerEngine } from "./perEngine";

/** An engine takes a hook's name once. A program and the plugin may both construct RegistryTokens for one engine. */
const hookName = isMainThread ? "acr-token:neverUpdated" : "acr-token:neverUpdated:construct";
const hook = new PerEngine(() => new pulumi.ResourceHook(hookName, refuseUpdate, { onDryRun: true }));

/**
 * The hooks that make the engine refuse each change of a resource's inputs, in the preview and before its provider is
 * called. The update of a token by azure-native is a PUT, which drops both passwords
 * (https://github.com/Azure/acr/issues/596).
 *
 * It needs Pulumi 3.182.0 or later. An earlier CLI fails the registration of the resource.
 */
export function neverUpdated(): pulumi.ResourceHook[] {
  return isMocked() ? [] : [hook.get()];
}

function refuseUpdate({ name, newInputs = {}, oldInputs = {} }: pulumi.ResourceHookArgs): void {
  const names = [...new Set([...Object.keys(oldInputs), ...Object.keys(newInputs)])].sort();
  const changed = names.filter((key) => !isSame(oldInputs[key], newInputs[key]));
  if (changed.length === 0) {
    // The engine completes a creation that was interrupted. The token has no passwords yet.
    return;
  }
  throw new Error(
    `the Token of RegistryToken "${name}" cannot be updated: azure-native would update it by PUT, and Azure then drops both passwords. Nothing was changed. The update would change: ${changed.join(", ")}. Remove what changes these inputs (a transform, a policy that remediates, an edit of the state). A transform that sets ignoreChanges has to keep what is there: ignoreChanges: [...(opts.ignoreChanges ?? []), "tags"]`,
  );
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
