import { DateTime } from 'luxon';

import type { Publication } from '../../domain/editions/publication.ts';
import { cleanName } from '../../domain/subscribers/clean-name.ts';
import { isCalendarDate } from '../../domain/time/calendar.ts';
import { readTimeZone } from '../../domain/time/time-zone.ts';
import type { IsoDate } from '../../domain/units.ts';
import type { SubscriptionKey, Links } from '../ports/links.ts';
import type { PublicationRecord, Publications } from '../ports/publications.ts';
import type {
  Profile,
  OwnSubscriptions,
  SignupLimits,
  SignupQueue,
  Signups,
  ProfileSubscription,
} from '../ports/signup.ts';
import type { Clock } from '../ports/time.ts';
import { dateInZone } from '../schedule/zones.ts';

export interface PreferencePorts {
  readonly publications: Pick<Publications, 'byId' | 'all'>;
  readonly ownSubscriptions: Pick<OwnSubscriptions, 'profile' | 'saveProfile' | 'pause' | 'unsubscribe'>;
  readonly links: Pick<Links, 'readLasting' | 'issueLasting'>;
  readonly signups: Pick<Signups, 'add' | 'count'>;
  readonly limits: SignupLimits;
  readonly queue: SignupQueue;
  readonly clock: Clock;
}

export interface PreferencesView {
  /** The publication whose mail contained the link. */
  readonly publication: Publication;
  readonly name: string;
  /** IANA zone name, or empty. */
  readonly timeZone: string;
  /** `YYYY-MM-DD`: the first day with mail again; empty where there is no pause. */
  readonly pausedUntil: IsoDate;
  /** Of the link that unsubscribes from `publication`. */
  readonly unsubscribeToken: string;
  /** All publications that can be joined, by name. */
  readonly publications: readonly {
    readonly publication: Publication;
    /** Active, or waiting for a confirmation. */
    readonly subscribed: boolean;
  }[];
}

/** The submitted form of the preferences page, as typed. */
export interface PreferencesInput {
  readonly name: string;
  readonly timeZone: string;
  readonly pausedUntil: string;
  /** Slugs of the selected publications; all others are unsubscribed. */
  readonly publications: readonly string[];
  /** IP address of the visitor; see `SignUpRequest`. */
  readonly network: string;
}

/** Saved, or what was wrong; then nothing is saved. */
export type Saved = 'saved' | 'invalid-time-zone' | 'invalid-pause';

/** Maximum length of a pause; subscribers who want a longer one unsubscribe. */
const longestPauseDays = 366;

/** What a subscriber may change by the link in any edition. */
export function createPreferenceActions(ports: PreferencePorts) {
  return {
    preferences: async (token: string): Promise<PreferencesView | undefined> => {
      const found = await find(token, ports);
      if (found === undefined) return undefined;
      const unsubscribeToken = ports.links.issueLasting('unsubscribe', found.subject);
      return { ...view(found, await ports.publications.all(), ports.clock()), unsubscribeToken };
    },
    /** Undefined for an invalid token. */
    savePreferences: async (token: string, input: PreferencesInput): Promise<Saved | undefined> => {
      const found = await find(token, ports);
      return found && save(found, input, ports);
    },
  };
}

interface Found {
  readonly subject: SubscriptionKey;
  readonly known: PublicationRecord;
  readonly profile: Profile;
}

async function find(token: string, ports: PreferencePorts): Promise<Found | undefined> {
  const subject = ports.links.readLasting('preferences', token);
  if (subject === undefined) return undefined;
  const known = await ports.publications.byId(subject.publicationId);
  const profile = await ports.ownSubscriptions.profile(subject.subscriberId);
  return known && profile && { subject, known, profile };
}

function view(
  { known, profile }: Found,
  all: readonly PublicationRecord[],
  now: number,
): Omit<PreferencesView, 'unsubscribeToken'> {
  const until = Math.max(0, ...profile.subscriptions.map(({ pausedUntil }) => pausedUntil));
  const { publication } = known;
  const { timeZone, name } = profile.subscriber;
  const date = DateTime.fromMillis(until, { zone: timeZone ?? publication.timeZone });
  return {
    publication,
    name,
    timeZone: timeZone ?? '',
    pausedUntil: until > now ? date.toFormat('yyyy-MM-dd') : '',
    publications: all.map((one) => ({
      publication: one.publication,
      subscribed: isIn(profile.subscriptions, one.id),
    })),
  };
}

function isIn(subscriptions: readonly ProfileSubscription[], publicationId: number): boolean {
  const state = subscriptions.find((subscription) => subscription.publicationId === publicationId)?.state;
  return state === 'active' || state === 'pending';
}

async function save(found: Found, input: PreferencesInput, ports: PreferencePorts): Promise<Saved> {
  const { profile, known } = found;
  const { subscriberId } = found.subject;
  const timeZone = input.timeZone === '' ? null : (readTimeZone(input.timeZone) ?? 'invalid');
  if (timeZone === 'invalid') return 'invalid-time-zone';
  const zone = timeZone ?? known.publication.timeZone;
  const until = readPause(input.pausedUntil, { zone, now: ports.clock() });
  if (until === undefined) return 'invalid-pause';
  await ports.ownSubscriptions.saveProfile(subscriberId, { name: cleanName(input.name), timeZone });
  for (const one of await ports.publications.all()) {
    const { id: publicationId, publication } = one;
    const wanted = input.publications.includes(publication.slug);
    if (wanted === isIn(profile.subscriptions, publicationId)) continue;
    if (wanted) await join(one, profile, { ports, network: input.network });
    else await ports.ownSubscriptions.unsubscribe({ publicationId, subscriberId }, { now: ports.clock() });
  }
  await ports.ownSubscriptions.pause(subscriberId, { until });
  return 'saved';
}

/** Start of that day; 0 for no pause; undefined if it is not a date in the future. */
function readPause(
  text: string,
  { zone, now }: { readonly zone: string; readonly now: number },
): number | undefined {
  if (text === '') return 0;
  if (!isCalendarDate(text)) return undefined;
  const until = DateTime.fromISO(text, { zone }).startOf('day');
  const latest = DateTime.fromMillis(now, { zone }).plus({ days: longestPauseDays });
  if (!until.isValid || until > latest) return undefined;
  return until.toMillis() > now ? until.toMillis() : 0;
}

/** Joins through a normal signup, so that a forwarded link cannot subscribe its owner to anything. */
async function join(
  { id: publicationId, publication }: PublicationRecord,
  { subscriber }: Profile,
  { ports, network }: { readonly ports: PreferencePorts; readonly network: string },
): Promise<void> {
  const { address, canonical } = subscriber;
  const now = ports.clock();
  const taken = await ports.limits.take({ canonical, network });
  if (!taken.ok) {
    // Counted as at the form.
    const outcome = taken.limit === 'address' ? 'thank-you' : 'subscription-failed';
    const day = dateInZone(now, publication.timeZone);
    const reason = `${taken.limit}-limit`;
    await ports.signups.count([{ outcome, reason, day, publicationId, attempts: 1 }]);
    return;
  }
  const source = 'preferences';
  await ports.queue.signUp(await ports.signups.add({ publicationId, address, canonical, source, now }));
}
