import { readAnswer } from '../../domain/sending/read-answer.ts';
import type { SmtpAnswer } from '../../domain/sending/smtp-answer.ts';
import type { MailClaim } from '../../domain/signup/transactional-mail.ts';
import { AppError } from '../../errors/app-error.ts';
import type { Log } from '../../log/log.ts';
import type { MailMessages, Mails } from '../ports/mails.ts';
import type { PublicationRecord, Publications } from '../ports/publications.ts';
import type { RelaySession, RelaySessions, Outgoing, Pacer } from '../ports/relays.ts';
import type { Clock } from '../ports/time.ts';
import { dateInZone } from '../schedule/zones.ts';

export interface SendMailPorts {
  readonly mails: Mails;
  readonly publications: Pick<Publications, 'byId' | 'all'>;
  readonly messages: MailMessages;
  readonly sessions: RelaySessions;
  readonly pacer: Pacer;
  readonly clock: Clock;
  /** Uniform in [0, 1): jitter for retries. */
  readonly random: () => number;
  readonly log: Log;
}

export interface SendMailOptions {
  readonly leaseMs: number;
  /** First pause before a mail is tried again. */
  readonly retryBaseMs: number;
  readonly resendLimit: number;
  /** Aborted when the worker is asked to stop: nothing more is begun, what is in flight is settled. */
  readonly signal: AbortSignal;
}

/**
 * One attempt at one mail, by the protocol of the ledger: claimed under a lease, written down as in flight
 * before its first byte is sent, and settled by the server's reply. A repeated one has the same
 * Message-ID.
 */
export async function sendMail(
  mailId: number,
  ports: SendMailPorts,
  options: SendMailOptions,
): Promise<void> {
  const { mails, clock } = ports;
  if (options.signal.aborted) return;
  const claim = await mails.claim(mailId, {
    now: clock(),
    leaseMs: options.leaseMs,
    resendLimit: options.resendLimit,
    dayOf: await daysOf(ports),
  });
  if (claim === undefined) return;
  const putOff = (ms: number) => mails.release(claim, { dueAt: clock() + ms });
  const known = await ports.publications.byId(claim.publicationId);
  if (known === undefined) {
    ports.log.warn({ publicationId: claim.publicationId }, 'a mail waits for the publication it is of');
    return putOff(options.retryBaseMs);
  }
  const pausedUntil = ports.pacer.pausedUntil(domainOf(claim), clock());
  if (pausedUntil > clock()) return putOff(pausedUntil - clock());
  // Before a session is acquired: one that is never released is lost to all later mails.
  const outgoing = await makeMail(claim, known, ports);
  if (outgoing === undefined) return putOff(options.retryBaseMs);
  // A relay that is down counts as no attempt; the job ends to let others run meanwhile.
  const patience = AbortSignal.any([options.signal, AbortSignal.timeout(options.leaseMs)]);
  const [session] = await ports.sessions.acquire(1, patience);
  if (session === undefined) return putOff(options.signal.aborted ? 0 : options.retryBaseMs);
  await attempt(claim, { session, known, outgoing, ports, options });
}

/** Undefined while the publication's DKIM key does not sign: an unsigned mail is never sent. */
async function makeMail(
  claim: MailClaim,
  known: PublicationRecord,
  { messages, clock, log }: SendMailPorts,
): Promise<Outgoing | undefined> {
  try {
    const make = await messages.open(claim.kind, known);
    return await make(claim, clock());
  } catch (error) {
    const isUnsigned = error instanceof AppError && error.code.startsWith('DKIM_');
    if (!isUnsigned) throw error;
    log.error(
      { publication: known.publication.slug, reason: error.message },
      'a mail waits for its DKIM key',
    );
    return undefined;
  }
}

interface Attempt {
  readonly session: RelaySession;
  readonly known: PublicationRecord;
  readonly outgoing: Outgoing;
  readonly ports: SendMailPorts;
  readonly options: SendMailOptions;
}

async function attempt(
  claim: MailClaim,
  { session, known, outgoing, ports, options }: Attempt,
): Promise<void> {
  const { mails, clock, log } = ports;
  const { leaseMs } = options;
  const today = () => dateInZone(clock(), known.publication.timeZone);
  const beganAt = clock();
  if (!(await begun(claim, { now: beganAt, leaseMs, day: today() }, { mails, session }))) return;
  // A process that was frozen after the commit must not send for a lease that has run out meanwhile.
  if (clock() >= beganAt + leaseMs) {
    session.release();
    return mails.release(claim, { dueAt: clock() });
  }
  const renewal = setInterval(() => {
    mails
      .renew(claim, { now: clock(), leaseMs })
      .catch((error: unknown) => log.warn({ error }, 'the lease of a mail could not be renewed'));
  }, leaseMs / 3);
  const answer = await session.send(outgoing).finally(() => clearInterval(renewal));
  await settle(claim, answer, { ports, options, day: today() });
}

async function begun(
  claim: MailClaim,
  lease: { readonly now: number; readonly leaseMs: number; readonly day: string },
  { mails, session }: { readonly mails: Mails; readonly session: RelaySession },
): Promise<boolean> {
  let isOurs = false;
  try {
    isOurs = await mails.begin(claim, lease);
    return isOurs;
  } finally {
    if (!isOurs) session.release();
  }
}

async function settle(
  claim: MailClaim,
  answer: SmtpAnswer,
  {
    ports,
    options,
    day,
  }: { readonly ports: SendMailPorts; readonly options: SendMailOptions; readonly day: string },
): Promise<void> {
  const now = ports.clock();
  const verdict = readAnswer(answer, {
    attempts: claim.attempts,
    uncertainTimes: claim.uncertainTimes,
    policy: 'resend',
    resendLimit: options.resendLimit,
    now,
    expiresAt: claim.expiresAt,
    random: ports.random(),
    retryBaseMs: options.retryBaseMs,
  });
  await ports.mails.settle(claim, verdict.row, { now, day });
  if (verdict.slowDomain) ports.pacer.slowDown(domainOf(claim), now, verdict.askedPauseMs);
  if (verdict.alarm) {
    ports.log.error({ reason: verdict.reason, text: verdict.alarmText }, 'a mail was refused by policy');
  }
}

/** Today in each publication's zone. */
async function daysOf({ publications, clock }: SendMailPorts): Promise<(publicationId: number) => string> {
  const known = await publications.all();
  const zones = new Map(known.map(({ id, publication }) => [id, publication.timeZone]));
  return (publicationId) => dateInZone(clock(), zones.get(publicationId) ?? 'UTC');
}

function domainOf({ address }: MailClaim): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
