import { isObject, type Properties, secret, unwrapSecrets } from "provider-server";
import { isIgnored } from "../common/azureSettings";

/**
 * Inputs as they go into the state: without what is not given, and with the identity a secret, and the passwords of a token that
 * is taken over, whatever the program says, and without those of its settings that do not matter.
 */
export function forState({ azure, adopt, ...others }: Properties): Properties {
  const settings: unknown = unwrapSecrets(azure);
  const kept = isObject(settings)
    ? Object.fromEntries(Object.entries(settings).filter(([name]) => !isIgnored(name)))
    : settings;
  const passwords: unknown = unwrapSecrets(adopt);
  const given = isObject(passwords) ? defined(passwords) : passwords;
  return defined({ ...others, azure: kept && secret(kept), adopt: given && secret(given) });
}

/** A copy without what is undefined or null, which is not given. */
export function defined(properties: Record<string, unknown>): Properties {
  return Object.fromEntries(
    Object.entries(properties).filter(([, value]) => value !== undefined && value !== null),
  ) as Properties;
}
