import * as pulumi from "@pulumi/pulumi";

/** Whether Pulumi's mocks stand in for the engine, as in a unit test of a program. They have neither hooks nor transforms. */
export function isMocked(): boolean {
  return pulumi.runtime.getMonitor() === undefined || pulumi.runtime.getEngine() === undefined;
}
