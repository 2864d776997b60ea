import * as pulumi from "@pulumi/pulumi";
import { isMocked } from "../program/isMocked";
import { knownValue } from "../program/knownValue";
import { checkAdoptedPasswords } from "./adoptedPasswords";
import { isAwaited } from "./argumentReader";
import { show } from "./checks";
import type { TokenPasswordName } from "./enums";
import type { ValidationFailure } from "./repositoryActions";
import { checkTokenId, parseTokenId, sameId, type TokenAddress } from "./resourceIds";

/** The known passwords of an existing token. */
export interface AdoptedPasswordsArgs {
  /**
   * The password in the slot password1, which becomes the current one. If you leave it out, the slot keeps its password; an empty or
   * expired slot gets a new one.
   *
   * @secret
   */
  password1?: pulumi.Input<string>;
  /**
   * The password in the slot password2, which becomes the current one if password1 is not given. If you leave it out, the slot keeps its
   * password; an empty or expired slot gets a new one.
   *
   * @secret
   */
  password2?: pulumi.Input<string>;
  /**
   * The slot to regenerate at once, `password1` or `password2`: its password stops working. Required if neither password is given and
   * both slots have one. If neither password is given, the regenerated slot becomes the current one.
   */
  regenerate?: pulumi.Input<TokenPasswordName>;
}

/** An existing token, created by az, by Terraform, by another Pulumi provider or by another stack. */
export interface AdoptArgs extends AdoptedPasswordsArgs {
  /**
   * The token's resource id: `/subscriptions/…/registries/…/tokens/…`. The names in it must be those of `resourceGroupName`,
   * `registryName` and `tokenName`. If you leave it out, the token must be in this
   * stack's state already, without its passwords.
   */
  tokenId?: pulumi.Input<string>;
}

type Names = Pick<TokenAddress, "resourceGroupName" | "registryName" | "tokenName">;

/**
 * Everything that is wrong with the token to adopt, beside the names that the other arguments give it.
 *
 * @param isMap whether the argument is a map whose keys the program knows at once
 */
export function checkAdopt(adopt: unknown, names: Partial<Names>, isMap: boolean): ValidationFailure[] {
  const failures = checkAdoptedPasswords(adopt, ["tokenId"]);
  const tokenId = (adopt as { tokenId?: unknown } | undefined)?.tokenId;
  if (tokenId === undefined || tokenId === null) {
    const isForPasswords =
      isMap && Object.values(adopt ?? {}).some((value) => (value ?? undefined) !== undefined);
    return isForPasswords ? failures : [...failures, { property: "adopt.tokenId", reason: "is required" }];
  }
  const reason = checkTokenId(tokenId);
  return [
    ...failures,
    ...(reason === undefined
      ? differences(tokenId as string, names)
      : [{ property: "adopt.tokenId", reason }]),
  ];
}

/** Azure compares names without regard to case. */
function differences(tokenId: string, names: Partial<Names>): ValidationFailure[] {
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

/** The names by which a program declares a token and its scope map. */
export interface DeclaredNames {
  readonly resourceGroupName: pulumi.Input<string>;
  readonly registryName: pulumi.Input<string>;
  readonly tokenName: pulumi.Input<string>;
  readonly scopeMapName: pulumi.Input<string>;
}

/** Where something in a registry is. */
interface Place {
  readonly resourceGroupName: string;
  readonly registryName: string;
  readonly name: string;
}

/** What is known of the passwords, without the token's id. */
export function passwordsToAdopt(adopt: pulumi.Input<AdoptArgs>): pulumi.Output<AdoptedPasswordsArgs> {
  return pulumi.output(adopt).apply(({ tokenId: _, ...passwords }) => passwords as AdoptedPasswordsArgs);
}

/**
 * The ids of a token to import and of its scope map, or undefined if the token is in the state already.
 *
 * @param adopt a plain map without `tokenId` names no token to import
 * @param ready resolves once the arguments have been checked
 */
export function idsToImport(
  adopt: pulumi.Input<AdoptArgs> | undefined,
  names: DeclaredNames,
  ready: Promise<unknown>,
) {
  if (adopt === undefined || (!isAwaited(adopt) && (adopt.tokenId ?? undefined) === undefined)) {
    return undefined;
  }
  const idOf = (kind: "tokens" | "scopeMaps", name: pulumi.Input<string>) =>
    // An id is no secret, even if the passwords beside it are.
    pulumi
      .unsecret(pulumi.output({ adopt, ...names, name, ready }))
      .apply(({ adopt: { tokenId = "" }, resourceGroupName, registryName, name: last }) => {
        const { subscriptionId } = parseTokenId(tokenId);
        return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroupName}/providers/Microsoft.ContainerRegistry/registries/${registryName}/${kind}/${last}`;
      });
  return { tokenId: idOf("tokens", names.tokenName), scopeMapId: idOf("scopeMaps", names.scopeMapName) };
}

/** The names in the id of a token or a scope map. azure-native compares them with those that it imported, in their case. */
export function placeOf(id: pulumi.Output<string>): Record<keyof Place, pulumi.Output<string>> {
  const part = (index: number) => id.apply((known) => known.split("/")[index] ?? "");
  return { resourceGroupName: part(4), registryName: part(8), name: part(10) };
}

/**
 * The options that import something by its id; none without an id. As long as they are given it is retained on delete: if
 * the engine imports it again under another URN or id, the engine then deletes what it had before, which is the same thing
 * in Azure.
 */
export function importOf(id: pulumi.Output<string> | undefined): pulumi.CustomResourceOptions {
  if (id === undefined) {
    return {};
  }
  // The option import takes no output. A transform runs once what the resource needs is there.
  const withImport: pulumi.ResourceTransform = async ({ props, opts }) => {
    const known = await knownValue(id);
    // A preview may not know it, and shows that it creates what is going to be imported.
    return known && { props, opts: { ...opts, import: known.value } };
  };
  return { retainOnDelete: true, ...(!isMocked() && { transforms: [withImport] }) };
}
