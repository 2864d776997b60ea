/**
 * A function of the plugin that returns its version, which shows that the engine has the plugin. It also takes the URN of a
 * RegistryToken, its identity, and whether it adopts a token. It sends no request to Azure.
 */
export const pluginFunction = "acr-token:index:getPlugin";
