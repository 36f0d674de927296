import { isAllowed } from '../../domain/accounts/role.ts';
import type { Permission } from '../../domain/accounts/role.ts';
import type { ActedBy } from '../../domain/audit.ts';
import type { DoctorReport } from '../../domain/doctor/finding.ts';
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
import type { AuditLog, Users } from '../ports/accounts.ts';
import type {
  DeskAlarms,
  ReadRecipients,
  RecipientPage,
  RecipientQuery,
  Suppressed,
  SuppressedPage,
  SuppressedQuery,
} from '../ports/desk.ts';
import type { ListedRevision } from '../ports/editions.ts';
import type { Publications } from '../ports/publications.ts';
import type { Clock } from '../ports/time.ts';
import type { AddressExplanation } from '../subscribers/explain-address.ts';
import type { SubscriberService } from '../subscribers/subscriber-service.ts';
import { compareRevisions } from './compare-revisions.ts';
import type { RevisionChanges } from './compare-revisions.ts';
import { readDailyOutcomes } from './daily-outcomes.ts';
import type { DailyOutcomes, DailyPorts } from './daily-outcomes.ts';
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
  /** Suppressed addresses, newest first. */
  suppressed(query: SuppressedQuery): Promise<SuppressedPage>;
  /** How deliveries and attempts to sign up ended by day, on the newest days. */
  outcomes(publicationId: number, days: number): Promise<DailyOutcomes>;
  /** Revisions of an edition, newest first. */
  revisions(edition: Edition): Promise<readonly ListedRevision[]>;
  /** What changed between two revisions; undefined if there is no such revision. */
  changes(
    editionId: number,
    between: { readonly from: number; readonly to: number },
  ): Promise<RevisionChanges | undefined>;
  /** Who did what, newest first. */
  readonly auditLog: AuditLog;
  /** Addresses of the users who may do something in a publication, without those that are disabled. */
  usersWho(permission: Permission, publication: Slug): Promise<readonly string[]>;
  /** Examines what could stop the next edition; takes seconds. */
  doctor(): Promise<DoctorReport>;
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
  readonly suppressed: DeskService['suppressed'];
  readonly doctor: DeskService['doctor'];
  readonly daily: DailyPorts;
  readonly auditLog: AuditLog;
  readonly users: Pick<Users, 'list'>;
  readonly clock: Clock;
}

/** Editions that the page of a publication lists. */
const editionsListed = 30;
/** Revisions that the page of an edition lists. */
const revisionsListed = 20;

export function createDeskService(ports: DeskPorts): DeskService {
  const { statusPorts, clock } = ports;
  const { editions } = statusPorts;
  const { access, relays, hasChanged, draft, actions, subscribers, explain, doctor } = ports;
  const at = (by: ActedBy): ActedBy & { readonly now: EpochMs } => ({ ...by, now: clock() });
  return {
    access,
    relays,
    hasChanged,
    draft,
    actions,
    subscribers,
    explain,
    doctor,
    auditLog: ports.auditLog,
    usersWho: async (permission, publication) =>
      (await ports.users.list())
        .filter(({ grants, disabledAt }) => disabledAt === null && isAllowed(grants, permission, publication))
        .map(({ email }) => email),
    outcomes: (publicationId, days) => readDailyOutcomes(publicationId, days, ports.daily),
    revisions: (edition) => editions.revisions(edition.id, revisionsListed),
    changes: (editionId, between) => compareRevisions(editionId, between, editions),
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
    async suppressed(query) {
      const page = await ports.suppressed(query);
      const suppressed = page.suppressed.map((row) => ({ ...row, evidence: maskEvidence(row) }));
      return { ...page, suppressed };
    },
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

function maskEvidence({ address, evidence }: Suppressed): Suppressed['evidence'] {
  const except = address.toLowerCase();
  return evidence.map((one) =>
    one.kind === 'user' ? one : Object.assign({}, one, { text: maskAddresses(one.text, { except }) }),
  );
}
