import fc from 'fast-check';

export interface HistoryCounts {
  /** Run however long they take. */
  readonly min: number;
  readonly max: number;
}

const budgetMs = 6_000;

/**
 * Runs generated histories, as many as fit into six seconds, and returns their number. fast-check's own
 * `interruptAfterTimeLimit` does not fit: it abandons the history that is running, which goes on using its
 * database after the test.
 *
 * @throws Error with the seed and the history, shrunk, if one of them breaks a promise.
 */
export async function runHistories<Setting, Happening>(
  arbitraries: {
    readonly setting: fc.Arbitrary<Setting>;
    readonly history: fc.Arbitrary<Happening[]>;
  },
  run: (setting: Setting, history: readonly Happening[]) => Promise<void>,
  { min, max }: HistoryCounts,
): Promise<number> {
  const deadline = performance.now() + budgetMs;
  let count = 0;
  const property = fc.asyncProperty(arbitraries.setting, arbitraries.history, async (setting, history) => {
    if (count >= min && performance.now() > deadline) return;
    await run(setting, history);
    count += 1;
  });
  await fc.assert(property, { numRuns: max });
  return count;
}
