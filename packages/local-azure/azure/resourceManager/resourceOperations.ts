/** The long-running operations that write and delete resources. */
import type { Request, Response } from "../http.js";
import type { NameMap } from "../names.js";
import type { ProvisioningState, SystemData } from "../state.js";
import { type Context, touch } from "./context.js";

/** A resource that long-running operations write and delete. */
export interface ManagedResource {
  readonly name: string;
  readonly id: string;
  readonly systemData: SystemData;
  provisioningState: ProvisioningState;
}

/** Starts a write and returns the requested state, even if the operation fails later. */
export function startWrite<Resource extends ManagedResource>(
  context: Context,
  request: Request,
  resource: Resource,
  changes: Partial<Resource>,
  {
    kind,
    runningState,
    describe,
  }: {
    /** The prefix of the operation's name. */
    kind: string;
    runningState: "Creating" | "Updating";
    describe: (resource: Resource) => object;
  },
): Response {
  const ending = context.operations.endingOf(request);
  if (ending.isDone) {
    Object.assign(resource, changes);
  }
  touch(context, resource.systemData, request);
  resource.provisioningState = runningState;
  return context.operations.start(request, {
    resource: resource.id,
    kind,
    form: "azure-asyncoperation",
    first: { status: 201, body: describe({ ...resource, ...changes }) },
    runningState,
    ending,
    end: () => {
      resource.provisioningState = ending.ends;
    },
  });
}

/** Starts the deletion of a resource, unless a write replaces the resource in the meantime. A missing resource is 204. */
export function startDelete<Resource extends ManagedResource>(
  context: Context,
  request: Request,
  siblings: NameMap<Resource>,
  resource: Resource | undefined,
  kind: string,
  afterDelete: () => void | Promise<void> = () => {},
): Response {
  if (resource === undefined) {
    return { status: 204 };
  }
  const ending = context.operations.endingOf(request);
  resource.provisioningState = "Deleting";
  return context.operations.start(request, {
    resource: resource.id,
    kind,
    form: "location",
    first: { status: 202 },
    runningState: "Deleting",
    ending,
    end: async () => {
      resource.provisioningState = ending.ends;
      if (ending.isDone && siblings.get(resource.name) === resource) {
        siblings.delete(resource.name);
        await afterDelete();
      }
    },
  });
}
