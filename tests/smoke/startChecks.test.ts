import { expect, test } from "vitest";
import { certificate, makeToken, startAzure } from "../../packages/local-azure/tests/support";
import { accessChecks } from "../../tools/start/checks";

/** The checks of `npm start` for a token, each with its error: undefined if it passed. */
async function outcomes(
  actions: string[],
  givenPassword?: string,
): Promise<Record<string, string | undefined>> {
  const azure = await startAzure();
  const { name, passwords } = await makeToken(azure, { actions });
  const checks = accessChecks({
    loginServer: azure.connection.registries[0]?.loginServer ?? "",
    ca: certificate(azure.connection),
    username: name,
    password: givenPassword ?? passwords[0],
    allowed: ["azureiotedge-agent:1.5"],
    forbidden: "payroll:latest",
  });
  const entries = checks.map(async ({ claim, run }) => {
    const failure = await run().then(
      () => undefined,
      (error: Error) => error.message,
    );
    return [claim, failure] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

const pull = "repositories/azureiotedge-agent/content/read";
const all = {
  "pulls azureiotedge-agent:1.5": undefined,
  "is refused a push to azureiotedge-agent:1.5": undefined,
  "is refused a pull of payroll:latest": undefined,
  "a random password is refused": undefined,
};

test("every check passes for a token that may pull one image and nothing else", async () => {
  expect(await outcomes([pull])).toEqual(all);
});

test("a token that can push and pull more fails the checks of denied requests", async () => {
  const push = "repositories/azureiotedge-agent/content/write";
  expect(await outcomes([pull, push, "repositories/payroll/content/read"])).toEqual({
    ...all,
    "is refused a push to azureiotedge-agent:1.5": "the registry allowed it",
    "is refused a pull of payroll:latest": "the registry allowed it",
  });
});

test("a wrong password fails the check of the pull", async () => {
  expect(await outcomes([pull], "no password of Azure's")).toMatchObject({
    "pulls azureiotedge-agent:1.5": expect.stringContaining("401 UNAUTHORIZED"),
  });
});
