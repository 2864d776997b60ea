import type { OperationResponse, OperationState } from "@azure/core-lro";
import type { PipelineResponse } from "@azure/core-rest-pipeline";
import { isMap } from "../../../args/checks";
import { invalidResponse, operationError, type Read, readBody } from "./body";
import { type Connection, sendRequest } from "./connection";
import { InvalidResponseError } from "./errors";
import { retryAfterMs } from "./headers";
import { nextLinkIn } from "./json";
import type { RetryBudget } from "./retryBudget";

/** Loads Azure's library of long-running operations. */
const loadOperations = () => import("@azure/core-lro");

/** The version of Microsoft.ContainerRegistry that every request names. */
const apiVersion = "2025-11-01";

/** How long to wait between two polls of a long-running operation if Azure does not say. */
const pollIntervalMs = 1_000;

/** The requests of one call to Azure's resource manager. */
export class ResourceManagerClient {
  constructor(
    private readonly connection: Connection,
    private readonly budget: RetryBudget,
  ) {}

  /** @param path a resource id */
  async get<T>(path: string, read: Read<T>): Promise<T> {
    return readBody(await this.send("GET", this.urlOf(path), [200]), read);
  }

  /** The pages of a list, one by one. */
  async *pages<T>(path: string, read: Read<T>): AsyncGenerator<T> {
    let url: string | undefined = this.urlOf(path);
    while (url !== undefined) {
      const response = await this.send("GET", url, [200]);
      yield readBody(response, read);
      const next: string | undefined = readBody(response, nextLinkIn);
      url = next && this.resolve(next);
    }
  }

  /**
   * Sends a write, polls until the long-running operation that it began has ended, and reads the result from the last response.
   *
   * @throws OperationError if the operation ends as Failed or Canceled
   */
  async write<T>(method: "PATCH" | "POST", path: string, body: object, read: Read<T>): Promise<T> {
    const { createHttpPoller } = await loadOperations();
    const send = async (verb: "GET" | "PATCH" | "POST", url: string, content?: object) =>
      operationResponse(await this.send(verb, url, [200, 201, 202], content));
    const poller = createHttpPoller<PipelineResponse, OperationState<PipelineResponse>>(
      {
        sendInitialRequest: () => send(method, this.urlOf(path), body),
        sendPollRequest: (address) => send("GET", this.resolve(address)),
      },
      { intervalInMs: pollIntervalMs, resolveOnUnsuccessful: true },
    );
    const response = await poller.pollUntilDone({ abortSignal: this.budget.signal });
    const status = poller.operationState?.status;
    if (status !== "succeeded") {
      throw operationError(status === "canceled" ? "Canceled" : "Failed", response);
    }
    return readBody(response, read);
  }

  /** @param expected the statuses that the request can have; another one below 400 is the answer of a proxy */
  private async send(
    method: "GET" | "PATCH" | "POST",
    url: string,
    expected: readonly number[],
    body?: object,
  ): Promise<PipelineResponse> {
    const response = await sendRequest(this.connection, this.budget, { method, url, body });
    if (!expected.includes(response.status)) {
      throw invalidResponse("this request cannot have that status", response);
    }
    return response;
  }

  private urlOf(path: string): string {
    return `${this.connection.endpoint}${encodeURI(path)}?api-version=${apiVersion}`;
  }

  /** The URL of an address in a response. */
  private resolve(address: string): string {
    const { endpoint } = this.connection;
    if (!URL.canParse(address, endpoint)) {
      throw new InvalidResponseError("an address in it is not a URL");
    }
    return new URL(address, endpoint).href;
  }
}

/** A response in the form of Azure's library of long-running operations, with only what it reads. */
function operationResponse(response: PipelineResponse): OperationResponse<PipelineResponse> {
  const { status, headers, request } = response;
  const { "retry-after": _, ...others } = headers.toJSON();
  const waitMs = retryAfterMs(response);
  return {
    flatResponse: response,
    rawResponse: {
      statusCode: status,
      request,
      headers: {
        ...others,
        ...(waitMs !== undefined && { "retry-after": String(Math.ceil(waitMs / 1000)) }),
      },
      body: readBody(response, operationIn),
    },
  };
}

function operationIn(body: unknown): { status?: string; resourceLocation?: string } {
  const { status, resourceLocation } = isMap(body) ? body : {};
  if (status !== undefined && typeof status !== "string") {
    throw new InvalidResponseError("the status of the operation is not a string");
  }
  return { status, ...(typeof resourceLocation === "string" && { resourceLocation }) };
}
