import type { EpochMs } from '../units.ts';
import { startOf } from './providers.ts';

/**
 * How fast all workers together send to one group of receiving domains: additive increase while it takes everything,
 * multiplicative decrease when a reply speaks of rate. Immutable: each function returns the next state.
 */
export interface ProviderPace {
  /** A provider of `providers.ts`, or a receiving domain in lower case. */
  readonly group: string;
  /** Messages a second that are begun. */
  readonly perSecond: number;
  /** What it took when it last spoke of rate, in messages a second; null if it never has. */
  readonly ceiling: number | null;
  /** How long messages have been sent since, in ms; time without any does not count. */
  readonly quietMs: number;
  readonly grownAt: EpochMs;
  /** When the next message may be begun that no worker has a slot for. */
  readonly nextFreeAt: EpochMs;
  /** Nothing is begun before. */
  readonly pausedUntil: EpochMs;
  /** When it last spoke of rate; 0 if it never has. */
  readonly signalAt: EpochMs;
  /** Workers whose replies decided the ceiling. */
  readonly heardFrom: readonly string[];
  /** What they together saw it take until then, in messages a second; 0 if nothing. */
  readonly taken: number;
  /** What it said, without addresses. */
  readonly reply: string;
}

/** A reply that speaks of rate. */
export interface RateSignal {
  readonly worker: string;
  /** Messages a second that this worker saw accepted until that moment. */
  readonly acceptedPerSecond: (until: EpochMs) => number;
  readonly pausedUntil: EpochMs;
  readonly reply: string;
}

/** Moments for messages, `gapMs` apart. */
export interface Slots {
  readonly from: EpochMs;
  readonly gapMs: number;
  readonly count: number;
}

const minPerSecond = 0.1;
const decrease = 0.5;
/** What it took just before it refused is not tried again at once. */
const belowCeiling = 0.95;
/** From half of the ceiling back to it within so many seconds. */
const recoverySeconds = 10;
/** More than the ceiling is tried after so long without a signal, and then by this share of the start a second. */
const quietBeforeMoreMs = 600_000;
const growth = 0.01;
/** Faster than this is no limit any more. */
const unlimitedStarts = 20;
/** Replies of other workers that come so soon after the first are about the same moment. */
const sameMomentMs = 5_000;
/** A gap in sending that counts as sending. */
const maxStepMs = 2_000;
/** Slots are given for so long ahead: workers ask about once a second. */
export const horizonMs = 1_000;
/** A pace is forgotten so long after the last signal or message. */
const rememberedMs = 7 * 86_400_000;

/** The pace with which a group begins that is limited from the first message. */
export function beginPace(group: string, now: EpochMs): ProviderPace {
  return {
    group,
    perSecond: startOf(group),
    ceiling: null,
    quietMs: 0,
    grownAt: now,
    nextFreeAt: now,
    pausedUntil: 0,
    signalAt: 0,
    heardFrom: [],
    taken: 0,
    reply: '',
  };
}

/**
 * After a reply that speaks of rate: half of what was taken, and nothing during the pause. Further replies to messages
 * that were in flight only lengthen the pause; another worker's share of the same moment is added to the ceiling.
 */
export function slowDown(
  before: ProviderPace | undefined,
  signal: RateSignal & { readonly group: string },
  now: EpochMs,
): ProviderPace {
  const { worker, reply } = signal;
  const pace = before ?? beginPace(signal.group, now);
  const pausedUntil = Math.max(pace.pausedUntil, signal.pausedUntil);
  const nextFreeAt = Math.max(pace.nextFreeAt, pausedUntil);
  const isKnown = now < pace.pausedUntil;
  if (isKnown && (pace.heardFrom.includes(worker) || now - pace.signalAt > sameMomentMs))
    return { ...pace, pausedUntil, nextFreeAt };
  const accepted = signal.acceptedPerSecond(isKnown ? pace.signalAt : now);
  const taken = accepted + (isKnown ? pace.taken : 0);
  const most = isKnown ? Number.POSITIVE_INFINITY : mostOf(before, signal.group);
  // Where nothing was taken, half of what was tried.
  const ceiling = Math.max(Math.min(taken || pace.perSecond * decrease, most), minPerSecond);
  return {
    ...pace,
    ceiling,
    perSecond: Math.max(ceiling * decrease, minPerSecond),
    quietMs: 0,
    grownAt: now,
    pausedUntil,
    nextFreeAt,
    signalAt: isKnown ? pace.signalAt : now,
    heardFrom: isKnown ? [...pace.heardFrom, worker] : [worker],
    taken,
    reply,
  };
}

/** Not faster than before; the first seconds without a limit may be a burst that the receiver takes only once. */
function mostOf(before: ProviderPace | undefined, group: string): number {
  return before === undefined || isUnlimited(before) ? startOf(group) * 2 : before.perSecond;
}

/** Gives one worker the next free moments for at most `wanted` messages; `askAt` is when there are more. */
export function takeSlots(
  before: ProviderPace,
  wanted: number,
  now: EpochMs,
): { readonly pace: ProviderPace; readonly slots: Slots; readonly askAt: EpochMs } {
  const pace = grow(before, now);
  const gapMs = 1_000 / pace.perSecond;
  const from = Math.max(now, pace.nextFreeAt, pace.pausedUntil);
  const room = Math.max(Math.floor((now + horizonMs - from) / gapMs), from < now + horizonMs ? 1 : 0);
  const count = Math.min(wanted, room);
  const nextFreeAt = Math.max(pace.nextFreeAt, count === 0 ? 0 : from + count * gapMs);
  const askAt = count === 0 ? from - horizonMs / 2 : nextFreeAt;
  return { pace: { ...pace, nextFreeAt }, slots: { from, gapMs, count }, askAt: Math.max(askAt, now) };
}

/** Additive increase for the time since the last call. */
function grow(pace: ProviderPace, now: EpochMs): ProviderPace {
  if (now < pace.pausedUntil) return { ...pace, grownAt: now };
  const elapsedMs = Math.min(Math.max(now - Math.max(pace.grownAt, pace.pausedUntil), 0), maxStepMs);
  const seconds = elapsedMs / 1_000;
  const quietMs = pace.quietMs + elapsedMs;
  const start = startOf(pace.group);
  const target = (pace.ceiling ?? 0) * belowCeiling;
  let { perSecond } = pace;
  if (perSecond < target)
    perSecond = Math.min(target, perSecond + ((pace.ceiling ?? 0) / recoverySeconds) * seconds);
  else if (pace.ceiling === null || quietMs >= quietBeforeMoreMs) perSecond += start * growth * seconds;
  return { ...pace, perSecond: Math.min(perSecond, start * unlimitedStarts), quietMs, grownAt: now };
}

/** Whether it has taken so much for so long that there is nothing to limit. */
export function isUnlimited({ group, perSecond }: Pick<ProviderPace, 'group' | 'perSecond'>): boolean {
  return perSecond >= startOf(group) * unlimitedStarts;
}

/** Whether it is paused, or limited because of a reply. */
export function isSlowed(pace: ProviderPace, now: EpochMs): boolean {
  return pace.pausedUntil > now || (pace.signalAt > 0 && !isUnlimited(pace));
}

/** Whether nothing is left to remember of it. */
export function isForgotten({ signalAt, grownAt }: ProviderPace, now: EpochMs): boolean {
  return now - Math.max(signalAt, grownAt) > rememberedMs;
}
