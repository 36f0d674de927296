import type { ListedRevision } from '../../../app/ports/editions.ts';
import { isAllowed } from '../../../domain/accounts/role.ts';
import type { Grant } from '../../../domain/accounts/role.ts';
import { describeStep, stepPermissions, suggestedSteps } from '../../../domain/desk/edition-steps.ts';
import type { EditionStep, StepContext } from '../../../domain/desk/edition-steps.ts';
import { formatCount, formatCounted } from '../../../domain/numbers.ts';
import type { EditionSeed } from '../../../domain/sending/seeds/seed.ts';
import type { FoundEdition } from '../edition-of.ts';
import { revisionLine } from './changes-view.ts';
import { editionId, equationView } from './equation-view.ts';
import { reasonText } from './reason-text.ts';
import { shownState } from './shown-state.ts';
import { clockOf, dateTimeOf, paceOf } from './times.ts';

export interface EditionPageContext {
  readonly grants: readonly Grant[];
  readonly steps: StepContext;
  readonly hasChanged: boolean;
  readonly said: string;
  readonly webPage: string;
  readonly revisions: readonly ListedRevision[];
  /** Users who may approve and correct, for an operator who may not. */
  readonly approvers: readonly string[] | undefined;
}

/** The data of `templates/desk/edition.hbs`. */
export function editionView(found: FoundEdition, context: EditionPageContext) {
  const { publication, status, href, date } = found;
  const { grants, steps } = context;
  const { timeZone, slug } = publication;
  const edition = status?.edition;
  const may = (permission: Parameters<typeof isAllowed>[1]) => isAllowed(grants, permission, slug);
  const recipients = may('subscribers') ? `${href}/recipients` : '';
  const isPublished = edition !== undefined && edition.publishedAt !== null;
  const { shape, word } = shownState(edition, undefined);
  return {
    heading: `${publication.name}, ${date}`,
    said: context.said,
    subject: status?.subject ?? '',
    shape: edition === undefined ? 'draft' : shape,
    state: edition === undefined ? 'not approved yet' : word,
    sentence: sentenceOf(found, context),
    pace:
      status?.progress === undefined || edition?.state !== 'sending'
        ? ''
        : paceOf(status.progress, { now: steps.now, timeZone, ...edition }),
    equation: isPublished
      ? equationView(status?.accounting ?? steps.accounting, { id: editionId(slug, date), recipients })
      : false,
    steps: suggestedSteps(steps)
      .filter((step) => may(stepPermissions[step]))
      .map((step) => stepLink(step, { href, steps })),
    others: othersOf(suggestedSteps(steps), context.approvers),
    links: [
      ...(may('write') ? [{ href: `${href}/write/`, text: 'Write' }] : []),
      ...(may('drafts') ? [{ href: `${href}/draft`, text: 'Draft and problems' }] : []),
      ...(may('drafts') && edition !== undefined && edition.revision > 0
        ? [{ href: `${href}/email`, text: 'The approved email' }]
        : []),
      ...(isPublished ? [{ href: context.webPage, text: 'The page on the web' }] : []),
      ...(recipients !== '' && isPublished ? [{ href: recipients, text: 'Who did not get it' }] : []),
    ],
    failures: (status?.failures ?? []).map(({ reason, recipients: count, isAddress }) => ({
      count: formatCount(count),
      reason: reasonText(reason),
      note: isAddress
        ? 'the address is to blame'
        : edition?.state === 'cancelled'
          ? ''
          : 'can be tried again',
      href: recipients === '' ? '' : `${recipients}?kind=failed&reason=${encodeURIComponent(reason)}`,
    })),
    seeds: may('drafts') ? (status?.seeds ?? []).map(seedRow) : [],
    revisions: may('drafts') ? revisionRows(context.revisions, { href, timeZone }) : [],
    feedback:
      status === undefined || status.feedback.bounced + status.feedback.complained === 0
        ? ''
        : `Afterwards ${formatCounted(status.feedback.bounced, 'bounce')} and ${formatCounted(status.feedback.complained, 'complaint')} came back.`,
    events: (status?.events ?? []).toReversed().map(({ at, event, actor, detail }) => ({
      at: dateTimeOf(at, timeZone),
      event,
      actor,
      detail: detail.replaceAll(/\b([0-9a-f]{12})[0-9a-f]{52}\b/gu, '$1'),
    })),
  };
}

/** Who does what an operator may not. */
function othersOf(suggested: readonly EditionStep[], approvers: readonly string[] | undefined): string {
  const approving = suggested.filter((step) => stepPermissions[step] === 'approve');
  if (approvers === undefined || approving.length === 0) return '';
  const what = approving.includes('correct') ? 'correct or withdraw the page' : 'approve';
  if (approvers.length === 0)
    return `No user may ${what}: \`daybrief users roles\` gives a user the role of an approver.`;
  const shown = approvers.slice(0, maxNamed);
  const more = approvers.length - shown.length;
  const names = more === 0 ? shown.join(', ') : `${shown.join(', ')} and ${formatCount(more)} more`;
  return `These users may ${what}: ${names}.`;
}

const maxNamed = 5;

function revisionRows(
  revisions: readonly ListedRevision[],
  { href, timeZone }: { readonly href: string; readonly timeZone: string },
) {
  return revisions.map((revision) => ({
    text: revisionLine(revision, timeZone),
    href:
      revision.revision === 1 ? '' : `${href}/changes?from=${revision.revision - 1}&to=${revision.revision}`,
    label: `What changed since revision ${revision.revision - 1}`,
  }));
}

/** What the seeds show so far. */
function seedSentence(seeds: readonly EditionSeed[]): string {
  const passed = seeds.filter(({ state }) => state === 'passed').length;
  return `No recipient gets it yet: it is being checked as it arrives at ${formatCounted(seeds.length, 'seed mailbox', 'seed mailboxes')}, ${formatCount(passed)} of which passed.`;
}

function seedRow({ address, state, findings }: EditionSeed) {
  const failed = findings.filter(({ ok }) => !ok).map(({ text }) => text);
  const passed = findings.length === 0 ? '' : `${formatCount(findings.length)} checks passed`;
  return { address, state, found: failed.length > 0 ? failed.join('; ') : passed };
}

function stepLink(
  step: EditionStep,
  { href, steps }: { readonly href: string; readonly steps: StepContext },
) {
  const { label, consequence } = describeStep(step, steps);
  // Only what sends no mail and is reverted by one press goes without a second question.
  const isDirect = step === 'pause' || step === 'hold';
  return {
    step,
    href: step === 'approve' ? `${href}/draft` : `${href}/${step}`,
    label: isDirect ? label : `${label} ...`,
    consequence,
    isDirect,
  };
}

/** What goes out if nothing is done. */
function sentenceOf(
  { publication, status }: FoundEdition,
  { grants, hasChanged, steps }: EditionPageContext,
): string {
  const edition = status?.edition;
  const { timeZone } = publication;
  const all = formatCounted(steps.audience, 'subscriber');
  if (edition === undefined || status === undefined || edition.state === 'draft')
    return isAllowed(grants, stepPermissions.approve, publication.slug)
      ? 'Nothing goes out until it is approved.'
      : 'Nothing goes out until it is approved. A user with the role of an approver does that on this page.';
  const { accounting } = status;
  const changed = hasChanged
    ? ` The digest has changed since: without a new approval, revision ${edition.revision} goes out.`
    : '';
  if (edition.isRestored) return 'It is on hold since a backup was restored, and may have been sent since.';
  if (edition.onHold) return `It is on hold: nothing goes out until it is scheduled or sent.${changed}`;
  switch (edition.state) {
    case 'approved':
    case 'scheduled': {
      const at =
        edition.sendWindow === null
          ? 'when it is sent by command'
          : `at ${clockOf(edition.sendWindow.sendAt, timeZone)}`;
      const waits = edition.state === 'approved' && edition.sendWindow?.policy !== 'send';
      return waits
        ? `Revision ${edition.revision} is approved, and goes out once it is scheduled or sent.${changed}`
        : `Revision ${edition.revision} goes out ${at} to ${all}.${changed}`;
    }
    case 'sending':
      if (edition.awaitsSeeds) return seedSentence(status.seeds);
      if (status.canary !== undefined)
        return `${formatCounted(status.canary.recipients, 'recipient')} get it first. The other ${formatCount(status.canary.held)} get it only if few of these bounce, complain, fail or are deferred.`;
      return 'Changes you approve now reach only recipients who do not have it yet, once it was paused and resumed.';
    case 'paused':
      return `Nothing is sent while it is paused: ${formatCounted(accounting.pending, 'recipient')} ${accounting.pending === 1 ? 'waits' : 'wait'}.`;
    case 'sent':
      return `${formatCount(accounting.accepted)} accepted, ${formatCount(accounting.failed)} failed, ${formatCount(accounting.suppressed)} suppressed. You can still correct the web page.`;
    case 'cancelled':
      return edition.publishedAt === null
        ? 'It does not go out. Approving it brings it back.'
        : 'It was stopped while it was being sent.';
    case 'missed':
      return 'Its deadline passed before it was approved or sent.';
  }
}
