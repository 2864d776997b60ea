/** A function of the plugin that tells its version, and so whether it is there. It asks Azure nothing. */
export const pluginFunction = "acr-token:index:getPlugin";
