/** Keeps a promise in the set until it is settled. */
export function track<T>(set: Set<Promise<unknown>>, promise: Promise<T>): Promise<T> {
  const tracked = promise.finally(() => set.delete(tracked));
  set.add(tracked);
  return tracked;
}
