import type { Edition } from '../../../domain/editions/edition.ts';
import type { SeedFinding, SeedMailbox } from '../../../domain/sending/seeds/seed.ts';
import type { SmtpAnswer } from '../../../domain/sending/smtp-answer.ts';
import type { Log } from '../../../log/log.ts';
import type { SeedClaim, SeedMailboxes, Seeds } from '../../ports/canaries.ts';
import type { Editions } from '../../ports/editions.ts';
import type { Messages } from '../../ports/messages.ts';
import type { RelaySessions } from '../../ports/relays.ts';
import type { Clock } from '../../ports/time.ts';
import { examineArrival } from './examine-arrival.ts';
import type { ExaminePorts } from './examine-arrival.ts';
import { mailboxOf, makeSeedMessage, readSeedSettings } from './seed-message.ts';
import type { SeedMessage } from './seed-message.ts';

export interface SeedPorts extends ExaminePorts {
  readonly editions: Pick<Editions, 'get' | 'revisionHead'>;
  readonly mailboxes: SeedMailboxes;
  /** Makers whose messages belong to no delivery. */
  readonly messages: Messages;
  readonly sessions: RelaySessions;
  readonly clock: Clock;
  readonly log: Log;
}

export interface SeedOptions {
  /** Aborted when the worker is asked to stop. */
  readonly signal: AbortSignal;
  /** Of a seed; what takes longer is given up and done again. */
  readonly leaseMs: number;
  /** How soon a mailbox is looked at again. */
  readonly againMs: number;
}

/** Seeds taken per run; the next run finds the rest. */
const limit = 10;

/**
 * Takes each seed that is due a step further: hands the message to a relay, then looks for it in the mailbox, then
 * checks it. Every step is stored before the next, so any worker goes on after a crash; a message that is sent twice
 * has the same bytes and Message-ID.
 */
export async function runSeeds(
  ports: SeedPorts & { readonly seeds: Seeds },
  options: SeedOptions,
): Promise<void> {
  const { seeds, clock, log } = ports;
  const advance = async (id: number): Promise<void> => {
    const claim = await seeds.claim(id, { now: clock(), leaseMs: options.leaseMs });
    if (claim === undefined) return;
    const patience = AbortSignal.any([options.signal, AbortSignal.timeout(options.leaseMs)]);
    const step = await stepOf(claim, ports, patience).catch((error: unknown): Settled => {
      log.warn({ error, editionId: claim.editionId }, 'a seed could not be checked; trying again');
      return { kind: 'again' };
    });
    if (options.signal.aborted) return;
    if (step.kind === 'again') await seeds.release(claim, { ...step, nextAt: clock() + options.againMs });
    else await seeds.settle(claim, { ...step, state: step.kind, at: clock() });
  };
  await Promise.all((await seeds.due({ now: clock(), limit })).map(advance));
}

export type Step =
  /** What is found by now does not decide yet. */
  | { readonly kind: 'again'; readonly sentAt?: number; readonly findings?: readonly SeedFinding[] }
  | { readonly kind: 'passed' | 'failed'; readonly findings: readonly SeedFinding[] };

type Settled = Step | { readonly kind: 'dropped'; readonly findings: readonly SeedFinding[] };

async function stepOf(claim: SeedClaim, ports: SeedPorts, signal: AbortSignal): Promise<Settled> {
  const edition = await ports.editions.get(claim.editionId);
  if (edition.state === 'paused' && edition.awaitsSeeds) return { kind: 'again' };
  const isWanted = edition.awaitsSeeds && edition.revision === claim.revision && edition.state === 'sending';
  const { seeds, baseUrl } = await readSeedSettings(edition, ports.editions);
  const mailbox = mailboxOf(seeds, claim.address);
  if (!isWanted || mailbox === undefined) return { kind: 'dropped', findings: [] };
  return nextStep(claim, { edition, mailbox, baseUrl, minutes: seeds.minutes, signal }, ports);
}

interface StepContext {
  readonly edition: Edition;
  readonly mailbox: SeedMailbox;
  /** Where our own pages are. */
  readonly baseUrl: string;
  /** How long each of handing over and arriving may take. */
  readonly minutes: number;
  readonly signal: AbortSignal;
}

/** Hands the message of a seed to a relay; once a relay has it, looks for it in the mailbox and checks it. */
export async function nextStep(
  seed: Pick<SeedClaim, 'address' | 'createdAt' | 'sentAt'>,
  context: StepContext,
  ports: SeedPorts,
): Promise<Step> {
  const { sentAt, createdAt } = seed;
  const message = await makeMessage(seed, context.edition, ports);
  if ('failed' in message) return fail('handed-over', message.failed);
  const isLate = ports.clock() >= (sentAt ?? createdAt) + context.minutes * 60_000;
  if (sentAt !== null) return look(message, { ...context, isLate }, ports);
  return handOver(message, { ...ports, signal: context.signal, isLate });
}

function fail(check: SeedFinding['check'], text: string): Step {
  return { kind: 'failed', findings: [{ check, ok: false, text }] };
}

/** What was approved can no longer be made into a message: waiting would change nothing. */
async function makeMessage(
  { address, createdAt: at }: Pick<SeedClaim, 'address' | 'createdAt'>,
  edition: Edition,
  ports: SeedPorts,
): Promise<SeedMessage | { readonly failed: string }> {
  try {
    return await makeSeedMessage(edition, { address, at }, ports);
  } catch (error) {
    return { failed: (error as Error).message.replace(/\.$/u, '') };
  }
}

interface HandingOver {
  readonly sessions: RelaySessions;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly isLate: boolean;
}

async function handOver({ outgoing }: SeedMessage, on: HandingOver): Promise<Step> {
  const [session] = await on.sessions.acquire(1, on.signal);
  if (session === undefined) {
    return on.isLate ? fail('handed-over', 'no relay takes the message') : { kind: 'again' };
  }
  const answer = await session.send(outgoing);
  if (answer.kind === 'accepted') return { kind: 'again', sentAt: on.clock() };
  const isFinal = answer.kind === 'needs-smtputf8' || (answer.kind === 'refused' && answer.code >= 500);
  const text = `the relay did not take the message: ${describeAnswer(answer)}`;
  return isFinal || on.isLate ? fail('handed-over', text) : { kind: 'again' };
}

function describeAnswer(answer: Exclude<SmtpAnswer, { readonly kind: 'accepted' }>): string {
  if (answer.kind === 'refused') return `${answer.code} ${answer.text}`;
  return 'text' in answer ? answer.text : answer.kind;
}

type Looking = StepContext & { readonly isLate: boolean };

async function look(message: SeedMessage, looking: Looking, ports: SeedPorts): Promise<Step> {
  const { mailbox, signal, isLate, minutes } = looking;
  const found = await ports.mailboxes
    .find(mailbox, message.sought, signal)
    .then((arrived) => ({ arrived, why: '' }))
    .catch((error: unknown) => ({ arrived: undefined, why: (error as Error).message.replace(/\.$/u, '') }));
  if (found.arrived === undefined) {
    const within = `within ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
    const text =
      found.why === ''
        ? `it did not arrive ${within}`
        : `its mailbox could not be read ${within}: ${found.why}`;
    const finding: SeedFinding = { check: 'arrived', ok: false, text: found.why === '' ? text : found.why };
    return isLate ? fail('arrived', text) : { kind: 'again', findings: found.why === '' ? [] : [finding] };
  }
  const findings = await examineArrival(
    found.arrived,
    { ...looking, message, hasPage: looking.edition.publishedAt !== null },
    ports,
  );
  const faults = findings.filter(({ ok }) => !ok);
  if (faults.length === 0) return { kind: 'passed', findings };
  const mayPass = !isLate && faults.every((one) => one.mayPass === true);
  return mayPass ? { kind: 'again', findings } : { kind: 'failed', findings };
}
