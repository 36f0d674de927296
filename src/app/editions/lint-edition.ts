import { brevityOf } from '../../domain/editions/brevity-score.ts';
import type { Brevity } from '../../domain/editions/brevity-score.ts';
import { inboxLines } from '../../domain/editions/inbox-lines.ts';
import type { InboxLine } from '../../domain/editions/inbox-lines.ts';
import type { Problem } from '../../domain/editions/problem.ts';
import type { FoundDigest } from '../ports/digests.ts';
import type { ComposePorts } from './examine-digest.ts';
import { examineDigest } from './examine-digest.ts';

/** Everything that a curator should know before approving. */
export interface LintedEdition {
  readonly found: FoundDigest;
  /** In the order of the file. */
  readonly problems: readonly Problem[];
  /** There unless the file could not be read at all. */
  readonly brevity?: Brevity;
  readonly inbox?: readonly InboxLine[];
}

/**
 * Runs every check on a digest and writes nothing. Throws as `examineDigest` does.
 *
 * @param options.askLinks requests every link
 */
export async function lintEdition(
  reference: string,
  ports: ComposePorts,
  options: Pick<NonNullable<Parameters<typeof examineDigest>[2]>, 'askLinks'> = {},
): Promise<LintedEdition> {
  const { found, publication, draft, rendered, problems } = await examineDigest(reference, ports, {
    prose: true,
    ...options,
  });
  const sorted = problems.toSorted(
    (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
  if (draft === undefined) return { found, problems: sorted };
  const preheader = rendered?.preheader ?? draft.preheader ?? '';
  return {
    found,
    problems: sorted,
    brevity: brevityOf(draft, publication),
    inbox: inboxLines(draft.subject, preheader),
  };
}
