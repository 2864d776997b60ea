import { registerResources } from "./references";

export type { AdoptArgs, AdoptedPasswordsArgs } from "./args/adopt";
export type { AzureAccessArgs } from "./args/azureAccess";
export type { Credentials, EdgeRegistryCredential, Password } from "./args/credentialFiles";
export { GatewayAction, RepositoryAction, TokenPasswordName, TokenStatus } from "./args/enums";
export type { KeyVaultArgs } from "./args/keyVaultArgs";
export type { RegistryTokenArgs } from "./args/registryTokenArgs";
export { Provider } from "./providerResource";
export { RegistryToken } from "./registryToken";
export { TokenAccess, type TokenAccessArgs } from "./tokenAccess";
export { TokenCredentials, type TokenCredentialsArgs } from "./tokenCredentials";

registerResources();
