/** A map by Azure's names, which are case-insensitive and keep the case of their creation. */
export class NameMap<Value extends { readonly name: string }> {
  private readonly entries = new Map<string, Value>();

  get(name: string): Value | undefined {
    return this.entries.get(name.toLowerCase());
  }

  add(value: Value): void {
    this.entries.set(value.name.toLowerCase(), value);
  }

  delete(name: string): void {
    this.entries.delete(name.toLowerCase());
  }

  get size(): number {
    return this.entries.size;
  }

  [Symbol.iterator](): IterableIterator<Value> {
    return this.entries.values();
  }
}
