import type { Arrival } from '../../domain/inbound/feedback.ts';
import { hookMemoryMs } from '../../domain/inbound/hook.ts';
import type { HookProvider, HookReport, StoredHook } from '../../domain/inbound/hook.ts';
import { parseAddress } from '../../domain/subscribers/address.ts';
import type { Log } from '../../log/log.ts';
import type { Feedback, SentMessage } from '../ports/feedback.ts';
import type { Hooks } from '../ports/hooks.ts';
import type { Clock } from '../ports/time.ts';
import type { CheckSns } from './check-sns.ts';

export interface ProcessHooksPorts {
  readonly hooks: Pick<Hooks, 'claim' | 'body' | 'settle' | 'release' | 'forget'>;
  readonly feedback: Pick<Feedback, 'record' | 'sentTo' | 'publicationOf'>;
  /** Resolves with undefined for what is not understood at all. */
  readonly read: (provider: HookProvider, body: Uint8Array) => Promise<readonly HookReport[] | undefined>;
  readonly checkSns: CheckSns;
  /** Whether a Message-ID is the one that Daybrief gave this message. */
  readonly isMessageId: (messageId: string, message: SentMessage) => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

const maxClaimed = 100;
const leaseMs = 60_000;
/** Arrivals of one transaction at most. */
const maxGroup = 250;
/** With pauses that double up to ten minutes: more than half an hour. */
const maxAttempts = 12;
const maxPauseMs = 600_000;
const forgetSlice = 5_000;
const keptOctets = 64 * 1024;

/**
 * Reads the requests of providers that are waiting, and records what they report, as of reports by mail. A request that
 * cannot be processed is tried again, and in the end kept for a person.
 */
export async function processHooks(ports: ProcessHooksPorts, { signal }: { readonly signal: AbortSignal }) {
  const { hooks, clock } = ports;
  for (;;) {
    const claimed = await hooks.claim({ now: clock(), leaseMs, limit: maxClaimed });
    if (claimed.length === 0) return;
    await processGroup(claimed, ports);
    if (signal.aborted) return;
  }
}

/** Forgets requests that came so long ago that none like them would be taken again. */
export async function forgetHooks({
  hooks,
  clock,
}: Pick<ProcessHooksPorts, 'hooks' | 'clock'>): Promise<void> {
  const before = clock() - hookMemoryMs;
  while ((await hooks.forget({ before, limit: forgetSlice })) === forgetSlice);
}

/** A request and what it reports. */
interface ReadHook {
  readonly hook: StoredHook;
  readonly arrivals: readonly Arrival[];
}

/** Small requests share a transaction, because a burst brings each bounce in one of its own. */
async function processGroup(claimed: readonly StoredHook[], ports: ProcessHooksPorts): Promise<void> {
  let group: ReadHook[] = [];
  for (const hook of claimed) {
    try {
      group.push({ hook, arrivals: await readOne(hook, ports) });
    } catch (error) {
      await postpone(hook, error, ports);
    }
    if (group.reduce((sum, { arrivals }) => sum + arrivals.length, 0) < maxGroup) continue;
    await recordGroup(group, ports);
    group = [];
  }
  await recordGroup(group, ports);
}

/** One request that cannot be recorded does not hold up those that came with it. */
async function recordGroup(group: readonly ReadHook[], ports: ProcessHooksPorts): Promise<void> {
  try {
    await record(group, ports);
  } catch (failure) {
    if (group.length === 1 && group[0] !== undefined) return postpone(group[0].hook, failure, ports);
    for (const one of group) await recordGroup([one], ports);
  }
}

async function record(group: readonly ReadHook[], ports: ProcessHooksPorts): Promise<void> {
  if (group.length === 0) return;
  await recordAll(
    group.flatMap(({ arrivals }) => arrivals),
    ports,
  );
  await ports.hooks.settle(group.map(({ hook }) => hook));
}

async function recordAll(
  arrivals: readonly Arrival[],
  { feedback, clock }: ProcessHooksPorts,
): Promise<void> {
  for (let at = 0; at < arrivals.length; at += maxGroup) {
    await feedback.record(arrivals.slice(at, at + maxGroup), { now: clock() });
  }
}

async function readOne(hook: StoredHook, ports: ProcessHooksPorts): Promise<readonly Arrival[]> {
  const body = await ports.hooks.body(hook);
  if (hook.provider === 'ses' && !(await ports.checkSns(body))) return [];
  const reports = await ports.read(hook.provider, body);
  if (reports === undefined) {
    ports.log.warn({ provider: hook.provider }, 'a webhook could not be read: it is no JSON');
    return [];
  }
  const arrivals: Arrival[] = [];
  for (const [index, found] of reports.entries()) {
    arrivals.push(await toArrival(found, { fingerprint: `${hook.fingerprint}/${index}` }, ports));
  }
  return arrivals;
}

async function toArrival(
  found: HookReport,
  { fingerprint }: { readonly fingerprint: string },
  ports: ProcessHooksPorts,
): Promise<Arrival> {
  const delivery = found.report.delivery ?? (await findByMessageId(found, ports));
  const report = delivery === undefined ? found.report : { ...found.report, delivery };
  // A complaint of which only the address is known is believed: who knows the path, or signs, is a provider.
  const arrival = {
    report,
    source: 'webhook',
    fingerprint,
    raw: found.raw,
    isTrusted: found.isSure,
  } as const;
  if (report.kind !== 'unsubscribe') return arrival;
  const publicationId = delivery && (await ports.feedback.publicationOf(delivery.editionId));
  if (delivery === undefined || publicationId === undefined) {
    return { ...arrival, report: { ...report, kind: 'other', reason: 'unsubscribe-without-id' } };
  }
  return { ...arrival, leaves: { publicationId, subscriberId: delivery.subscriberId } };
}

/** Message-IDs are keyed hashes of what they name, so each message to the address is compared. */
async function findByMessageId({ report, messageIds }: HookReport, ports: ProcessHooksPorts) {
  const parsed = messageIds.length === 0 ? undefined : parseAddress(report.recipient ?? '');
  if (parsed?.ok !== true) return undefined;
  for (const message of await ports.feedback.sentTo(parsed.canonical)) {
    if (!messageIds.some((messageId) => ports.isMessageId(messageId, message))) continue;
    const { editionId, subscriberId } = message;
    return { editionId, subscriberId, by: 'returned-message' } as const;
  }
  return undefined;
}

async function postpone(hook: StoredHook, error: unknown, ports: ProcessHooksPorts): Promise<void> {
  const { hooks, clock, log } = ports;
  const about = { error, provider: hook.provider, attempt: hook.epoch };
  if (hook.epoch < maxAttempts) {
    log.warn(about, 'a webhook could not be processed, and will be tried again');
    await hooks.release(hook, { dueAt: clock() + Math.min(maxPauseMs, 1_000 * 2 ** hook.epoch) });
    return;
  }
  log.error(about, 'a webhook could not be processed; it is kept for a person');
  const raw = (await hooks.body(hook)).subarray(0, keptOctets);
  const text = `A webhook of ${hook.provider} could not be processed: ${(error as Error).message}`;
  const evidence = { text: text.slice(0, 500), source: 'none' } as const;
  const report = { kind: 'other', reason: 'unclassified', evidence } as const;
  const kept = { report, source: 'webhook', fingerprint: hook.fingerprint, raw, isTrusted: false } as const;
  await recordAll([kept], ports);
  await hooks.settle([hook]);
}
