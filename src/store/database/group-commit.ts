/**
 * Lets everything that arrives while a commit is under way share the next one: a commit that waits for the
 * disk costs as much for one row as for five hundred.
 *
 * @param write commits all of them and gives one result for each, in their order
 * @param most how many at a time
 */
export function groupCommit<Entry, Result>(
  write: (entries: readonly Entry[]) => Promise<readonly Result[]>,
  { max = 500 }: { readonly max?: number } = {},
): (entry: Entry) => Promise<Result> {
  const waiting: { readonly entry: Entry; readonly settle: PromiseWithResolvers<Result> }[] = [];
  let isWriting = false;
  const writeAll = async () => {
    if (isWriting) return;
    isWriting = true;
    while (waiting.length > 0) {
      // Requests that the event loop has read already join in.
      await new Promise((resolve) => setImmediate(resolve));
      const group = waiting.splice(0, max);
      try {
        const results = await write(group.map(({ entry }) => entry));
        for (const [index, { settle }] of group.entries()) settle.resolve(results[index] as Result);
      } catch (error) {
        for (const { settle } of group) settle.reject(error);
      }
    }
    isWriting = false;
  };
  return (entry) => {
    const settle = Promise.withResolvers<Result>();
    waiting.push({ entry, settle });
    void writeAll();
    return settle.promise;
  };
}
