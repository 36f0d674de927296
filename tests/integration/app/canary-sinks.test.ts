import { describe, expect, test } from 'vitest';

import { audience, CanarySink } from '../../support/smtp/canary-sink.ts';
import type { CanaryOptions } from '../../support/smtp/canary-sink.ts';

const onePercent = audience / 100;

/** Refuses all recipients at these domains. */
function refusing(domains: readonly string[], refuse: string, at: 'rcpt' | 'message' = 'message') {
  return (domain: string) => (domains.includes(domain) ? ({ refuse, at } as const) : undefined);
}

const microsoft = ['outlook.com', 'hotmail.com'];

/** What large providers say to a sender they want nothing from, and what the edition halts with. */
const refusals: readonly {
  readonly what: string;
  readonly answer: NonNullable<CanaryOptions['answer']>;
  readonly alarm: RegExp;
}[] = [
  {
    what: 'Google takes the edition for unwanted mail',
    answer: refusing(
      ['gmail.com'],
      '550 5.7.1 [192.0.2.9] Our system has detected that this message is likely unsolicited mail. - gsmtp',
    ),
    alarm: /failed \(\d+(?:\.\d+)? %; at most 5 %\)/u,
  },
  {
    what: 'Google finds the sender unauthenticated',
    answer: refusing(
      ['gmail.com'],
      '550 5.7.26 This mail has been blocked because the sender is unauthenticated. - gsmtp',
    ),
    alarm: /unauthenticated/u,
  },
  {
    what: 'Microsoft has banned the address',
    answer: refusing(microsoft, '550 5.7.606 Access denied, banned sending IP [192.0.2.9]', 'rcpt'),
    alarm: /failed \(\d+(?:\.\d+)? %; at most 5 %\)/u,
  },
  {
    what: 'Microsoft misses authentication',
    answer: refusing(
      microsoft,
      '550 5.7.515 Access denied, sending domain does not meet the required authentication level',
    ),
    alarm: /authentication level/u,
  },
  {
    what: 'Yahoo refuses for policy',
    answer: refusing(['yahoo.com'], '554 5.7.9 Message not accepted for policy reasons.'),
    alarm: /not accepted for policy reasons/u,
  },
  {
    what: 'Apple refuses by local policy',
    answer: refusing(['icloud.com'], '554 5.7.1 [HM08] Message rejected due to local policy.'),
    alarm: /failed \(\d+(?:\.\d+)? %; at most 5 %\)/u,
  },
  {
    what: 'GMX and Orange defer everything',
    answer: (domain) =>
      ['gmail.com', 'web.de', 'orange.fr'].includes(domain)
        ? { refuse: '451 4.7.1 Greylisting in action, please come back later', at: 'rcpt' }
        : undefined,
    alarm: /were deferred \(\d+(?:\.\d+)? %; at most 25 %\)/u,
  },
  {
    what: 'all of them refuse for reputation',
    answer: () => ({ refuse: '554 5.7.1 Service unavailable; Client host blocked using dnsbl', at: 'rcpt' }),
    alarm: /recipients were refused by 127\.0\.0\.1:\d+|failed/u,
  },
];

describe('an edition with a canary of 1 % is stopped', () => {
  test.each(refusals)('if $what, before more than 1 % was mailed', async ({ what, answer, alarm }) => {
    await using canary = await CanarySink.open({ answer });

    await canary.run();

    show(what, canary.mailed.size);
    expect(await canary.state()).toBe('paused');
    expect(canary.mailed.size).toBeLessThanOrEqual(onePercent);
    expect((await canary.alarms()).map(({ text }) => text).join('\n')).toMatch(alarm);
  });

  test('if accepted messages bounce later, before more than 1 % was mailed', async () => {
    await using canary = await CanarySink.open({ reports: (id) => (id % 10 === 0 ? 'hard' : undefined) });

    await canary.run();

    show('a tenth bounces after 250', canary.mailed.size);
    expect(await canary.state()).toBe('paused');
    expect(canary.mailed.size).toBe(onePercent);
    expect((await canary.alarms()).map(({ text }) => text).join('\n')).toContain('at most 2 %');
  });

  test('if recipients complain, before more than 1 % was mailed', async () => {
    await using canary = await CanarySink.open({
      reports: (id) => (id % 10 === 3 ? 'complaint' : undefined),
    });

    await canary.run();

    show('a tenth complains', canary.mailed.size);
    expect(await canary.state()).toBe('paused');
    expect(canary.mailed.size).toBe(onePercent);
    expect((await canary.alarms()).map(({ text }) => text).join('\n')).toContain('at most 0.1 %');
  });
});

test('an edition that the providers take goes to all recipients after its canary', async () => {
  await using canary = await CanarySink.open({ recipients: 500 });

  await canary.run();

  expect(await canary.state()).toBe('sent');
  expect(canary.mailed.size).toBe(500);
  expect(await canary.site.accounting()).toMatchObject({ accepted: 500, pending: 0 });
  expect(await canary.alarms()).toEqual([]);
});

test('a provider that only asks for a slower pace halts nothing', async () => {
  let asked = 0;
  const answer = (domain: string) => {
    if (domain !== 'gmail.com' || (asked += 1) > 3) return undefined;
    return { refuse: '421 4.7.28 Gmail has detected an unusual rate of mail. - gsmtp', at: 'rcpt' } as const;
  };
  await using canary = await CanarySink.open({ recipients: 500, answer });

  await canary.run();

  expect(await canary.state()).toBe('sent');
  expect(await canary.site.accounting()).toMatchObject({ accepted: 500, pending: 0 });
});

/** TEST_FIGURES prints how many were mailed, for docs/benchmarks.md. */
function show(what: string, mailed: number): void {
  if (process.env['TEST_FIGURES'] !== undefined) console.log(`${what}: ${mailed} of ${audience}`);
}
