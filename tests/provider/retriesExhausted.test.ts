/** A permanent error of Azure: the provider reports it, after retries for two minutes if it may be transient. */
import type { Fault } from "local-azure";
import { afterAll, beforeAll, describe, test } from "vitest";
import { type IsolatedToken, isolatedToken, survives } from "../support/isolatedToken.js";
import { nameOf, TestEnvironment } from "../support/testEnvironment.js";
import { until } from "../support/until.js";

const registries = Array.from({ length: 12 }, (_, index) => `registry${String(index).padStart(2, "0")}`);
const always = Number.POSITIVE_INFINITY;

let environment: TestEnvironment;
let taken = 0;

beforeAll(async () => {
  environment = await TestEnvironment.start({
    registries: registries.map((name) => ({ name, resourceGroup: "myresourcegroup" })),
  });
});

afterAll(() => environment?.close());

/** A token in the next unused registry. */
const newToken = () => isolatedToken(environment, registries[taken++]);

/** The error of an `up`. After the first retry two minutes pass at once. */
async function failureOf({ resource, next, posts }: IsolatedToken): Promise<string> {
  const requests = posts().length;
  let isOver = false;
  const failing = resource.up(next).then(
    () => "no error",
    (error: Error) => error.message,
  );
  void failing.then(() => {
    isOver = true;
  });
  await until(() => isOver || posts().length >= requests + 2);
  environment.clock.elapse(120);
  return failing;
}

describe.concurrent("a permanent error is reported in full, and the state is unchanged", () => {
  const cases: { fault: Fault; said: string; advice: string }[] = [
    {
      fault: { kind: "answer", status: 400, code: "InvalidTokenPasswordExpiry", message: "Not that day." },
      said: "Azure answered 400 InvalidTokenPasswordExpiry (Not that day.)",
      advice: "correct what Azure names and run pulumi up again",
    },
    {
      fault: {
        kind: "answer",
        status: 401,
        code: "InvalidAuthenticationToken",
        message: "Who?",
        times: always,
      },
      said: "Azure answered 401 InvalidAuthenticationToken (Who?)",
      advice: "check the identity's secret and tenant, or run az login again",
    },
    {
      fault: { kind: "answer", status: 403, code: "AuthorizationFailed", message: "You may not." },
      said: "Azure answered 403 AuthorizationFailed (You may not.)",
      advice:
        "give the identity a role on the registry that allows Microsoft.ContainerRegistry/registries/read, registries/tokens/* and registries/generateCredentials/action, such as Contributor",
    },
    {
      fault: {
        kind: "answer",
        status: 500,
        code: "InternalServerError",
        message: "Oh\n  no.",
        times: always,
      },
      said: "Azure answered 500 InternalServerError (Oh no.)",
      advice: "Azure is overloaded or has a failure: run pulumi up again later",
    },
    {
      fault: { kind: "answer", status: 503, code: "ServerBusy", message: "Busy.", times: always },
      said: "Azure answered 503 ServerBusy (Busy.)",
      advice: "Azure is overloaded or has a failure: run pulumi up again later",
    },
  ];

  // `test.for` shortens the values of an object.
  test.for(cases.map((one) => [one.said, one] as const))(
    "%s",
    async ([, { fault, said, advice }], { expect }) => {
      const one = await newToken();
      await one.resource.up(one.args);
      const before = one.resource.state;
      one.addFault(fault);

      const message = await failureOf(one);

      const requestId = /request id ([\da-f]{8}-[\da-f-]{27});/.exec(message)?.[1];
      expect(message).toBe(
        `could not generate password2 of token ${nameOf(one.tokenId)} of registry ${one.registry} (resource group myresourcegroup, subscription ${environment.azure.connection.subscriptionId}): ${said}, request id ${requestId}; ${advice}`,
      );
      expect(one.resource.state).toEqual(before);
      one.endFaults();
      await survives(one, one.resource.exported.password);
    },
  );

  test("no connection", async ({ expect }) => {
    const one = await newToken();
    await one.resource.up(one.args);
    const before = one.resource.state;
    one.addFault({ kind: "lose", times: always });

    expect(await failureOf(one)).toMatch(
      /^could not generate password2 of token .*: .+; check the connection to Azure and run pulumi up again$/,
    );
    expect(one.resource.state).toEqual(before);
    one.endFaults();
    await survives(one, one.resource.exported.password);
  });

  test("a conflict that does not end", async ({ expect }) => {
    const one = await newToken();
    await one.resource.up(one.args);
    one.addFault({ kind: "answer", status: 409, code: "Conflict", message: "Another one.", times: always });

    expect(await failureOf(one)).toMatch(
      /: Azure answered 409 Conflict \(Another one\.\), request id [\da-f-]{36}; wait until the other operation on this token has ended and run pulumi up again$/,
    );
    one.endFaults();
    await survives(one, one.resource.exported.password);
  });
});
