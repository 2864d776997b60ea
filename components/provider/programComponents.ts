import { type Properties, type ResourceReference, secret } from "provider-server";

/**
 * What the program of this run says of each RegistryToken, by the component's URN: its identity, and whether it has `adopt`. A
 * refresh or a destroy that runs the program gives the plugin only the inputs in the state, whose client secret may have been renewed
 * since.
 */
export class ProgramComponents {
  private readonly byUrn = new Map<string, Properties>();

  /** @param args `component`, a URN; its identity `azure`, if it has one; `adopts` */
  add(args: Properties): void {
    this.byUrn.set(String(args.component), args);
  }

  /** The inputs or outputs of a resource in the state, with the identity of its RegistryToken in the program. */
  withIdentity(resource: ResourceReference, saved: Properties): Properties {
    const component = this.componentOf(resource);
    if (component === undefined) {
      return saved;
    }
    const { azure: _, ...others } = saved;
    const { azure } = component;
    return azure === undefined ? others : { ...others, azure: secret(azure) };
  }

  /** Whether the resource's RegistryToken adopts a token. */
  isAdopting(resource: ResourceReference): boolean {
    return this.componentOf(resource)?.adopts === true;
  }

  private componentOf({ urn, type }: ResourceReference): Properties | undefined {
    return this.byUrn.get(urn.replace(`$${type}::`, "::"));
  }
}
