import type { EditionState } from '../../../domain/editions/edition.ts';
import { formatCount, formatCounted } from '../../../domain/numbers.ts';
import type { Accounting, FailureCount } from '../../../domain/sending/delivery.ts';
import type { CliContext } from '../../context.ts';
import { formatEquation } from '../../output/equation.ts';

/** What an edition came to, here or on another machine. */
export interface SentEdition {
  /** `<publication>/<date>` */
  readonly name: string;
  readonly state: EditionState;
  readonly accounting: Accounting;
  readonly failures: readonly FailureCount[];
}

/** Prints that an edition was published, for `--no-wait`. */
export function reportPublished(
  context: CliContext,
  name: string,
  { state, intended }: { readonly state: EditionState; readonly intended: number },
): void {
  context.result(
    { edition: name, state, intended },
    () =>
      `Published ${name} to ${formatCounted(intended, 'subscriber')}. Follow it with \`daybrief status ${name} --watch\`.`,
  );
}

/** Prints the equation and what is left to do; the exit status is 7 unless the edition is sent to nearly all. */
export function reportSent(context: CliContext, sent: SentEdition): void {
  const { name, state, accounting, failures } = sent;
  const refused = [...refusedLines(name, sent), ...uncertainLines(name, sent)];
  if (state !== 'sent' || refused.length > 0) context.exitStatus = 7;
  context.result({ edition: name, state, ...accounting, failures }, () =>
    [formatEquation(accounting), ...refused, ...conclusion(name, state)].join('\n'),
  );
}

/**
 * More failed recipients than this, for other reasons than their addresses, or more uncertain ones, make the send a
 * partial success.
 */
const partialShare = 0.01;

function refusedLines(name: string, { accounting, failures }: SentEdition): string[] {
  const refused = failures.filter(({ isAddress }) => !isAddress);
  const count = refused.reduce((sum, { recipients }) => sum + recipients, 0);
  if (count <= accounting.intended * partialShare) return [];
  const reasons = refused
    .map(({ reason, recipients }) => `${reason} (${formatCount(recipients)})`)
    .join(', ');
  return [
    `${formatCounted(count, 'recipient')} failed for other reasons than their address: ${reasons}.`,
    `When that is fixed, \`daybrief retry ${name}\` sends to them again.`,
  ];
}

function uncertainLines(name: string, { accounting: { intended, uncertain } }: SentEdition): string[] {
  if (uncertain <= intended * partialShare) return [];
  return [
    `Of ${formatCounted(uncertain, 'recipient')} it is not known whether they got it: no reply to their message arrived. \`daybrief status ${name}\` lists them.`,
  ];
}

function conclusion(name: string, state: string): string[] {
  if (state === 'sent') return [];
  if (state === 'sending') return [`Not all deliveries are final yet: \`daybrief worker\` continues.`];
  return [`${name} is ${state}: \`daybrief status ${name}\` shows why.`];
}
