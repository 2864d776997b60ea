/** Azurite, the emulator of Azure Blob Storage, as the backend of Pulumi's states. */
import { spawn, spawnSync } from "node:child_process";
import { createHmac, randomBytes } from "node:crypto";
import { onTestFinished } from "vitest";

const account = "states";
const container = "state";

/** Whether `azurite-blob` is on PATH, as `npm install --global azurite` installs it. */
export const hasAzurite = spawnSync("azurite-blob", ["--version"]).status === 0;

/**
 * Starts Azurite with an empty container. It ends with the test and writes no file.
 *
 * @returns the environment variables that make Pulumi store its states in the container
 */
export async function startAzurite(): Promise<Record<string, string>> {
  const key = randomBytes(64).toString("base64");
  const options = ["--blobPort", "0", "--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry"];
  const child = spawn("azurite-blob", ["--silent", ...options], {
    env: { ...process.env, AZURITE_ACCOUNTS: `${account}:${key}` },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill());
  const host = await new Promise<string>((resolve, reject) => {
    let printed = "";
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`azurite-blob ended with code ${code}: ${printed}`)));
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
      const [, found] = /successfully listens on http:\/\/(\S+)/.exec(printed) ?? [];
      if (found !== undefined) {
        resolve(found);
      }
    });
  });
  await createContainer(host, key);
  return {
    AZURE_STORAGE_ACCOUNT: account,
    AZURE_STORAGE_KEY: key,
    PULUMI_BACKEND_URL: `azblob://${container}?protocol=http&domain=${host}&localemu=true`,
  };
}

/** Creates the container, with a request that the account's key signs (Shared Key). */
async function createContainer(host: string, key: string): Promise<void> {
  const headers = { "x-ms-date": new Date().toUTCString(), "x-ms-version": "2021-08-06" };
  const toSign = [
    "PUT",
    // The eleven standard headers that the scheme signs. The request has none of them.
    ...new Array<string>(11).fill(""),
    ...Object.entries(headers).map((header) => header.join(":")),
    `/${account}/${account}/${container}`,
    "restype:container",
  ].join("\n");
  const signature = createHmac("sha256", Buffer.from(key, "base64")).update(toSign).digest("base64");
  const response = await fetch(`http://${host}/${account}/${container}?restype=container`, {
    method: "PUT",
    headers: { ...headers, authorization: `SharedKey ${account}:${signature}` },
  });
  if (response.status !== 201) {
    throw new Error(
      `Azurite responded ${response.status} to the creation of a container: ${await response.text()}`,
    );
  }
}
