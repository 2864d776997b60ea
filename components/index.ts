export type { AzureAccessArgs } from "./azureAccess";
export type { Credentials, EdgeRegistryCredential, Password, SlotName } from "./credentialFiles";
export { RegistryToken, type RegistryTokenArgs } from "./registryToken";
export { TokenAccess, type TokenAccessArgs } from "./tokenAccess";
export { TokenCredentials, type TokenCredentialsArgs } from "./tokenCredentials";
