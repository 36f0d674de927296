import type { Dns } from '../../domain/doctor/dns.ts';
import type { Finding, FindingId } from '../../domain/doctor/finding.ts';
import type { EditionState } from '../../domain/editions/edition.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import type { EventCounts } from '../../domain/events/outgoing-event.ts';
import type { HeartbeatSummary } from '../../domain/metrics-snapshot.ts';
import type { RelayConfig } from '../../domain/sending/relay.ts';
import type { IsoDate } from '../../domain/units.ts';
import type { SeedMailboxes } from '../ports/canaries.ts';
import type {
  AddressProbe,
  AskPage,
  AskPublicPage,
  BackupRecord,
  ClockReading,
  DatabaseHealth,
  DiskSpace,
  DmarcPolicies,
  Integrity,
  PublishedKeyCheck,
  RelayProbe,
  SpfRecords,
} from '../ports/doctor.ts';
import type { Clock } from '../ports/time.ts';
import type { PublicationSchedule } from '../schedule/list-schedule.ts';

/** Settings that are examined. */
export interface DoctorSettings {
  readonly home: string;
  readonly digests: string;
  readonly databaseKind: 'sqlite' | 'postgres';
  readonly baseUrl: string;
  readonly relays: readonly RelayConfig[];
  /** Places on which this installation takes reports itself. */
  readonly localIntakes: readonly {
    readonly protocol: 'smtp' | 'lmtp';
    readonly host: string;
    readonly port: number;
  }[];
  /** Whether reports that come by mail are read, also from a mailbox. */
  readonly readsReports: boolean;
  /** Mail services whose webhooks are taken. */
  readonly hooks: readonly string[];
  /** Port of mail servers that an MX names. */
  readonly smtpPort: number;
  /** Addresses of this machine's interfaces in the public internet. */
  readonly ownAddresses: readonly string[];
}

/** A Maildir, or a mailbox at an IMAP server. */
export interface InboundMailbox {
  readonly place: string;
  /** What to do if it cannot be opened. */
  readonly fix: string;
  /** Returns why it cannot be read, or undefined. */
  readonly open: (signal: AbortSignal) => Promise<string | undefined>;
}

export interface UnfinishedEdition {
  readonly date: IsoDate;
  readonly state: EditionState;
  readonly onHold: boolean;
}

/** What the checks of the next edition ask. All of it needs a database with the current schema. */
export interface EditionPorts {
  readonly schedule: (slug: string) => Promise<PublicationSchedule>;
  /** Number of problems of a digest that is there. */
  readonly problems: (
    reference: string,
  ) => Promise<{ readonly errors: number; readonly warnings: number; readonly first?: string }>;
  readonly activeSubscribers: (slug: string) => Promise<number>;
  /** Editions that are paused or on hold. */
  readonly unfinished: (slug: string) => Promise<readonly UnfinishedEdition[]>;
  readonly workers: () => Promise<HeartbeatSummary>;
  readonly eventCounts: () => Promise<readonly EventCounts[]>;
  /** Whether there is a secret to sign events for an endpoint. */
  readonly hasEventSecret: (endpoint: string) => boolean;
  /** The heaviest message of the newest edition that can be composed or was approved. */
  readonly heaviest: (
    slug: string,
  ) => Promise<{ readonly bytes: number; readonly edition: string } | undefined>;
}

export interface DoctorPorts {
  readonly settings: DoctorSettings;
  readonly clock: Clock;
  readonly dns: Dns;
  readonly spf: SpfRecords;
  readonly dmarc: DmarcPolicies;
  readonly listPublications: () => Promise<readonly string[]>;
  /** @throws AppError PUBLICATION_INVALID */
  readonly loadPublication: (slug: string) => Promise<Publication>;
  /** @throws AppError DKIM_KEY_UNUSABLE */
  readonly checkKeys: (slug: string) => Promise<readonly PublishedKeyCheck[]>;
  /** The folders of a seed mailbox. @throws Error whose message says why it cannot be opened. */
  readonly seedFolders: SeedMailboxes['folders'];
  /** Mailboxes that reports are read from. */
  readonly inboundMailboxes: readonly InboundMailbox[];
  readonly probeRelay: RelayProbe;
  readonly probeAddress: AddressProbe;
  readonly askPage: AskPage;
  readonly askPublicPage: AskPublicPage;
  /** @throws AppError CONFIG_SECRET_UNUSABLE; undefined before the first start has made one. */
  readonly secrets: () => Promise<DoctorSecrets | undefined>;
  /** @throws AppError where the database cannot be used as it is. */
  readonly database: () => Promise<DatabaseHealth>;
  readonly integrity: (signal: AbortSignal) => Promise<Integrity>;
  /** Opens the database; called only if `database` found nothing wrong. */
  readonly editions: () => Promise<EditionPorts>;
  readonly newestBackup: () => Promise<BackupRecord | undefined>;
  readonly diskSpace: () => Promise<DiskSpace>;
  /** Absent without REDIS_URL. @throws AppError QUEUE_UNAVAILABLE */
  readonly redis?: () => Promise<{ readonly text: string; readonly trouble?: string; readonly fix?: string }>;
  readonly clockReadings: () => Promise<readonly ClockReading[]>;
}

/** Values that only the secrets of this installation make. */
export interface DoctorSecrets {
  /** A valid envelope sender that belongs to no delivery. */
  readonly returnAddress: (domain: string) => string;
  /** A valid unsubscribe token that belongs to no subscriber. */
  readonly unsubscribeToken: string;
  readonly challenge: string;
  /** Whether an answer to the challenge was made with one of the secrets. */
  readonly isOurs: (answer: string) => boolean;
}

/** One check. What it throws, and running out of time, makes it `not-checked`. */
export interface Check {
  readonly id: FindingId;
  readonly about: string;
  /** Reported only if it resolves to true: else another finding is the cause of what this one would say. */
  readonly onlyIf?: Promise<boolean>;
  readonly run: (signal: AbortSignal) => Promise<readonly Finding[]>;
}
