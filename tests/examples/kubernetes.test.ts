/** The example examples/kubernetes, in a folder outside of this workspace, on a local Azure; there is no cluster. */
import { startLocalAzure } from "local-azure";
import { describe, expect, it, onTestFinished } from "vitest";
import { registryOf } from "../../packages/local-azure/tests/support";
import { describeWith, onlyAtFullSize } from "../engine/support";
import { SharedClock } from "../support/clock";
import { run } from "./command";
import { problemsWith } from "./kubernetesObjects";
import { installExample, pulumiEnvironment, temporaryFolder } from "./outside";

async function started() {
  const clock = new SharedClock();
  onTestFinished(() => clock.close());
  const azure = await startLocalAzure({ now: clock.now });
  onTestFinished(() => azure.close());
  const folder = temporaryFolder();
  installExample("kubernetes", folder);
  const env = {
    ...process.env,
    ...azure.environment,
    ...clock.environment,
    ...pulumiEnvironment(temporaryFolder()),
  };
  const pulumi = async (...args: string[]): Promise<string> => {
    const { code, out, err } = await run(["pulumi", ...args], folder, env);
    expect(code, out + err).toBe(0);
    return out;
  };
  await pulumi("stack", "init", "prod");
  await pulumi("config", "set", "resourceGroupName", "myresourcegroup");
  await pulumi("config", "set", "registryName", "myregistry");
  return {
    clock,
    azure,
    pulumi,
    up: () => pulumi("up", "--yes", "--skip-preview", "--non-interactive", "--color", "never"),
  };
}

/** The password in a pull secret. */
function loginIn(secret: { data: Record<string, string> }, loginServer: string) {
  const config = JSON.parse(Buffer.from(secret.data[".dockerconfigjson"] ?? "", "base64").toString());
  expect(Object.keys(config.auths)).toEqual([loginServer]);
  const { username, password, auth } = config.auths[loginServer];
  expect(Buffer.from(auth, "base64").toString()).toBe(`${username}:${password}`);
  return { username, password };
}

describeWith("the example kubernetes", onlyAtFullSize, () => {
  it("has a manifest that Kubernetes takes, whose pull secret opens the registry, and follows a rotation", async () => {
    const { clock, azure, pulumi, up } = await started();
    expect(await up()).toMatch(/^ +manifest *: \[secret\]$/m);
    expect((await pulumi("stack", "output", "manifest")).trim()).toBe("[secret]");
    const [{ loginServer }] = azure.connection.registries;
    const passwords: string[] = [];
    for (const days of [0, 30]) {
      clock.advance(days);
      await up();
      const list = JSON.parse(await pulumi("stack", "output", "--show-secrets", "manifest"));
      expect(list).toMatchObject({ apiVersion: "v1", kind: "List" });
      expect(list.items.flatMap(problemsWith)).toEqual([]);
      const [secret, account] = list.items;
      expect(secret.type).toBe("kubernetes.io/dockerconfigjson");
      expect(account.kind).toBe("ServiceAccount");
      expect(account.imagePullSecrets).toEqual([{ name: secret.metadata.name }]);
      const { username, password } = loginIn(secret, loginServer);
      expect(await registryOf(azure).login(username, password)).toBe(200);
      passwords.push(password);
    }
    const [first = "", second] = passwords;
    expect(second).not.toBe(first);
    // Nodes that have not got the new one yet.
    expect(await registryOf(azure).login("cluster", first)).toBe(200);
  });
});

describe("what Kubernetes refuses", () => {
  const encoded = (content: string) => ({ ".dockerconfigjson": Buffer.from(content).toString("base64") });
  const pullSecret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "registry" },
    type: "kubernetes.io/dockerconfigjson",
    data: encoded('{"auths":{}}'),
  };

  it.each<[object, string[]]>([
    [{}, []],
    [{ data: encoded("no JSON") }, ["Secret.data[.dockerconfigjson] must be JSON"]],
    [{ data: encoded("{}") }, ["Secret.data[.dockerconfigjson] has no auths"]],
    [{ data: {} }, ["Secret.data[.dockerconfigjson] is required"]],
    [
      { data: { ".dockerconfigjson": "{}" } },
      expect.arrayContaining(["Secret.data[.dockerconfigjson] must be base64"]),
    ],
    [{ metadata: { name: "Registry" } }, ["Secret.metadata.name must be a DNS label"]],
    [{ spec: {} }, ["Secret has an unknown property spec"]],
    [{ kind: "Pod" }, ["v1 Pod is neither a Secret nor a ServiceAccount"]],
  ])("of a pull secret with %j", (change, problems) => {
    expect(problemsWith({ ...pullSecret, ...change })).toEqual(problems);
  });
});
