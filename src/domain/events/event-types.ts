/** What an event of a type tells, and the `data` of an example. */
interface EventType {
  /** When it is sent, as a sentence. */
  readonly when: string;
  readonly example: Readonly<Record<string, unknown>>;
}

const edition = { publication: 'letter', date: '2026-11-25' } as const;
const subscriber = { publication: 'letter', subscriber: '48213' } as const;

function editionExample(
  event: string,
  state: string,
  { revision = 2, intended = 0, by = 'Jo Park', detail = '' } = {},
): Readonly<Record<string, unknown>> {
  return { ...edition, event, state, revision, intended, by, detail };
}

const underway = { intended: 12_480 };
const byWorker = { intended: 12_480, by: 'worker' };

/** Every type of event, in the order of docs/events.md, which has this table and is compared with it by a test. */
export const eventTypes = {
  'edition.composed': {
    when: 'A proof was composed and stored.',
    example: editionExample('composed', 'draft', { revision: 0, detail: 'proof 1, 9f86d081884c7d65' }),
  },
  'edition.approved': {
    when: 'A revision was approved.',
    example: editionExample('approved', 'approved', { detail: 'revision 2, 9f86d081884c7d65' }),
  },
  'edition.approval_taken_back': {
    when: 'The approval was taken back; the edition is on hold.',
    example: editionExample('approval-taken-back', 'approved'),
  },
  'edition.sent_back': {
    when: 'A reviewer sent a proof back with a note.',
    example: editionExample('sent-back', 'draft', {
      revision: 0,
      detail: 'The second story lacks a source.',
    }),
  },
  'edition.scheduled': {
    when: 'It will be sent at its send time.',
    example: editionExample('scheduled', 'scheduled', { detail: 'revision 2' }),
  },
  'edition.unscheduled': {
    when: 'It was put on hold.',
    example: editionExample('unscheduled', 'approved'),
  },
  'edition.released': { when: 'The hold ended.', example: editionExample('released', 'approved') },
  'edition.sending': {
    when: 'Sending began; `intended` is the number of recipients.',
    example: editionExample('published', 'sending', { ...byWorker, detail: '12480 recipients' }),
  },
  'edition.canary_passed': {
    when: 'The first recipients got it well; all others follow.',
    example: editionExample('canary-passed', 'sending', byWorker),
  },
  'edition.seeds_passed': {
    when: 'The seed mailboxes got it well; sending goes on.',
    example: editionExample('seeds-passed', 'sending', byWorker),
  },
  'edition.halted': {
    when: 'The first recipients did not get it well; it is paused.',
    example: editionExample('halted', 'paused', { ...byWorker, detail: '3.1 % bounced' }),
  },
  'edition.stopped': {
    when: 'Daybrief paused it because of a fault while it was being sent.',
    example: editionExample('stopped', 'paused', { ...byWorker, detail: 'The relay refuses the sender.' }),
  },
  'edition.paused': { when: 'A user paused it.', example: editionExample('paused', 'paused', underway) },
  'edition.resumed': { when: 'Sending goes on.', example: editionExample('resumed', 'sending', underway) },
  'edition.retried': {
    when: 'It is sent once more to recipients who did not get it.',
    example: editionExample('retried', 'sending', { ...underway, detail: '14 recipients' }),
  },
  'edition.done': {
    when: 'Every recipient has a final outcome; `counts` add up to `intended`.',
    example: {
      ...editionExample('finished', 'sent', { ...byWorker, detail: 'sent' }),
      counts: { accepted: 12_431, failed: 30, suppressed: 17, uncertain: 2 },
    },
  },
  'edition.cancelled': {
    when: 'It was cancelled; recipients who did not get it yet will not.',
    example: editionExample('cancelled', 'cancelled'),
  },
  'edition.missed': {
    when: 'Its deadline passed and it was not sent.',
    example: editionExample('missed', 'missed', { revision: 0, by: 'schedule' }),
  },
  'edition.corrected': {
    when: 'The page of a sent edition was corrected.',
    example: editionExample('corrected', 'sent', { ...underway, detail: 'revision 3: The name was wrong.' }),
  },
  'edition.withdrawn': {
    when: 'The page of a sent edition was replaced by a notice.',
    example: editionExample('withdrawn', 'sent', { ...underway, detail: 'The figures were wrong.' }),
  },
  'edition.complaints_accepted': {
    when: 'A user accepted the complaints that held the edition up.',
    example: editionExample('complaints-accepted', 'approved'),
  },
  'edition.restored': {
    when: 'It is on hold because a backup was restored.',
    example: editionExample('restored', 'approved', { detail: 'approved in the backup' }),
  },
  'alarm.raised': {
    when: 'Something needs a human; `kind` as in [alarms](schedule.md#alarms).',
    example: { ...edition, kind: 'not-approved', text: 'letter/2026-11-25 is not approved.' },
  },
  'subscription.asked': {
    when: 'A signup waits for its confirmation.',
    example: { ...subscriber, state: 'pending' },
  },
  'subscription.confirmed': {
    when: 'A subscription became active: by its confirmation, or at once without double opt-in.',
    example: { ...subscriber, state: 'active' },
  },
  'subscription.added': {
    when: 'A user added the subscriber, or activated the subscription again.',
    example: { ...subscriber, state: 'active' },
  },
  'subscription.unsubscribed': {
    when: 'The subscriber left, or a user unsubscribed them.',
    example: { ...subscriber, state: 'unsubscribed' },
  },
  'subscription.resubscribed': {
    when: 'The subscriber reverted their unsubscription.',
    example: { ...subscriber, state: 'active' },
  },
  'subscription.suppressed': {
    when: 'The address gets no more mail: it bounced, complained, or a user said so.',
    example: { ...subscriber, state: 'suppressed' },
  },
  'subscription.unsuppressed': {
    when: 'A suppression ended; `state` is what it was before.',
    example: { ...subscriber, state: 'active' },
  },
  'subscription.erased': {
    when: 'The subscriber and their data were erased.',
    example: { ...subscriber, state: 'erased' },
  },
  'subscriptions.changed': {
    when: 'More than 100 subscriptions changed together; one event instead of one for each.',
    example: { publication: 'letter', change: 'subscription.suppressed', subscribers: 2_310 },
  },
  'subscriptions.imported': {
    when: 'A part of an import was stored, some thousands of rows; only those that changed something are counted.',
    example: {
      publication: 'letter',
      source: 'import',
      added: 940,
      updated: 12,
      unsubscribed: 3,
      suppressed: 0,
    },
  },
  'delivery.bounced': {
    when: 'A bounce of an accepted delivery was reported: once, and again if it turns out to be a hard one.',
    example: {
      ...subscriber,
      date: '2026-11-25',
      class: 'hard',
      reason: 'bad-address',
      code: 550,
      enhanced: '5.1.1',
    },
  },
  'delivery.complained': {
    when: 'A recipient complained about an edition: once.',
    example: {
      ...subscriber,
      date: '2026-11-25',
      class: null,
      reason: 'abuse',
      code: null,
      enhanced: null,
    },
  },
} as const satisfies Readonly<Record<string, EventType>>;

export type EventTypeName = keyof typeof eventTypes;

export const eventTypeNames = Object.keys(eventTypes) as readonly EventTypeName[];

/** Also accepted in publication.yaml: all types of one noun. */
export const eventGroups = ['edition', 'alarm', 'subscription', 'subscriptions', 'delivery'] as const;

/** The type of the event for an entry of an edition's history; undefined if there is none. */
export function editionEventType(event: string): EventTypeName | undefined {
  const named = { published: 'sending', finished: 'done' }[event] ?? event.replaceAll('-', '_');
  const type = `edition.${named}`;
  return isEventType(type) ? type : undefined;
}

function isEventType(text: string): text is EventTypeName {
  return Object.hasOwn(eventTypes, text);
}

/** True if the list names the type or its noun; an empty list names all. */
export function isWanted(type: string, types: readonly string[]): boolean {
  return types.length === 0 || types.includes(type) || types.includes(type.slice(0, type.indexOf('.')));
}
