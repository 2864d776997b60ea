export type { Credentials, EdgeRegistryCredential, Password, SlotName } from "./common/credentialFiles";
export type { AdoptArgs, AdoptedPasswordsArgs } from "./program/adopt";
export type { AzureAccessArgs } from "./program/azureAccess";
export type { RegistryTokenArgs } from "./program/registryTokenArgs";
export { RegistryToken } from "./registryToken";
export { TokenAccess, type TokenAccessArgs } from "./tokenAccess";
export { TokenCredentials, type TokenCredentialsArgs } from "./tokenCredentials";
