/** The Docker config with real clients, at two hosts of one registry. A client that is not on PATH is skipped. */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dockerConfigJson } from "../../components/args/credentialFiles";
import { certificate, makeToken, startAzure } from "../../packages/local-azure/tests/support";
import { run } from "./command";
import { temporaryFolder } from "./outside";

/** Prints an image's manifest, with the credentials of the file `config.json` in a folder. */
type Client = (
  folder: string,
  image: string,
  caFile: string,
) => { command: string[]; env?: NodeJS.ProcessEnv };

const clients: Record<string, { version: string; manifest: Client }> = {
  skopeo: {
    version: "--version",
    manifest: (folder, image) => ({
      command: [
        ...["skopeo", "inspect", "--raw", "--authfile", join(folder, "config.json")],
        ...["--cert-dir", join(folder, "certificates"), `docker://${image}`],
      ],
    }),
  },
  crane: {
    version: "version",
    manifest: (folder, image, caFile) => ({
      command: ["crane", "manifest", image],
      env: { DOCKER_CONFIG: folder, SSL_CERT_FILE: caFile },
    }),
  },
};

describe.each(Object.entries(clients))("%s", (name, { version, manifest }) => {
  const isThere = spawnSync(name, [version]).status === 0;
  const skipped = isThere ? "" : ` (skipped: there is no ${name} on PATH)`;

  it.skipIf(!isThere)(
    `logs in with a Docker config at each of its hosts, and at no other host${skipped}`,
    async () => {
      const azure = await startAzure();
      const [{ loginServer }] = azure.connection.registries;
      const otherName = loginServer.replace("127.0.0.1", "localhost");
      const { name: username, passwords } = await makeToken(azure);
      const folder = temporaryFolder();
      const certificates = join(folder, "certificates");
      mkdirSync(certificates);
      writeFileSync(join(certificates, "ca.crt"), certificate(azure.connection));
      const inspect = async (hosts: string[], host: string) => {
        writeFileSync(join(folder, "config.json"), dockerConfigJson(hosts, username, passwords[0]));
        const image = `${host}/azureiotedge-agent:1.5`;
        const { command, env } = manifest(folder, image, azure.connection.caFile);
        const { code, out, err } = await run(command, folder, { ...process.env, ...env });
        return code === 0 ? JSON.parse(out).schemaVersion : err;
      };
      const hosts = [loginServer, otherName];
      expect(await inspect(hosts, loginServer)).toBe(2);
      expect(await inspect(hosts, otherName)).toBe(2);
      expect(await inspect([loginServer], otherName)).toMatch(/unauthorized|denied/i);
    },
  );
});
