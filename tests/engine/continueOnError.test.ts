/** With --continue-on-error a token that fails does not stop the others. */
import type { RepositoryAction } from "pulumi-acr-token";
import { RegistryToken } from "pulumi-acr-token";
import { expect, it } from "vitest";
import { describeWith, onlyAtFullSize, TestStack } from "./support";

const names = ["client-a", "client-b", "client-c"];

describeWith("pulumi up --continue-on-error", onlyAtFullSize, () => {
  it("creates the others if a token, or its scope map, cannot be created", async () => {
    const args: { action: RepositoryAction } = { action: "content/read" };
    const test = await TestStack.start(async () => clients(args.action));
    test.azure.faults.add({ kind: "answer", status: 400, path: /\/tokens\/client-a/, times: 99 });
    test.azure.faults.add({
      kind: "answer",
      status: 400,
      path: /\/scopeMaps\/client-b/,
      times: 99,
    });

    const said = await failure(test);

    expect(said).toMatch(/Token \(client-a\):\s+error: .*InjectedFault/);
    expect(said).toMatch(/ScopeMap \(client-b\):\s+error: .*InjectedFault/);
    expect(await made(test)).toEqual(["client-c"]);

    test.azure.faults.clear();
    await test.up();
    expect(await made(test)).toEqual(names);
    expect((await test.preview()).steps).toEqual([]);

    // Of those that are there, one scope map does not take its change.
    test.azure.faults.add({
      kind: "answer",
      status: 400,
      path: /\/scopeMaps\/client-a/,
      times: 99,
    });
    args.action = "content/write";
    expect(await failure(test)).toMatch(/ScopeMap \(client-a\):\s+error: .*InjectedFault/);
    expect(await made(test)).toEqual(names);
    test.azure.faults.clear();
    expect((await test.up()).steps).toEqual(["ScopeMap update"]);
  });
});

function clients(action: RepositoryAction) {
  const tokens = names.map((name) => {
    const token = new RegistryToken(name, {
      resourceGroupName: "myresourcegroup",
      registryName: "myregistry",
      repositories: { "samples/nginx": [action] },
    });
    return [name, token.password];
  });
  return Object.fromEntries(tokens);
}

/** The output of a run that continues after an error, and fails at its end. */
async function failure(test: TestStack): Promise<string> {
  const error = await test.stack
    .up({ continueOnError: true, color: "never" })
    .catch((thrown: Error) => thrown);
  if (!(error instanceof Error)) {
    throw new Error("the run did not fail");
  }
  return error.message;
}

/** The tokens of which the state has a password that works. */
async function made(test: TestStack): Promise<string[]> {
  const { deployment } = await test.stack.exportStack();
  const working: string[] = [];
  for (const { type, urn, outputs } of deployment.resources) {
    if (type === "acr-token:index:TokenCredentials") {
      const name = urn.split("::").pop();
      if ((await test.login(name, JSON.parse(outputs.password.plaintext))) === 200) {
        working.push(name);
      }
    }
  }
  return working.sort();
}
