/** The Docker config in the hands of a real client, skopeo, at two hosts of one registry. Skipped if there is no skopeo. */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dockerConfigJson } from "../../components/args/credentialFiles";
import { certificate, makeToken, startAzure } from "../../packages/local-azure/tests/support";
import { run } from "./command";
import { temporaryFolder } from "./outside";

const hasSkopeo = spawnSync("skopeo", ["--version"]).status === 0;

describe.skipIf(!hasSkopeo)("skopeo", () => {
  it("logs in with a Docker config at each of its hosts, and at no other host", async () => {
    const azure = await startAzure();
    const [{ loginServer }] = azure.connection.registries;
    const otherName = loginServer.replace("127.0.0.1", "localhost");
    const { name, passwords } = await makeToken(azure);
    const folder = temporaryFolder();
    const certificates = join(folder, "certificates");
    mkdirSync(certificates);
    writeFileSync(join(certificates, "ca.crt"), certificate(azure.connection));
    const inspect = async (hosts: string[], host: string) => {
      const config = join(folder, "config.json");
      writeFileSync(config, dockerConfigJson(hosts, name, passwords[0]));
      const options = ["--cert-dir", certificates, "--authfile", config, "--raw"];
      const image = `docker://${host}/azureiotedge-agent:1.5`;
      const { code, out, err } = await run(["skopeo", "inspect", ...options, image], folder, process.env);
      return code === 0 ? JSON.parse(out).schemaVersion : err;
    };
    const hosts = [loginServer, otherName];
    expect(await inspect(hosts, loginServer)).toBe(2);
    expect(await inspect(hosts, otherName)).toBe(2);
    expect(await inspect([loginServer], otherName)).toMatch(/unauthorized|denied/i);
  });
});
