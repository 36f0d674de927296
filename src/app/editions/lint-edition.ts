import { applyChecks } from '../../domain/editions/apply-checks.ts';
import { brevityOf } from '../../domain/editions/brevity-score.ts';
import type { Brevity } from '../../domain/editions/brevity-score.ts';
import { inboxLines } from '../../domain/editions/inbox-lines.ts';
import type { InboxLine } from '../../domain/editions/inbox-lines.ts';
import type { Problem } from '../../domain/editions/problem.ts';
import { spamProblem } from '../../domain/editions/spam-score.ts';
import type { SpamScore } from '../../domain/editions/spam-score.ts';
import { fillSlots, longestValues } from '../../domain/message/fill-slots.ts';
import type { FoundDigest } from '../ports/digests.ts';
import type { AskLinks } from '../ports/link-answers.ts';
import type { Composition } from './compose-edition.ts';
import type { ComposePorts, ExaminedDigest } from './examine-digest.ts';
import { examineDigest } from './examine-digest.ts';
import { previewBlocks } from './preview-blocks.ts';
import { weighBlocks } from './weigh-blocks.ts';
import type { WeighedBlock } from './weigh-blocks.ts';

/** Everything that a curator should know before approving. */
export interface LintedEdition {
  readonly found: FoundDigest;
  /** In the order of the file. */
  readonly problems: readonly Problem[];
  /** There unless the file could not be read at all. */
  readonly brevity?: Brevity;
  readonly inbox?: readonly InboxLine[];
  /** Octets of the HTML for the heaviest recipient, by block; there if the email could be made. */
  readonly weighed?: readonly WeighedBlock[];
  /** There if SpamAssassin was asked and answered. */
  readonly spam?: SpamScore;
}

/** A message to score. */
export type ScorableMessage = Pick<
  Composition,
  'message' | 'rendered' | 'publication' | 'digest' | 'baseUrl'
>;

export interface LintOptions {
  /** Requests every link. */
  readonly askLinks?: (urls: readonly string[]) => ReturnType<AskLinks>;
  /** Scores the message, if the digest has no error; undefined if it could not be scored. */
  readonly scoreSpam?: (message: ScorableMessage) => Promise<SpamScore | undefined>;
}

/** Runs every check on a digest and writes nothing. Throws as `examineDigest` does. */
export async function lintEdition(
  reference: string,
  ports: ComposePorts,
  { scoreSpam, ...requests }: LintOptions = {},
): Promise<LintedEdition> {
  const examined = await examineDigest(reference, ports, { prose: true, ...requests });
  const { found, publication, draft, digest, rendered, baseUrl } = examined;
  const spam = scoreSpam && (await scoreMessage(examined, ports, scoreSpam));
  const problems = [...examined.problems, ...spamProblems(spam, examined)].toSorted(
    (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
  if (draft === undefined) return { found, problems };
  const preheader = rendered?.preheader ?? draft.preheader ?? '';
  return {
    found,
    problems,
    brevity: brevityOf(draft, publication),
    inbox: inboxLines(draft.subject, preheader),
    ...(digest === undefined || rendered === undefined
      ? {}
      : { weighed: weighBlocks(fillSlots(rendered.html, longestValues(baseUrl)), previewBlocks(digest)) }),
    ...(spam === undefined ? {} : { spam }),
  };
}

async function scoreMessage(
  { publication, digest, rendered, baseUrl, problems }: ExaminedDigest,
  { renderer }: ComposePorts,
  scoreSpam: NonNullable<LintOptions['scoreSpam']>,
): Promise<SpamScore | undefined> {
  if (digest === undefined || rendered === undefined) return undefined;
  if (problems.some(({ severity }) => severity === 'error') || publication.checks['spam-score'] === 'off') {
    return undefined;
  }
  const message = renderer.compile({ publication, date: digest.date, ...rendered });
  return scoreSpam({ message, rendered, publication, digest, baseUrl });
}

function spamProblems(
  spam: SpamScore | undefined,
  { draft, publication, found }: ExaminedDigest,
): readonly Problem[] {
  const file = found.displayPath;
  const problem = spam && spamProblem(spam, file);
  if (problem === undefined || draft === undefined) return [];
  // Other waivers have been applied, and reported, with the other checks.
  const waive = (draft.waive ?? []).filter(({ rule, on }) => rule === 'spam-score' && on === draft.date);
  return applyChecks([problem], { digest: { ...draft, waive }, checks: publication.checks, file });
}
