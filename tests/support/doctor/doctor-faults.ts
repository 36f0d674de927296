import { expect } from 'vitest';

import type { Finding } from '../../../src/domain/doctor/finding.ts';
import { diagnose } from './doctor-fixture.ts';
import type { Changes } from './doctor-fixture.ts';

/** One thing that is wrong in a setup that is otherwise healthy. */
export interface Fault {
  readonly what: string;
  readonly changes: Changes | (() => Promise<Changes>);
  readonly expected: Partial<Finding>;
  /** Other errors and warnings that follow from it, as `spf-relay warning`. */
  readonly also?: readonly string[];
}

/** What is reported of a fault, and what has to be. */
export async function reportOf({ changes, expected, also = [] }: Fault) {
  const { findings, troubles, of } = await diagnose(
    typeof changes === 'function' ? await changes() : changes,
  );
  const { id = 'spf', state = 'error' } = expected;
  const found = of(id).find((finding) => finding.state === state);
  return {
    found,
    expected: { fix: matching(/\.$/u), ...expected },
    troubles: troubles.toSorted(),
    expectedTroubles: [`${id} ${state}`, ...also].toSorted(),
    /** Texts that are not one sentence on one line. */
    unclear: findings.map(({ text }) => text).filter((text) => !/^[^\n]+\.$/u.test(text)),
  };
}

/** A text that matches, in an object of texts. */
export function matching(pattern: RegExp): string {
  return expect.stringMatching(pattern) as string;
}
