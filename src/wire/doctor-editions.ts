import type { EditionPorts } from '../app/doctor/doctor-ports.ts';
import type { Composition } from '../app/editions/compose-edition.ts';
import type { PublicationSchedule } from '../app/schedule/list-schedule.ts';
import { sendTime } from '../app/schedule/zones.ts';
import { keysFor, readEventSecrets } from '../config/event-secrets.ts';
import { heaviestBytes } from '../delivery/message/sample-message.ts';
import type { Edition, RevisionSettings } from '../domain/editions/edition.ts';
import type { Problem } from '../domain/editions/problem.ts';
import type { CompiledMessage } from '../domain/message/compiled-message.ts';
import { AppError } from '../errors/app-error.ts';
import type { WireBase } from './base.ts';
import { lazy } from './base.ts';

/** What `doctor` uses of the actions on editions. */
export interface EditionWiring {
  readonly schedule: { readonly list: (slug: string | undefined) => Promise<readonly PublicationSchedule[]> };
  readonly compose: (reference: string) => Promise<Composition>;
}

/** Two DKIM signatures, and what relays count besides. */
const signatureBytes = 3 * 1024;

/** Editions that are looked at for one that is not finished. */
const recentEditions = 14;

/** Opens the database for the checks of editions. */
export async function wireDoctorEditions(base: WireBase, editions: EditionWiring): Promise<EditionPorts> {
  const { store, clock, config } = base;
  const { publications, subscribers, heartbeats, ...stored } = await store();
  const recent = remembered(async (slug) => {
    const id = await publications.find(slug);
    return id === undefined ? [] : stored.editions.latest(id, recentEditions);
  });
  const schedule = remembered(async (slug) => {
    const [found] = await editions.schedule.list(slug);
    return found ?? { publication: slug, days: [] };
  });
  const compose = remembered((reference) => composeFor(reference, editions));
  return {
    schedule,
    problems: async (reference) => {
      const { problems } = await compose(reference);
      const first = problems.find(({ severity }) => severity === 'error');
      return {
        errors: problems.filter(({ severity }) => severity === 'error').length,
        warnings: problems.filter(({ severity }) => severity === 'warning').length,
        ...(first === undefined ? {} : { first: first.message }),
      };
    },
    activeSubscribers: async (slug) => {
      const id = await publications.find(slug);
      return id === undefined ? 0 : (await subscribers.audience(id)).active;
    },
    unfinished: async (slug) =>
      (await recent(slug)).filter(
        ({ state, onHold }) =>
          state === 'paused' || (onHold && state !== 'sent' && state !== 'cancelled' && state !== 'missed'),
      ),
    workers: () => heartbeats.summary(clock()),
    eventCounts: () => stored.storedEvents.counts(),
    hasEventSecret: (endpoint) => keysFor(readEventSecrets(config), endpoint).length > 0,
    heaviest: async (slug) => {
      const next = (await schedule(slug)).days.find(({ outlook }) => outlook !== 'none');
      const reference =
        next === undefined || next.outlook === 'needs-digest' ? undefined : `${slug}/${next.date}`;
      const composed = reference === undefined ? undefined : (await compose(reference)).heaviest;
      if (composed !== undefined) return { bytes: composed, edition: reference ?? slug };
      const newest = (await recent(slug)).find(({ revision }) => revision > 0);
      return newest === undefined ? undefined : approvedSize(newest, { slug, base });
    },
  };
}

interface Composed {
  readonly problems: readonly Problem[];
  /** Undefined if it has mistakes. */
  readonly heaviest?: number;
}

async function composeFor(reference: string, editions: EditionWiring): Promise<Composed> {
  try {
    const { problems, message, publication, digest, baseUrl } = await editions.compose(reference);
    const { slug, bounceDomain } = publication;
    const { date } = digest;
    const sentAt = sendTime(date, publication);
    const size = heaviestBytes({ message, slug, date, baseUrl, bounceDomain, sentAt });
    return { problems, heaviest: size + signatureBytes };
  } catch (error) {
    if (!(error instanceof AppError) || !('problems' in error)) throw error;
    return { problems: error.problems as readonly Problem[] };
  }
}

async function approvedSize(
  edition: Edition,
  { slug, base }: { readonly slug: string; readonly base: WireBase },
): ReturnType<EditionPorts['heaviest']> {
  const { editions } = await base.store();
  const revision = await editions.revision(edition.id, edition.revision);
  if (revision === undefined) return undefined;
  const { publication, baseUrl } = JSON.parse(revision.settings) as RevisionSettings;
  const message = JSON.parse(revision.message) as CompiledMessage;
  const { bounceDomain } = publication;
  const { date } = edition;
  const size = heaviestBytes({
    message,
    slug,
    date,
    baseUrl,
    bounceDomain,
    sentAt: sendTime(date, publication),
  });
  return { bytes: size + signatureBytes, edition: `${slug}/${date}` };
}

/** Each answer is found once. */
function remembered<T>(find: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const kept = new Map<string, () => Promise<T>>();
  return async (key) => {
    const known = kept.get(key) ?? lazy(() => find(key));
    kept.set(key, known);
    return known();
  };
}
