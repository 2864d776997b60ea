import { expect, test } from "vitest";
import { accessProofs } from "../tools/start/proofs";
import { certificate, makeToken, startAzure } from "./local/support";

/** The proofs of `npm start` for a token, each with what came of it: undefined where it held. */
async function outcomes(
  actions: string[],
  givenPassword?: string,
): Promise<Record<string, string | undefined>> {
  const azure = await startAzure();
  const { name, passwords } = await makeToken(azure, { actions });
  const proofs = accessProofs({
    loginServer: azure.connection.registries[0]?.loginServer ?? "",
    ca: certificate(azure.connection),
    username: name,
    password: givenPassword ?? passwords[0],
    allowed: ["azureiotedge-agent:1.5"],
    forbidden: "payroll:latest",
  });
  const entries = proofs.map(async ({ claim, prove }) => {
    const failure = await prove().then(
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

test("every proof holds for a token that may pull what it should, and nothing else", async () => {
  expect(await outcomes([pull])).toEqual(all);
});

test("a token that may do more fails the proofs of what it may not", async () => {
  const push = "repositories/azureiotedge-agent/content/write";
  expect(await outcomes([pull, push, "repositories/payroll/content/read"])).toEqual({
    ...all,
    "is refused a push to azureiotedge-agent:1.5": "the registry allowed it",
    "is refused a pull of payroll:latest": "the registry allowed it",
  });
});

test("a password that does not work fails the proof of the pull", async () => {
  expect(await outcomes([pull], "no password of Azure's")).toMatchObject({
    "pulls azureiotedge-agent:1.5": expect.stringContaining("401 UNAUTHORIZED"),
  });
});
