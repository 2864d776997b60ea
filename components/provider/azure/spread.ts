/** A wait that is up to a quarter longer, so that those who began together do not all come back in one instant. In ms. */
export function spread(ms: number): number {
  return ms * (1 + Math.random() / 4);
}
