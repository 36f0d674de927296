import type { AuditEntry } from '../../../app/ports/subscribers.ts';
import type { AddressExplanation } from '../../../app/subscribers/explain-address.ts';
import { formatCounted } from '../../../domain/numbers.ts';
import { reasonText } from './reason-text.ts';
import { dateTimeOf } from './times.ts';

export interface ExplanationContext {
  readonly base: string;
  readonly address: string;
  readonly said: string;
  readonly mistake: string;
  readonly history: readonly AuditEntry[];
  readonly maySuppress: boolean;
  readonly may: (slug: string) => boolean;
  /** Pages of the desk about many subscribers. */
  readonly links: readonly { readonly href: string; readonly text: string }[];
}

const zone = 'UTC';

/** The data of `templates/desk/subscriber.hbs`. What belongs to publications the user has nothing to do with is left out. */
export function explanationView(explanation: AddressExplanation | undefined, context: ExplanationContext) {
  const { base, may } = context;
  const frame = { ...frameOf(context), found: explanation !== undefined };
  if (explanation === undefined) return { ...frame, ...nothing };
  const { known, suppressed, since } = explanation;
  const state = suppressed ? ' It is suppressed: no mail goes to it.' : '';
  return {
    ...frame,
    heading: explanation.address,
    sentence: known
      ? `${explanation.name === '' ? 'Known' : `${explanation.name}, known`} since ${dateTimeOf(since ?? 0, zone)} UTC.${state}`
      : `Nobody with this address is a subscriber.${state}`,
    subscriptions: explanation.subscriptions
      .filter(({ publication }) => may(publication))
      .map(({ publication, state: is, source, changedAt, pausedUntil }) => ({
        publication,
        state: is,
        since: dateTimeOf(changedAt, zone),
        source,
        paused: pausedUntil > Date.now() ? `paused until ${dateTimeOf(pausedUntil, zone)}` : '',
        unsubscribe: is === 'active' || is === 'pending' ? `${base}/p/${publication}/unsubscribe` : '',
        resubscribe: is === 'unsubscribed' && !suppressed ? `${base}/p/${publication}/resubscribe` : '',
      })),
    editions: editionRows(explanation, context),
    feedback: explanation.feedback
      .filter(({ publication }) => publication === '' || may(publication))
      .map(({ publication, date, kind, reason, text, firstAt }) => ({
        name: publication === '' ? 'transactional mail' : `${publication}/${date}`,
        kind,
        reason: reasonText(reason),
        text: text ?? '',
        at: dateTimeOf(firstAt, zone),
      })),
    mails: explanation.mails
      .filter(({ publication }) => may(publication))
      .map(({ publication, kind, state: is, reason, replyText, changedAt }) => ({
        publication,
        kind,
        state: is,
        reason: reasonText(reason),
        text: replyText ?? '',
        at: dateTimeOf(changedAt, zone),
      })),
    history: context.history
      .filter(({ publication }) => publication === null || may(publication))
      .map(({ at, actor, action, reason, publication }) => ({
        at: dateTimeOf(at, zone),
        actor,
        action: publication === null ? action : `${action} from ${publication}`,
        reason,
      })),
    suppress: context.maySuppress && !suppressed ? `${base}/subscribers/suppress` : '',
    unsuppress: context.maySuppress && suppressed ? `${base}/subscribers/unsuppress` : '',
  };
}

function frameOf({ base, address, said, mistake, links }: ExplanationContext) {
  return { path: `${base}/subscribers`, address, said, mistake, links };
}

const nothing = {
  heading: 'Subscribers',
  sentence: '',
  subscriptions: [],
  editions: [],
  feedback: [],
  mails: [],
  history: [],
  suppress: '',
  unsuppress: '',
};

const absences = {
  'not-begun': 'in the audience, not begun yet',
  'not-subscribed': 'not a subscriber of this publication',
  'subscribed-later': 'subscribed after the edition was published',
  paused: 'paused at that moment',
  'not-active': 'was not active when the edition was published',
} as const;

function editionRows(
  { deliveries, absences: missing }: AddressExplanation,
  { base, may }: ExplanationContext,
) {
  const rows = [
    ...deliveries.map((row) => ({
      ...row,
      at: row.changedAt,
      why: reasonText(row.reason),
      text: row.replyText ?? '',
      tries: formatCounted(row.attempts, 'try', 'tries'),
    })),
    ...missing.map((row) => ({
      ...row,
      at: row.publishedAt,
      state: 'no delivery',
      why: absences[row.reason],
      text: '',
      tries: '',
    })),
  ];
  return rows
    .filter(({ publication }) => may(publication))
    .toSorted((a, b) => b.date.localeCompare(a.date))
    .map(({ publication, date, state, why, text, tries, at }) => ({
      name: `${publication}/${date}`,
      href: `${base}/p/${publication}/${date}`,
      state,
      why,
      text,
      tries,
      at: dateTimeOf(at, zone),
    }));
}
