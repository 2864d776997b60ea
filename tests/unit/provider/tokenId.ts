/** The id of the token of a test. */
export const tokenId =
  "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/myregistry/tokens/mytoken";
