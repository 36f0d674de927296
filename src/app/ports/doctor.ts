import type { DnsRecord } from '../../domain/doctor/finding.ts';
import type { RelayConfig } from '../../domain/sending/relay.ts';
import type { EpochMs } from '../../domain/units.ts';

/** What an SPF record comes to if nothing in it matches before its end. RFC 7208. */
export interface SpfSurvey {
  readonly kind: 'found';
  readonly record: string;
  /** Terms that make receivers ask the DNS, in this record and all that it includes; at most ten are allowed. */
  readonly lookups: number;
  /** The costly terms of this record, the costliest first. */
  readonly costs: readonly { readonly term: string; readonly lookups: number }[];
  /** Names that are looked up in vain; at most two are allowed. */
  readonly voids: readonly string[];
  /** The domains whose records were read, in lower case. */
  readonly domains: readonly string[];
  /** How the record ends for all others; undefined if it does not say. */
  readonly all?: SpfQualifier | undefined;
  /** The first that makes receivers give up: `permerror`. */
  readonly fault?: SpfFault;
  readonly usesPtr: boolean;
}

export type SpfQualifier = '+' | '-' | '~' | '?';

export type SpfFault =
  | { readonly kind: 'syntax'; readonly domain: string; readonly term: string; readonly why: string }
  | { readonly kind: 'no-record' | 'several' | 'loop'; readonly domain: string }
  | { readonly kind: 'many-exchanges'; readonly domain: string; readonly count: number }
  | { readonly kind: 'failed'; readonly domain: string; readonly why: string };

export type SpfResult = 'pass' | 'fail' | 'softfail' | 'neutral' | 'none' | 'permerror' | 'temperror';

export interface SpfRecords {
  survey(
    domain: string,
  ): Promise<
    | SpfSurvey
    | { readonly kind: 'none' }
    | { readonly kind: 'several'; readonly records: readonly string[] }
    | { readonly kind: 'failed'; readonly why: string }
  >;
  /** What a receiver finds for mail from the IP address under the envelope domain. */
  evaluate(domain: string, ip: string): Promise<SpfResult>;
}

/** A policy as receivers apply it. RFC 9989 sections 4.7 and 4.10. */
export interface DmarcPolicy {
  /** Where its record is: the domain itself or one above it. */
  readonly foundAt: string;
  readonly organization: string;
  readonly record: string;
  readonly policy: 'none' | 'quarantine' | 'reject';
  readonly strictSpf: boolean;
  readonly strictDkim: boolean;
  /** Policy is only a test: `t=y`. */
  readonly isTest: boolean;
  /** Addresses for aggregate reports, without `mailto:`. */
  readonly reportsTo: readonly string[];
  /** What is wrong with the record without making it invalid. */
  readonly remarks: readonly string[];
}

export interface DmarcPolicies {
  policyOf(domain: string): Promise<
    | { readonly kind: 'found'; readonly policy: DmarcPolicy }
    | { readonly kind: 'none'; readonly organization: string }
    /** A record that receivers ignore. */
    | { readonly kind: 'invalid'; readonly at: string; readonly why: string }
    | { readonly kind: 'failed'; readonly why: string }
  >;
  /** The domain that relaxed alignment compares; undefined if the DNS did not say. RFC 9989 section 4.10.2. */
  organizationOf(domain: string): Promise<string | undefined>;
}

export interface CertificateFacts {
  readonly validTo: EpochMs;
  /** TLSv1.3 */
  readonly protocol: string;
}

/** A relay that greeted, encrypted and took the login, or why not. */
export type RelayProbe = (
  relay: RelayConfig,
  signal: AbortSignal,
) => Promise<{
  readonly certificate?: CertificateFacts;
  readonly encrypted: boolean;
  /** EHLO keywords in upper case. */
  readonly extensions: ReadonlyMap<string, string>;
}>;

/** What a mail server says to RCPT of an address; no message is sent. */
export type AddressProbe = (
  server: { readonly host: string; readonly port: number; readonly protocol?: 'smtp' | 'lmtp' },
  address: string,
  signal: AbortSignal,
) => Promise<
  | { readonly kind: 'answered'; readonly code: number; readonly text: string }
  | { readonly kind: 'refused-connection' }
  | { readonly kind: 'silent'; readonly why: string }
>;

export interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The beginning of the body. */
  readonly body: string;
  readonly certificate?: CertificateFacts;
}

export type PageFailure = 'unknown-host' | 'refused' | 'timeout' | 'certificate' | 'broken';

/** Sends one request to the pages at `BASE_URL`, without following redirects. */
export type AskPage = (
  url: string,
  request: { readonly method: 'GET' | 'POST'; readonly body?: string; readonly signal: AbortSignal },
) => Promise<
  | { readonly kind: 'answered'; readonly answer: PageAnswer }
  | { readonly kind: 'failed'; readonly why: PageFailure; readonly said: string }
>;

/** A page of the public internet that a record in the DNS names; undefined if it does not answer 200. */
export type AskPublicPage = (url: string, signal: AbortSignal) => Promise<string | undefined>;

export interface PublishedKeyCheck {
  readonly domain: string;
  readonly selector: string;
  readonly record: DnsRecord;
  readonly published:
    | { readonly kind: 'matches'; readonly isTest: boolean }
    | { readonly kind: 'unknown' | 'wrong'; readonly why: string };
}

export interface DatabaseHealth {
  /** False before the first command that needs it. */
  readonly exists: boolean;
  /** Where it is, without a password. */
  readonly place: string;
  readonly version?: number;
}

/** Whether a database can be read to its end. */
export type Integrity =
  | { readonly kind: 'sound' }
  | { readonly kind: 'damaged' | 'unknown'; readonly why: string };

export interface BackupRecord {
  readonly at: EpochMs;
  readonly path: string;
  readonly sizeBytes: number;
}

export interface DiskSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** A clock elsewhere: how far this machine's is ahead of it. */
export interface ClockReading {
  readonly source: string;
  readonly aheadMs: number;
}
