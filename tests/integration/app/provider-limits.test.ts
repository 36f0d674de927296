import { expect, test } from 'vitest';

import { LimitedSink } from '../../support/smtp/limited-sink.ts';
import type { LimitedProvider, Seen } from '../../support/smtp/limited-sink.ts';

const minuteMs = 60_000;

/** As these providers answer a sender who is too fast. */
const google: LimitedProvider = {
  name: 'google',
  domain: 'gmail.com',
  perSecond: 10,
  at: 'message',
  reply:
    '421 4.7.28 Gmail has detected an unusual rate of unsolicited mail originating from your IP address. - gsmtp',
};

const providers: readonly LimitedProvider[] = [
  google,
  {
    name: 'microsoft',
    domain: 'outlook.com',
    perSecond: 8,
    at: 'rcpt',
    reply:
      '451 4.7.650 The mail server [192.0.2.4] has been temporarily rate limited due to IP reputation. (S77719)',
  },
  {
    name: 'yahoo',
    domain: 'yahoo.com',
    perSecond: 12,
    at: 'message',
    reply:
      '421 4.7.0 [TSS04] Messages from 192.0.2.4 temporarily deferred due to unexpected volume or user complaints',
  },
  {
    name: 'apple',
    domain: 'icloud.com',
    perSecond: 10,
    at: 'rcpt',
    reply: '450 4.7.0 Too many messages, try again in 90 seconds',
  },
];

function firstRefusalOf(seen: readonly Seen[]): number {
  return seen.find(({ isTaken }) => !isTaken)?.at ?? Number.POSITIVE_INFINITY;
}

/** With one worker; of one provider also with two. */
const cases = [
  ...providers.map((provider) => ({ name: provider.name, workers: 1, provider })),
  { name: google.name, workers: 2, provider: google },
];

test.each(cases)(
  'a server that answers as $name does is sent as much as it takes and no more by $workers worker(s)',
  async ({ workers, provider }) => {
    await using sink = await LimitedSink.start(provider, { workers });

    // A pause of a minute and a half at most, and two minutes and a half of sending.
    await sink.run(4 * minuteMs);

    const signalAt = firstRefusalOf(sink.seen);
    // A worker learns of it from the reply, the others from the database within a second.
    const knownAt = signalAt + (workers === 1 ? 40 : 1_040);
    expect(sink.seen.filter(({ at, isTaken }) => at > knownAt && !isTaken)).toEqual([]);
    const pausedUntil = await sink.pausedUntil();
    expect(pausedUntil).toBeGreaterThan(signalAt);
    expect(sink.seen.filter(({ at }) => at > knownAt && at < pausedUntil)).toEqual([]);
    const after = sink.seen.filter(({ at }) => at >= pausedUntil).length;
    const allowed = ((sink.now - pausedUntil) / 1_000) * provider.perSecond;
    // For docs/benchmarks.md.
    if (process.env['TEST_FIGURES'] !== undefined)
      console.log(provider.name, { workers, refused: sink.refused, share: after / allowed });
    expect(after).toBeGreaterThan(0.9 * allowed);
    expect(after).toBeLessThanOrEqual(allowed);
  },
);
