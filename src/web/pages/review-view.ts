import type { Review } from '../../app/editions/review-proof.ts';
import { formatReadingTime } from '../../domain/editions/brevity.ts';
import { preheaderText } from '../../domain/editions/edition-page.ts';

/** The time of day in a publication's zone: "6:00 AM CST". */
export function clockOf(at: number, timeZone: string): string {
  const style = { hour: 'numeric', minute: '2-digit', timeZone, timeZoneName: 'short' } as const;
  return new Intl.DateTimeFormat('en', style).format(at);
}

/** The data of `templates/web/review.hbs`. */
export function reviewView(review: Review, { base, now }: { readonly base: string; readonly now: number }) {
  const { proof, settings, sendAt, audience, newest, approvedBy } = review;
  const { publication } = settings;
  const { timeZone } = publication;
  const isNewest = newest.id === proof.id || newest.contentHash === proof.contentHash;
  const isLate = sendAt !== null && now >= sendAt;
  const stops = proof.problems.filter(({ severity }) => severity === 'error').length;
  return {
    heading: `Approve proof ${proof.number}${sendAt === null ? '' : ` for ${clockOf(sendAt, timeZone)}`}?`,
    facts: factsOf(review, now),
    inbox: {
      from: publication.from.name,
      subject: proof.revision.subject,
      preheader: preheaderText(proof.revision.page),
    },
    changes: review.changes.map(shownChange),
    changesTitle: changesTitle(review),
    problems: proof.problems.map(({ severity, message, hint = '', line }) => ({
      text: `${severity === 'warning' ? 'Warning' : 'Stops'}: ${message} ${hint}`.trim(),
      line: line === undefined ? '' : `line ${line}`,
    })),
    email: `${base}/email`,
    newer: isNewest ? '' : `There is a newer proof, ${newest.number}: open it from your mail.`,
    past:
      review.isPast && review.deadlineAt !== null
        ? `This link has expired. It was valid until ${clockOf(review.deadlineAt, timeZone)}.`
        : '',
    approved: approvedBy === undefined ? '' : `Approved by ${approvedBy}.`,
    late: isLate
      ? `It was due at ${clockOf(sendAt, timeZone)}. If you approve it now, it goes out at once.`
      : '',
    cannot:
      review.localLinks === undefined || approvedBy !== undefined
        ? ''
        : `It cannot go out: its links begin with ${settings.baseUrl}, which only the machine that Daybrief runs on can open. Whoever runs it has to set BASE_URL; then ask for a new proof.`,
    returned: proof.returned === undefined ? '' : `Sent back by ${proof.returned.by}: ${proof.returned.note}`,
    canApprove:
      review.mayApprove &&
      isNewest &&
      approvedBy === undefined &&
      stops === 0 &&
      review.localLinks === undefined,
    canTakeBack: review.mayApprove && approvedBy !== undefined,
    canSendBack: review.mayApprove && approvedBy === undefined,
    approve: isLate
      ? 'Approve and send'
      : sendAt === null
        ? 'Approve'
        : `Approve for ${shortClock(sendAt, timeZone)}`,
    confirmLate: isLate ? `Yes, to ${countText(audience)}, now` : '',
    until:
      sendAt === null || isLate ? '' : `Can be taken back until ${shortClock(sendAt - 60_000, timeZone)}`,
    sendBackNote: `Goes to ${proof.madeBy} by mail, and into the preview.`,
    actions: { approve: `${base}/approve`, takeBack: `${base}/take-back`, sendBack: `${base}/send-back` },
    id: proof.contentHash.slice(0, 12),
  };
}

/** What the reader has to know first. */
function factsOf(review: Review, now: number): readonly { readonly term: string; readonly text: string }[] {
  const { proof, settings, sendAt, audience, words, minutes, reviewer, digest } = review;
  const { timeZone } = settings.publication;
  return [
    { term: 'Edition', text: dayOf(proof.date) },
    { term: 'Goes out', text: sendAt === null ? 'by command' : whenText(sendAt, { timeZone, now }) },
    { term: 'To', text: countText(audience) },
    { term: 'Length', text: `${words.toLocaleString('en')} words, ${formatReadingTime(minutes)}` },
    digest.editor === undefined
      ? { term: 'Proof by', text: proof.madeBy }
      : { term: 'Written by', text: digest.editor },
    { term: 'You are', text: reviewer === '' ? 'someone with a forwarded link' : reviewer },
  ];
}

function shownChange({ parts }: Review['changes'][number]) {
  return {
    parts: parts.map(({ kind, text }) => ({
      text,
      deleted: kind === 'deleted',
      inserted: kind === 'inserted',
    })),
  };
}

/** "Wednesday, December 2" */
function dayOf(date: string): string {
  const style = { weekday: 'long', month: 'long', day: 'numeric', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat('en', style).format(new Date(`${date}T12:00:00Z`));
}

export function countText(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'person' : 'people'}`;
}

/** "6:00 AM" */
function shortClock(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en', { hour: 'numeric', minute: '2-digit', timeZone }).format(at);
}

function whenText(
  sendAt: number,
  { timeZone, now }: { readonly timeZone: string; readonly now: number },
): string {
  const minutes = Math.round((sendAt - now) / 60_000);
  const left = minutes > 0 && minutes < 600 ? `, in ${minutes} min` : '';
  return `${clockOf(sendAt, timeZone)}${left}`;
}

function changesTitle({ changes, edition, approvedBy }: Review): string {
  if (edition === undefined || approvedBy !== undefined || edition.revision === 0) return '';
  const { length } = changes;
  return `${length} ${length === 1 ? 'change' : 'changes'} since revision ${edition.revision}`;
}
