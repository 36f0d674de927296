import type { Publication } from '../../domain/editions/publication.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { SubscriptionKey, Links } from '../ports/links.ts';
import type { Mails } from '../ports/mails.ts';
import type { PublicationRecord } from '../ports/publications.ts';
import type { OwnSubscriptions, Signups } from '../ports/signup.ts';
import type { Clock } from '../ports/time.ts';
import { dateInZone } from '../schedule/zones.ts';
import { createPreferenceActions } from './preference-actions.ts';
import type { PreferencePorts } from './preference-actions.ts';

export interface LinkActionPorts extends PreferencePorts {
  readonly ownSubscriptions: OwnSubscriptions;
  readonly links: Links;
  readonly mails: Pick<Mails, 'addAtMost'>;
  readonly signups: Pick<Signups, 'add' | 'count'>;
  readonly clock: Clock;
  /** Keeps a keyed hash, so that the address cannot be added again. False if there was no such subscriber. */
  readonly erase: (canonical: string, options: { readonly now: number }) => Promise<boolean>;
}

/** The subscriber whose data a manage link shows. */
export interface ManageView {
  readonly publication: Publication;
  readonly address: string;
}

/** What an unsubscription was of. Without `undo` it had been unsubscribed before. */
export interface Left {
  readonly publication?: Publication;
  readonly undo?: { readonly token: string; readonly until: EpochMs };
  /** The subscriber's, or that of the publication. */
  readonly timeZone?: string;
}

/** What an undo was of. */
interface Undone {
  /** False if it is too late. */
  readonly done: boolean;
  readonly publication?: Publication;
  /** The subscriber's, or that of the publication. */
  readonly timeZone?: string;
}

/** How a confirmation ended. */
export interface Confirmed {
  readonly outcome: Outcome;
  readonly publication?: Publication;
  /** True if this request wrote the welcome mail; false if the subscription was active before. */
  readonly isWelcomed?: boolean;
  readonly preferencesToken?: string;
}

const dayMs = 24 * 3_600_000;
const confirmWithinMs = 7 * dayMs;
const undoWithinMs = dayMs;
const manageWithinMs = dayMs;

/** Maximum manage links mailed to one subscriber in 24 hours. */
const manageLinksADay = 2;

export type LinkActions = ReturnType<typeof createLinkActions>;

/**
 * Actions behind the links in mails. Reading changes nothing, every action is idempotent, and an invalid
 * token is an ordinary result.
 */
export function createLinkActions(ports: LinkActionPorts) {
  const { links } = ports;
  return {
    ...createPreferenceActions(ports),
    /** Returns what a confirmation link is of; undefined if the token is invalid. */
    async confirmation(token: string): Promise<{ readonly publication?: Publication } | undefined> {
      const link = links.read('confirm', token);
      return link && { publication: await publicationOf(link, ports) };
    },
    confirm: (token: string) => confirm(token, ports),
    ...createLeaveActions(ports),
    ...createUndoActions(ports),
    ...createManageActions(ports),
  };
}

async function publicationOf(
  { publicationId }: SubscriptionKey,
  { publications }: LinkActionPorts,
): Promise<Publication | undefined> {
  return (await publications.byId(publicationId))?.publication;
}

/** The subscriber's time zone, or that of the publication. */
async function zoneOf(
  { subscriberId }: SubscriptionKey,
  { timeZone }: Publication,
  { ownSubscriptions }: LinkActionPorts,
): Promise<string> {
  return (await ownSubscriptions.profile(subscriberId))?.subscriber.timeZone ?? timeZone;
}

function createLeaveActions(ports: LinkActionPorts) {
  const { ownSubscriptions, links, clock } = ports;
  return {
    /**
     * Returns what an unsubscribe link is of, with the token of the preferences link that is beside it in
     * every mail; undefined if the token is invalid.
     */
    async leaving(
      token: string,
    ): Promise<{ readonly publication?: Publication; readonly preferencesToken?: string } | undefined> {
      const subject = links.readLasting('unsubscribe', token);
      if (subject === undefined) return undefined;
      const publication = await publicationOf(subject, ports);
      if (publication === undefined) return {};
      return { publication, preferencesToken: links.issueLasting('preferences', subject) };
    },
    /**
     * Unsubscribes; undefined if the token is invalid. Only the request that changes the subscription gets a token
     * to undo it, so that a forwarded mail cannot revert what its recipient did.
     */
    async unsubscribe(token: string): Promise<Left | undefined> {
      const subject = links.readLasting('unsubscribe', token);
      if (subject === undefined) return undefined;
      // Unsubscribing works even if the publication's file is missing.
      const left = await ownSubscriptions.unsubscribe(subject, { now: clock() });
      const publication = await publicationOf(subject, ports);
      if (publication === undefined) return {};
      if (left?.changed !== true) return { publication };
      const { changedAt } = left;
      return {
        publication,
        undo: {
          token: links.issue('undo', { ...subject, issuedAt: changedAt }),
          until: changedAt + undoWithinMs,
        },
        timeZone: await zoneOf(subject, publication, ports),
      };
    },
  };
}

function createUndoActions(ports: LinkActionPorts) {
  const { ownSubscriptions, links, clock } = ports;
  return {
    /** Returns what an undo link is of; undefined if the token is invalid. */
    async undoing(token: string): Promise<{ readonly publication?: Publication } | undefined> {
      const link = links.read('undo', token);
      return link && { publication: await publicationOf(link, ports) };
    },
    /** Reverts an unsubscription; undefined if the token is invalid. */
    async undo(token: string): Promise<Undone | undefined> {
      const link = links.read('undo', token);
      if (link === undefined) return undefined;
      const publication = await publicationOf(link, ports);
      if (publication === undefined) return { done: false };
      const { issuedAt } = link;
      const done = await ownSubscriptions.undo(link, { issuedAt, now: clock(), withinMs: undoWithinMs });
      return { done, publication, timeZone: await zoneOf(link, publication, ports) };
    },
  };
}

/** Actions on personal data: only a link that was mailed to the subscriber's own mailbox allows them. */
function createManageActions(ports: LinkActionPorts) {
  const { ownSubscriptions, links, clock } = ports;
  /** Returns undefined for an invalid or expired link. */
  const managing = async (token: string) => {
    const link = links.read('manage', token);
    if (link === undefined || isOlder(link.issuedAt, manageWithinMs, clock())) return undefined;
    const [known, profile] = [
      await ports.publications.byId(link.publicationId),
      await ownSubscriptions.profile(link.subscriberId),
    ];
    return known && profile && { publication: known.publication, subscriber: profile.subscriber };
  };
  return {
    /** A forwarded link must not show personal data, so the link to it goes to the subscriber's own mailbox. */
    async requestManageLink(token: string): Promise<void> {
      const subject = links.readLasting('preferences', token);
      if (subject === undefined) return;
      const now = clock();
      const cap = { max: manageLinksADay, since: now - dayMs };
      const mailId = await ports.mails.addAtMost({ kind: 'manage', ...subject, now }, cap);
      if (mailId !== undefined) await ports.queue.sendMail(mailId);
    },
    async manage(token: string): Promise<ManageView | undefined> {
      const found = await managing(token);
      return found && { publication: found.publication, address: found.subscriber.address };
    },
    async download(token: string): Promise<Readonly<Record<string, unknown>> | undefined> {
      const found = await managing(token);
      return found && ownSubscriptions.personalData(found.subscriber.id);
    },
    async erase(token: string): Promise<boolean> {
      const found = await managing(token);
      return found !== undefined && ports.erase(found.subscriber.canonical, { now: clock() });
    },
  };
}

async function confirm(token: string, ports: LinkActionPorts): Promise<Confirmed | undefined> {
  const link = ports.links.read('confirm', token);
  if (link === undefined) return undefined;
  const known = await ports.publications.byId(link.publicationId);
  if (known === undefined) return { outcome: 'subscription-failed' };
  const { publication } = known;
  const now = ports.clock();
  if (isOlder(link.issuedAt, confirmWithinMs, now)) {
    await count({ outcome: 'subscription-failed', reason: 'token-expired' }, known, ports);
    return { outcome: 'subscription-failed', publication };
  }
  const result = await ports.ownSubscriptions.confirm(link, { issuedAt: link.issuedAt, now });
  const preferencesToken = ports.links.issueLasting('preferences', link);
  switch (result.kind) {
    case 'confirmed':
      await count({ outcome: 'thank-you', reason: 'confirmed' }, known, ports);
      await ports.queue.sendMail(result.mailId);
      return { outcome: 'thank-you', publication, isWelcomed: true, preferencesToken };
    case 'already-active':
      return { outcome: 'thank-you', publication, isWelcomed: false, preferencesToken };
    case 'refused':
      await count({ outcome: 'subscription-failed', reason: 'confirmation-void' }, known, ports);
      return { outcome: 'subscription-failed', publication };
  }
}

async function count(
  ending: { readonly outcome: Outcome; readonly reason: string },
  { id: publicationId, publication }: PublicationRecord,
  { signups, clock }: LinkActionPorts,
): Promise<void> {
  const day = dateInZone(clock(), publication.timeZone);
  await signups.count([{ ...ending, day, publicationId, attempts: 1 }]);
}

function isOlder(issuedAt: number, maxMs: number, now: number): boolean {
  return now - issuedAt > maxMs;
}
