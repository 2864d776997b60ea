import * as pipeline from "@azure/core-rest-pipeline";
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { ResourceManagerClient } from "../../../../../components/provider/azure/http/client";
import { InvalidResponseError, OperationError } from "../../../../../components/provider/azure/http/errors";
import { allowedHostsPolicy } from "../../../../../components/provider/azure/http/hosts";
import { RateLimiter } from "../../../../../components/provider/azure/http/rateLimiter";
import { RetryBudget } from "../../../../../components/provider/azure/http/retryBudget";
import { inFakeTime, useFakeTime } from "../../../../support/fakeTime";

const endpoint = "https://management.example";
const path = "/subscriptions/s/resourceGroups/größe/registries/r/tokens/t";
const url = `${endpoint}${encodeURI(path)}?api-version=2025-11-01`;

interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  /** Instead of an answer. */
  readonly error?: Error;
}

/** The requests, as `GET https://…`, and when they were sent, in ms. */
let sent: string[];
let times: number[];
/** Their headers. */
let headersSent: object[];

useFakeTime();

// Loading takes real time, which would not pass in fake time.
beforeAll(() => import("@azure/core-lro"));

beforeEach(() => {
  sent = [];
  times = [];
  headersSent = [];
});

/** Sends requests with a client whose service gives these responses. */
function call<T>(
  answers: Answer[],
  work: (client: ResourceManagerClient) => Promise<T>,
  cancelled = new AbortController().signal,
): Promise<T> {
  const httpClient: pipeline.HttpClient = {
    async sendRequest(request) {
      sent.push(`${request.method} ${request.url}`);
      times.push(performance.now());
      headersSent.push(request.headers.toJSON());
      const { status = 200, headers, body, error } = answers.shift() ?? { status: 500 };
      if (error !== undefined) {
        throw error;
      }
      const bodyAsText = typeof body === "string" ? body : body && JSON.stringify(body);
      return { request, status, headers: pipeline.createHttpHeaders(headers), bodyAsText } as never;
    },
  };
  const allowedHosts = allowedHostsPolicy("management.example", (host) => host === "management.example");
  const limiter = new RateLimiter();
  const budget = new RetryBudget(cancelled);
  const connection = { http: pipeline, httpClient, endpoint, limiter, allowedHosts, perAttempt: [] };
  return inFakeTime(budget.run(() => work(new ResourceManagerClient(connection, budget))));
}

const whole = (body: unknown) => body;
const post = (answers: Answer[]) => call(answers, (client) => client.write("POST", path, { a: 1 }, whole));
const patch = (answers: Answer[]) => call(answers, (client) => client.write("PATCH", path, { a: 1 }, whole));
const get = (answers: Answer[], read = whole) => call(answers, (client) => client.get(path, read));

describe("a write", () => {
  test("that is done at once has the result in its response", async () => {
    expect(await post([{ body: { made: 1 } }])).toEqual({ made: 1 });
    expect(sent).toEqual([`POST ${url}`]);
    expect(headersSent[0]).toMatchObject({ accept: "application/json", "content-type": "application/json" });
  });

  test("with a Location is polled there until the response has the result", async () => {
    const headers = { location: "/operationResults/1?t=2" };
    const answers = [{ status: 202, headers }, { status: 202, headers }, { body: { made: 1 } }];
    expect(await post(answers)).toEqual({ made: 1 });
    const poll = `GET ${endpoint}/operationResults/1?t=2`;
    expect(sent).toEqual([`POST ${url}`, poll, poll]);
    expect(times).toEqual([0, 0, 1_000]);
  });

  test("with an Azure-AsyncOperation is polled there, and its result is the resource", async () => {
    const operation = `${endpoint}/operationStatuses/1`;
    const headers = { "azure-asyncoperation": operation };
    const answers = [
      { status: 201, headers, body: { old: 1 } },
      { headers: { ...headers, "retry-after": "7" }, body: { status: "Updating" } },
      { body: { status: "Succeeded" } },
      { body: { new: 1 } },
    ];
    expect(await patch(answers)).toEqual({ new: 1 });
    expect(sent).toEqual([`PATCH ${url}`, `GET ${operation}`, `GET ${operation}`, `GET ${url}`]);
    expect(times).toEqual([0, 0, 7_000, 7_000]);
  });

  test("has its result at the address that the operation names", async () => {
    const operation = `${endpoint}/operationStatuses/1`;
    const resourceLocation = `${endpoint}/elsewhere`;
    const answers = [
      { status: 201, headers: { "azure-asyncoperation": operation } },
      { body: { status: "Succeeded", resourceLocation } },
      { body: { new: 1 } },
    ];
    expect(await patch(answers)).toEqual({ new: 1 });
    expect(sent).toEqual([`PATCH ${url}`, `GET ${operation}`, `GET ${resourceLocation}`]);
  });

  test("whose operation fails with a code alone says the code", async () => {
    const headers = { "azure-asyncoperation": `${endpoint}/operationStatuses/1` };
    const failing = patch([
      { status: 201, headers },
      { body: { status: "Failed", error: { code: "Busy" } } },
    ]);
    await expect(failing).rejects.toThrow(new OperationError("the operation ended as Failed: Busy", "Busy"));
  });

  test("is not polled without a pause because of a Retry-After of 0", async () => {
    const headers = { location: "/operationResults/1", "retry-after": "0" };
    await post([{ status: 202, headers }, { status: 202, headers }, { body: {} }]);
    expect(times).toEqual([0, 0, 1_000]);
  });

  test.each([
    ["Failed", "the operation ended as Failed: Busy (It broke.)"],
    ["Canceled", "the operation ended as Canceled: Busy (It broke.)"],
  ])("whose operation ends as %s fails with Azure's words", async (status, message) => {
    const headers = { "azure-asyncoperation": `${endpoint}/operationStatuses/1` };
    const error = { code: "Busy", message: "It broke." };
    const failing = patch([{ status: 201, headers }, { body: { status, error } }]);
    await expect(failing).rejects.toThrow(new OperationError(message, "Busy"));
  });

  test("whose operation names an address that is not a text has its result at the resource", async () => {
    const headers = { "azure-asyncoperation": `${endpoint}/operationStatuses/1` };
    const answers = [
      { status: 201, headers },
      { body: { status: "Succeeded", resourceLocation: 7 } },
      { body: { new: 1 } },
    ];
    expect(await patch(answers)).toEqual({ new: 1 });
    expect(sent.at(-1)).toBe(`GET ${url}`);
  });

  test("is not polled any more once the user cancels", async () => {
    const user = new AbortController();
    const answers = Array.from({ length: 9 }, () => ({
      status: 202,
      headers: { location: "/operationResults/1" },
    }));
    const writing = call(
      answers,
      (client) => {
        setTimeout(() => user.abort(new Error("cancelled")), 2_500);
        return client.write("POST", path, {}, whole);
      },
      user.signal,
    );
    await expect(writing).rejects.toThrow("cancelled");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(times).toEqual([0, 0, 1_000, 2_000]);
  });

  test("whose operation is at an address that is not a URL fails", async () => {
    const failing = post([{ status: 202, headers: { location: "https://" } }]);
    await expect(failing).rejects.toThrow(new InvalidResponseError("an address in it is not a URL"));
  });

  test("whose operation has a status that is not a string fails", async () => {
    const headers = { location: "/operationResults/1" };
    const failing = post([{ status: 202, headers }, { body: { status: 7 } }]);
    await expect(failing).rejects.toThrow("the status of the operation is not a string");
  });
});

describe("a list", () => {
  /** The bodies of the pages. */
  const pagesOf = (answers: Answer[]) =>
    call(answers, async (client) => {
      const pages: unknown[] = [];
      for await (const page of client.pages(path, whole)) {
        pages.push(page);
      }
      return pages;
    });

  test.each([`${endpoint}/next`, "/next"])("is read page by page, the next one from %s", async (nextLink) => {
    const pages = [{ value: 1, nextLink }, { value: 2 }];
    expect(await pagesOf(pages.map((body) => ({ body })))).toEqual(pages);
    expect(sent).toEqual([`GET ${url}`, `GET ${endpoint}/next`]);
  });

  test.each(["", 7, null])("ends at a page whose next page is %j", async (nextLink) => {
    expect(await pagesOf([{ body: { nextLink } }])).toEqual([{ nextLink }]);
  });
});

describe("a request", () => {
  test("is retried as long as the time allows", async () => {
    const conflicts = Array.from({ length: 7 }, () => ({ status: 409, headers: { "retry-after": "2" } }));
    expect(await get([...conflicts, { body: { a: 1 } }])).toEqual({ a: 1 });
    expect(sent).toHaveLength(8);
  });
});

describe("a response", () => {
  test("to a read is asked for as JSON, without a body", async () => {
    await get([{ body: {} }]);
    expect(headersSent).toEqual([{ accept: "application/json" }]);
  });

  test("of spaces is an empty one", async () => {
    expect(await get([{ body: " " }])).toBeUndefined();
  });

  test("whose connection breaks within the body is invalid", async () => {
    const error = new pipeline.RestError("terminated", { code: "PARSE_ERROR" });
    await expect(get([{ error }])).rejects.toThrow(new InvalidResponseError("it is cut off"));
  });

  test.each<[string, Answer, string]>([
    ["that is not JSON", { body: "hush" }, "it is cut off, or not JSON"],
    ["with a status that a read cannot have", { status: 204 }, "this request cannot have that status"],
  ])("%s is an error that shows nothing of it", async (_what, answer, reason) => {
    const headers = { "x-ms-request-id": "request-7" };
    const error = await get([{ ...answer, headers }]).catch((thrown: unknown) => thrown);
    expect(error).toEqual(new InvalidResponseError(reason, answer.status ?? 200, "request-7"));
  });

  test.each<[string, unknown, object]>([
    ["Azure's", { error: { code: "NotFound", message: "Gone." } }, { code: "NotFound", message: "Gone." }],
    ["without an envelope", { code: "NotFound", message: "Gone." }, { code: "NotFound", message: "Gone." }],
    ["with other types", { error: { code: 7, message: {} } }, { code: undefined, message: "" }],
    ["a page of a proxy", "<html>", { code: undefined, message: "" }],
  ])("with an error status has the code and the message: %s", async (_what, body, expected) => {
    for (const status of [400, 404]) {
      await expect(get([{ status, body }])).rejects.toMatchObject({ status, ...expected });
    }
  });

  test("that this provider's code fails to read is reported as a defect, not as an invalid response", async () => {
    const mistake = new TypeError("x");
    const read = () => {
      throw mistake;
    };
    await expect(get([{ body: {} }], read)).rejects.toBe(mistake);
  });
});
