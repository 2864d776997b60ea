import { isObject, type Properties, secret, unwrapSecrets } from "provider-server";

/**
 * Inputs as they go into the state: without what is not given, and with the identity and the passwords of an adopted token as
 * secrets, even if the program does not mark them.
 */
export function forState({ azure, adopt, ...others }: Properties): Properties {
  const settings = unwrapSecrets(azure);
  const passwords: unknown = unwrapSecrets(adopt);
  const given = isObject(passwords) ? defined(passwords) : passwords;
  return defined({ ...others, azure: settings && secret(settings), adopt: given && secret(given) });
}

/** A copy without what is undefined or null, which is not given. */
export function defined(properties: Record<string, unknown>): Properties {
  return Object.fromEntries(
    Object.entries(properties).filter(([, value]) => value !== undefined && value !== null),
  ) as Properties;
}
