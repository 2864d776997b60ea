/**
 * Reads the stack's configuration strictly. Pulumi's own readers take "1,000" for 1, and show in their errors what they cannot
 * read, be it a secret. Here what cannot be read goes on as the text that it is, and RegistryToken says what is wrong with it.
 */
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();

// Its types leave it out.
const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret(key: string): boolean };

/** A setting; one that was set with --secret is a secret here too, and in no error. */
export function setting(key: string): pulumi.Input<string> | undefined {
  return isConfigSecret(`${config.name}:${key}`) ? config.getSecret(key) : config.get(key);
}

/** @throws Error that says how to set it */
export function required(key: string): pulumi.Input<string> {
  return setting(key) ?? config.require(key);
}

export function readNumber(key: string): pulumi.Input<number> | undefined {
  return read(key, (text) => {
    if (text.trim() === "" || Number.isNaN(Number(text))) {
      throw new Error("no number");
    }
    return Number(text);
  });
}

export function readJson<T>(key: string): pulumi.Input<T> | undefined {
  return read<T>(key, JSON.parse);
}

function read<T>(key: string, parse: (text: string) => T): pulumi.Input<T> | undefined {
  const parsed = (text: string) => {
    try {
      return parse(text);
    } catch {
      return text as T;
    }
  };
  const text = setting(key);
  return typeof text === "string" ? parsed(text) : text && pulumi.output(text).apply(parsed as never);
}
