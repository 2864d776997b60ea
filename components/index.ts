import { registerResources } from "./references";

export type { Credentials, EdgeRegistryCredential, Password } from "./common/credentialFiles";
export { GatewayAction, RepositoryAction, TokenPasswordName, TokenStatus } from "./common/enums";
export type { AdoptArgs, AdoptedPasswordsArgs } from "./program/adopt";
export type { AzureAccessArgs } from "./program/azureAccess";
export type { KeyVaultArgs } from "./program/keyVault";
export type { RegistryTokenArgs } from "./program/registryTokenArgs";
export { Provider } from "./providerResource";
export { RegistryToken } from "./registryToken";
export { TokenAccess, type TokenAccessArgs } from "./tokenAccess";
export { TokenCredentials, type TokenCredentialsArgs } from "./tokenCredentials";

registerResources();
