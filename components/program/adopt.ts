import * as pulumi from "@pulumi/pulumi";
import { checkAdoptedPasswords } from "../common/adoptedPasswords";
import { show } from "../common/checks";
import type { TokenPasswordName } from "../common/enums";
import type { Fault } from "../common/repositoryActions";
import { checkTokenId, parseTokenId, sameId, type TokenAddress } from "../common/resourceIds";
import { knownValue } from "./knownValue";

/** The known passwords of an existing token. */
export interface AdoptedPasswordsArgs {
  /**
   * The password in the slot password1, which becomes the current one. If you leave it out, the slot stays as it is.
   *
   * @secret
   */
  password1?: pulumi.Input<string>;
  /**
   * The password in the slot password2, which becomes the current one if password1 is not given. If you leave it out, the slot stays as
   * it is.
   *
   * @secret
   */
  password2?: pulumi.Input<string>;
  /**
   * The slot to regenerate at once, `password1` or `password2`: its password stops working. Required if neither password
   * is given and both slots have a password. The regenerated slot then becomes the current one.
   */
  regenerate?: pulumi.Input<TokenPasswordName>;
}

/** An existing token, created by az, by Terraform, by another Pulumi provider or by another stack. */
export interface AdoptArgs extends AdoptedPasswordsArgs {
  /**
   * The token's resource id: `/subscriptions/…/registries/…/tokens/…`. The names in it must be those of `resourceGroupName`,
   * `registryName` and `tokenName`.
   */
  tokenId: pulumi.Input<string>;
}

type Names = Pick<TokenAddress, "resourceGroupName" | "registryName" | "tokenName">;

/** Everything that is wrong with the token to adopt, beside the names that the other arguments give it. */
export function checkAdopt(adopt: unknown, names: Partial<Names>): Fault[] {
  const faults = checkAdoptedPasswords(adopt, ["tokenId"]);
  const tokenId = (adopt as { tokenId?: unknown } | undefined)?.tokenId;
  if (tokenId === undefined || tokenId === null) {
    return [...faults, { property: "adopt.tokenId", reason: "is required" }];
  }
  const reason = checkTokenId(tokenId);
  return [
    ...faults,
    ...(reason === undefined
      ? differences(tokenId as string, names)
      : [{ property: "adopt.tokenId", reason }]),
  ];
}

/** Azure compares names without regard to case. */
function differences(tokenId: string, names: Partial<Names>): Fault[] {
  const address = parseTokenId(tokenId);
  return (["resourceGroupName", "registryName", "tokenName"] as const).flatMap((name) => {
    const given = names[name];
    return typeof given !== "string" || sameId(given, address[name])
      ? []
      : [
          {
            property: "adopt.tokenId",
            reason: `must have the ${name} that the argument ${name} has, got ${show(address[name])} and ${show(given)}`,
          },
        ];
  });
}

type Registry = { resourceGroupName: pulumi.Input<string>; registryName: pulumi.Input<string> };

/** How the resources of a RegistryToken take over a token that exists. */
export function adoption(adopt: pulumi.Input<AdoptArgs>, registry: Registry) {
  const tokenId = isPlain(adopt) ? adopt.tokenId : pulumi.output(adopt).tokenId;
  return {
    /** The options that import a token or a scope map. */
    importOf: (kind: "tokens" | "scopeMaps", name: pulumi.Input<string>) =>
      importOption([tokenId, registry.resourceGroupName, registry.registryName, kind, name]),
    /** What is known of the passwords. */
    passwords: pulumi.output(adopt).apply(({ tokenId: _, ...passwords }) => passwords),
  };
}

function isPlain(adopt: pulumi.Input<AdoptArgs>): adopt is AdoptArgs {
  return !(adopt instanceof Promise || pulumi.Output.isInstance(adopt));
}

/** A token's id, and the resource group, registry, kind and name of what is imported. */
type Parts<T> = [tokenId: T, resourceGroup: T, registry: T, kind: T, name: T];

/** What makes the engine import something in the place of creating it. */
function importOption(parts: Parts<pulumi.Input<string>>): pulumi.CustomResourceOptions {
  if (arePlain(parts)) {
    return { import: importId(parts) };
  }
  // The option itself takes no output. A transform runs once what the resource needs is there.
  return {
    transforms: [
      async ({ props, opts }) => {
        const known = await knownValue(pulumi.all(parts));
        // A preview may not know them, and shows that it creates what is going to be imported.
        return known && { props, opts: { ...opts, import: importId(known.value as Parts<string>) } };
      },
    ],
  };
}

function arePlain(parts: Parts<pulumi.Input<string>>): parts is Parts<string> {
  return parts.every((part) => typeof part === "string");
}

/**
 * The id is put together of the names that azure-native is given, so that the case in which somebody writes
 * `adopt.tokenId` never matters: the engine replaces what it has imported under another id, and azure-native what has its
 * name in another case.
 */
function importId([tokenId, resourceGroup, registry, kind, name]: Parts<string>): string {
  const { subscriptionId } = parseTokenId(tokenId);
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.ContainerRegistry/registries/${registry}/${kind}/${name}`;
}
