import type { EpochMs } from '../../units.ts';

/** A mailbox that gets an edition before its subscribers do, to see how it arrives. */
export interface SeedMailbox {
  /** As mail is addressed to it. */
  readonly address: string;
  readonly imap: { readonly host: string; readonly port: number; readonly secure: boolean };
  readonly user: string;
  /** Where its password is: a variable of the environment, or a file; relative to `seeds` in DAYBRIEF_HOME. */
  readonly password: { readonly variable: string } | { readonly file: string };
  /** Folders in which a message is well placed; anywhere else it failed. */
  readonly folders: readonly string[];
  /** The authserv-id of the server whose Authentication-Results are trusted. RFC 8601 section 2.5. */
  readonly trustedHost?: string;
}

export interface SeedSettings {
  readonly mailboxes: readonly SeedMailbox[];
  /** How long a message may take to arrive. */
  readonly minutes: number;
}

export const seedChecks = [
  'handed-over',
  'arrived',
  'folder',
  'headers',
  'content',
  'size',
  'dkim',
  'dmarc',
  'links',
  'unsubscribe',
] as const;

export type SeedCheck = (typeof seedChecks)[number];

/** What one check of an arrived message found. */
export interface SeedFinding {
  readonly check: SeedCheck;
  readonly ok: boolean;
  /** Goes on from the address of the seed, without a full stop. */
  readonly text: string;
  /** It may be otherwise in a minute: a server did not answer. */
  readonly mayPass?: boolean;
}

export const seedStates = ['waiting', 'sent', 'passed', 'failed', 'dropped'] as const;

export type SeedState = (typeof seedStates)[number];

/** One seed of an edition, as `status` shows it. */
export interface EditionSeed {
  readonly address: string;
  readonly revision: number;
  readonly state: SeedState;
  /** Empty until it was looked at; of one that failed, with the reasons. */
  readonly findings: readonly SeedFinding[];
  readonly sentAt: EpochMs | null;
  readonly checkedAt: EpochMs | null;
}

/**
 * The sentences of what failed, the seed's domain first: `gmail.com: the message is in the folder Junk`. Alarms contain
 * no addresses.
 */
function failuresOf(seeds: readonly Pick<EditionSeed, 'address' | 'findings'>[]): readonly string[] {
  return seeds.flatMap(({ address, findings }) =>
    findings.filter(({ ok }) => !ok).map(({ text }) => `${domainOf(address)}: ${text}`),
  );
}

/**
 * Whether the seeds let an edition go on: undefined while one is open and none has failed.
 *
 * @param seeds of the revision that is sent
 */
export function judgeSeeds(
  seeds: readonly EditionSeed[],
): { readonly kind: 'pass' | 'halt'; readonly why: string } | undefined {
  const failed = seeds.filter(({ state }) => state === 'failed');
  if (failed.length > 0)
    return { kind: 'halt', why: `it did not arrive as it should: ${failuresOf(failed).join('; ')}` };
  if (seeds.some(({ state }) => state === 'waiting' || state === 'sent')) return undefined;
  const domains = [...new Set(seeds.map(({ address }) => domainOf(address)))].join(', ');
  return { kind: 'pass', why: `it arrived as approved at ${domains}` };
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
