import { type Properties, type ResourceReference, secret } from "provider-server";

/**
 * The identity of each RegistryToken in the program of this run, by the component's URN. A refresh or a destroy that runs the
 * program gives the plugin only the inputs in the state, whose client secret may have been renewed since.
 */
export class ProgramIdentities {
  private readonly byComponent = new Map<string, Properties[string] | undefined>();

  /** @param args `component`, a URN, and its identity `azure`, if it has one */
  add({ component, azure }: Properties): void {
    this.byComponent.set(String(component), azure);
  }

  /** The inputs or outputs of a resource in the state, with the identity of its RegistryToken in the program. */
  withIdentity({ urn, type }: ResourceReference, saved: Properties): Properties {
    const component = urn.replace(`$${type}::`, "::");
    if (!this.byComponent.has(component)) {
      return saved;
    }
    const { azure: _, ...others } = saved;
    const azure = this.byComponent.get(component);
    return azure === undefined ? others : { ...others, azure: secret(azure) };
  }

  clear(): void {
    this.byComponent.clear();
  }
}
