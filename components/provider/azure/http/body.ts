/** Reads the JSON bodies of responses. */
import type { PipelineResponse } from "@azure/core-rest-pipeline";
import { isMap } from "../../../args/checks";
import { AzureError, InvalidResponseError, OperationError } from "./errors";

/** Reads a value from a body; undefined is an empty body. @throws InvalidResponseError */
export type Read<T> = (body: unknown) => T;

export function readBody<T>(response: PipelineResponse, read: Read<T>): T {
  try {
    return read(parse(response.bodyAsText ?? ""));
  } catch (error) {
    throw error instanceof InvalidResponseError ? invalidResponse(error.message, response) : error;
  }
}

export function invalidResponse(reason: string, response: PipelineResponse): InvalidResponseError {
  return new InvalidResponseError(reason, response.status, requestIdOf(response));
}

/** The error of a response with an error status. */
export function responseError(response: PipelineResponse): AzureError {
  const body = errorBodyOf(response);
  const { code, message = "", innerCode } = errorIn(body);
  return new AzureError(message, response.status, code, requestIdOf(response), body, innerCode);
}

/** The error of a long-running operation that ended as Failed or Canceled. */
export function operationError(ended: string, response: PipelineResponse): OperationError {
  const { code, message } = errorIn(errorBodyOf(response));
  const said = [code, message && `(${message})`].filter(Boolean).join(" ");
  return new OperationError(`the operation ended as ${ended}${said && `: ${said}`}`, code);
}

/** Azure's error code in the body of a response. */
export function codeIn(response: PipelineResponse): string | undefined {
  return errorIn(errorBodyOf(response)).code;
}

function parse(text: string): unknown {
  try {
    return text.trim() === "" ? undefined : JSON.parse(text);
  } catch {
    // The parser's message shows a part of the text, which can contain a password.
    throw new InvalidResponseError("it is cut off, or not JSON");
  }
}

/** The body of an error; undefined if it is not JSON: a proxy answers with a page. */
function errorBodyOf({ bodyAsText }: PipelineResponse): unknown {
  try {
    return parse(bodyAsText ?? "");
  } catch {
    return undefined;
  }
}

function errorIn(body: unknown): { code?: string; message?: string; innerCode?: string } {
  const { error = body } = isMap(body) ? body : {};
  const { code, message, innererror } = isMap(error) ? error : {};
  const { code: innerCode } = isMap(innererror) ? innererror : {};
  const texts = Object.entries({ code, message, innerCode }).filter(([, value]) => typeof value === "string");
  return Object.fromEntries(texts);
}

function requestIdOf({ headers }: PipelineResponse): string | undefined {
  return headers.get("x-ms-request-id");
}
