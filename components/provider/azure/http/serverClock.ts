import type { PipelinePolicy } from "@azure/core-rest-pipeline";

const dayMs = 24 * 60 * 60 * 1000;

/** The times of the last response that has a Date header, by this machine's clock and by Azure's. */
let last: { readonly here: Date; readonly atAzure: Date } | undefined;
let hasResponse = false;

/** Notes the time that Azure's responses show. */
export function serverClockPolicy(): PipelinePolicy {
  return {
    name: "serverClock",
    async sendRequest(request, next) {
      const sent = new Date();
      const response = await next(request);
      noteServerTime(response.headers.get("date"), sent, new Date());
      return response;
    },
  };
}

/**
 * Notes the Date header of a response.
 *
 * @param sent when the request was sent, by this machine's clock: the clock can be set while the request is under way
 * @param received when the response arrived, by the same clock
 */
export function noteServerTime(header: string | undefined, sent: Date, received: Date): void {
  hasResponse = true;
  const atAzure = new Date(header ?? "");
  if (!Number.isNaN(atAzure.getTime())) {
    const [earliest, latest] = sent < received ? [sent, received] : [received, sent];
    last = { here: latest < atAzure ? latest : earliest > atAzure ? earliest : atAzure, atAzure };
  }
}

/** Whether Azure has responded to this process, so that {@link requireServerTime} can compare the clocks. */
export function hasServerTime(): boolean {
  return hasResponse;
}

/**
 * Compares this machine's clock with Azure's. The days of rotations and expiries come from this machine's clock.
 *
 * @throws Error if they differ by more than a day
 */
export function requireServerTime(): void {
  if (last !== undefined && Math.abs(last.here.getTime() - last.atAzure.getTime()) > dayMs) {
    throw new Error(
      `this machine's clock shows ${last.here.toISOString()}, and Azure's clock ${last.atAzure.toISOString()}: a password would get the wrong days of rotation and expiry. Set this machine's clock and run pulumi up again. No password was generated`,
    );
  }
}
