import type { ActedBy } from '../../domain/audit.ts';
import type { Edition } from '../../domain/editions/edition.ts';
import type { SlottedText } from '../../domain/message/compiled-message.ts';
import type { RelayConfig } from '../../domain/sending/relay.ts';
import { maskAddresses } from '../../domain/subscribers/mask-addresses.ts';
import type { EpochMs, IsoDate, Slug } from '../../domain/units.ts';
import type { Access } from '../accounts/sign-in.ts';
import type { EditionActions } from '../editions/edition-actions.ts';
import { editionStatus } from '../editions/edition-status.ts';
import type { EditionStatus, StatusPorts } from '../editions/edition-status.ts';
import type { Preview } from '../editions/preview-edition.ts';
import type { DeskAlarms, ReadRecipients, RecipientPage, RecipientQuery } from '../ports/desk.ts';
import type { Publications } from '../ports/publications.ts';
import type { Clock } from '../ports/time.ts';
import type { AddressExplanation } from '../subscribers/explain-address.ts';
import type { SubscriberService } from '../subscribers/subscriber-service.ts';
import { createDeskViews } from './read-desk.ts';
import type { DeskViews, DeskViewPorts } from './read-desk.ts';

export type DeskRelay = Pick<RelayConfig, 'name' | 'sessions' | 'ratePerSecond' | 'weight'>;

/** What the desk reads and does. Its callers have checked what the user may do. */
export interface DeskService {
  readonly access: Access;
  readonly views: DeskViews;
  readonly relays: readonly DeskRelay[];
  /** Newest first. */
  editions(publicationId: number): Promise<readonly Edition[]>;
  /** Undefined where the date has no edition yet. */
  status(publicationId: number, date: IsoDate): Promise<EditionStatus | undefined>;
  /** True if the digest is no longer what was approved. */
  hasChanged(slug: Slug, edition: Edition): Promise<boolean>;
  /** The digest as it would be approved now, with its problems. Throws as `compose` does. */
  draft(reference: string): Promise<Preview>;
  /** The email of a revision; undefined if there is none. */
  email(edition: Edition): Promise<SlottedText | undefined>;
  actions(by: ActedBy): EditionActions;
  markSeen(alarmId: number, by: ActedBy): Promise<boolean>;
  recipients(query: RecipientQuery): Promise<RecipientPage>;
  subscribers(by: ActedBy): Promise<SubscriberService>;
  /** @throws AppError ADDRESS_INVALID */
  explain(email: string): Promise<AddressExplanation>;
}

export interface DeskPorts extends Omit<DeskViewPorts, 'editions'> {
  readonly access: Access;
  readonly relays: readonly DeskRelay[];
  readonly publications: Pick<Publications, 'all'>;
  readonly statusPorts: StatusPorts;
  readonly alarms: DeskAlarms;
  readonly readRecipients: ReadRecipients;
  readonly hasChanged: DeskService['hasChanged'];
  readonly draft: DeskService['draft'];
  readonly actions: DeskService['actions'];
  readonly subscribers: DeskService['subscribers'];
  readonly explain: DeskService['explain'];
  readonly clock: Clock;
}

/** Editions that the page of a publication lists. */
const editionsListed = 30;

export function createDeskService(ports: DeskPorts): DeskService {
  const { statusPorts, clock } = ports;
  const { editions } = statusPorts;
  const { access, relays, hasChanged, draft, actions, subscribers, explain } = ports;
  const at = (by: ActedBy): ActedBy & { readonly now: EpochMs } => ({ ...by, now: clock() });
  return {
    access,
    relays,
    hasChanged,
    draft,
    actions,
    subscribers,
    explain,
    views: createDeskViews({ ...ports, editions }),
    editions: (publicationId) => editions.latest(publicationId, editionsListed),
    async status(publicationId, date) {
      const edition = await editions.find(publicationId, date);
      return edition && editionStatus(edition, statusPorts, clock());
    },
    async email({ id, revision: number }) {
      const revision = await editions.revision(id, number);
      return revision && (JSON.parse(revision.html) as SlottedText);
    },
    markSeen: (alarmId, by) => ports.alarms.markSeen(alarmId, at(by)),
    async recipients(query) {
      const page = await ports.readRecipients(query);
      // A relay's reply may name other recipients.
      const recipients = page.recipients.map((row) => ({
        ...row,
        replyText:
          row.replyText === null ? null : maskAddresses(row.replyText, { except: row.address.toLowerCase() }),
      }));
      return { ...page, recipients };
    },
  };
}
