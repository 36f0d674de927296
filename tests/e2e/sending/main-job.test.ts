import { readFileSync, writeFileSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import {
  digest,
  firstDate,
  firstEdition,
  ProgramHarness,
  publicationYaml,
} from '../../support/program/program-harness.ts';
import { SmtpSink } from '../../support/smtp/smtp-sink.ts';

/**
 * A team's day, in order: each test goes on where the one before it stopped, as the commands do.
 */
const subscribers = ['ada', 'bob', 'cleo', 'gone', 'leaver', 'silent'].map((name) => `${name}@example.org`);

let sink: SmtpSink;
let harness: ProgramHarness;

beforeAll(async () => {
  sink = await SmtpSink.start({
    rule: (address, times) => {
      if (address.startsWith('gone@')) return { refuse: '550 5.1.1 No such user here', at: 'rcpt' };
      return address.startsWith('silent@') && times === 0 ? { breakOff: 'after-dot' } : undefined;
    },
  });
  harness = new ProgramHarness({ relay: `${sink.port}?sessions=2` });
});

afterAll(async () => {
  harness[Symbol.dispose]();
  await sink[Symbol.asyncDispose]();
});

describe('before the send', () => {
  test('nothing is listed, and the sentences say how to begin', async () => {
    const { stdout } = await harness.succeed('status');
    const missing = await harness.run('status', firstEdition);

    expect(stdout).toContain('daybrief approve');
    expect(missing.status).toBe(2);
    expect(missing.stderr).toContain(`daybrief approve ${firstEdition}`);
  });

  test('import keeps the good rows, lists the bad one, and ends with 7', async () => {
    const rows = subscribers.map((email) => `${email},"${email.split('@')[0]}"`);
    harness.write('people.csv', ['email,name', ...rows, 'not an address,Nobody', ''].join('\r\n'));

    const { status, stdout } = await harness.run('subscribers', 'import', 'letter', 'people.csv');

    expect(status).toBe(7);
    expect(stdout).toContain('6  added');
    expect(readFileSync(harness.path('people.csv.rejects.csv'), 'utf8')).toContain('not an address');
  });

  test('nothing is sent to subscribers before the approval, which would be refused with 4', async () => {
    const flags = [[], ['--dry-run'], ['--no-wait'], ['--as-approved']];
    const refused = await Promise.all(flags.map((flag) => harness.run('send', firstEdition, ...flag)));

    for (const { status, stderr } of refused) {
      expect(status).toBe(4);
      expect(stderr).toMatch(/^error: .+ has not been approved\.\nhint: .+--to-me/mu);
    }
    expect(sink.connections).toBe(0);
  });

  test('--to-me goes to the test addresses only, and leaves no edition and no ledger', async () => {
    const { stdout } = await harness.succeed('send', firstEdition, '--to-me');

    expect(stdout).toContain('accepted');
    expect([...sink.copies.keys()].toSorted()).toEqual(['desk@letter.example.org', 'jo@letter.example.org']);
    expect(sink.messages).toHaveLength(2);
    expect(harness.number('select count(*) from editions')).toBe(0);
    expect(harness.number('select count(*) from deliveries')).toBe(0);
  });

  test('approve refuses another hash than that of what was looked at, with 6', async () => {
    const { contentHash } = await harness.json<{ contentHash: string }>('compose', firstEdition);
    const wrong = contentHash.startsWith('0') ? '1' : '0';

    const refused = await harness.run('approve', firstEdition, '--hash', wrong.repeat(12));

    expect(refused.status).toBe(6);
    expect(refused.stderr).toContain(contentHash.slice(0, 12));
    expect(harness.number('select count(*) from editions')).toBe(0);
    const approved = await harness.json('approve', firstEdition, '--hash', contentHash.slice(0, 16));
    expect(approved).toMatchObject({ state: 'approved', revision: 1, contentHash });
  });

  test('approving the same bytes again changes nothing', async () => {
    const approved = await harness.json('approve', firstEdition);

    expect(approved).toMatchObject({ state: 'approved', revision: 1 });
    expect(harness.number('select count(*) from revisions')).toBe(1);
  });

  test('--dry-run says to how many it would go and whether the relay is ready, and sends nothing', async () => {
    const { stdout } = await harness.succeed('send', firstEdition, '--dry-run');

    expect(stdout).toContain('Grid operators go it alone');
    expect(stdout).toContain('6 subscribers');
    expect(stdout).toContain(`127.0.0.1:${sink.port}: ready`);
    expect(sink.messages).toHaveLength(2);
    expect(harness.number('select count(*) from deliveries')).toBe(0);
  });

  test('a digest that has changed since is not sent, with 6', async () => {
    harness.write(`digests/${firstEdition}.md`, digest({ says: 'Somebody changed this at 5:59.' }));

    const { status, stderr } = await harness.run('send', firstEdition);

    expect(status).toBe(6);
    expect(stderr).toMatch(/has changed since revision 1 was approved by .+\nhint: .+--as-approved/u);
    expect(harness.number('select count(*) from deliveries')).toBe(0);
  });
});

describe('the send', () => {
  test('--as-approved sends the approved bytes to every recipient once, and prints the equation', async () => {
    await harness.succeed('subscribers', 'unsubscribe', 'letter', 'leaver@example.org');

    const { stdout } = await harness.succeed('send', firstEdition, '--as-approved');

    expect(stdout).toContain('5 intended = 4 accepted + 1 failed + 0 suppressed + 0 uncertain');
    const sent = sink.messages.filter(({ to }) => to.endsWith('@example.org'));
    expect(sent.map(({ to }) => to).toSorted()).toEqual(
      ['ada', 'bob', 'cleo', 'silent', 'silent'].map((name) => `${name}@example.org`),
    );
    for (const { raw } of sent) {
      expect(raw.includes('grid operators are left alone')).toBe(true);
      expect(raw.includes('5:59')).toBe(false);
    }
  });

  test('a second send is refused with 6, and no recipient gets a second copy', async () => {
    const before = sink.messages.length;

    const flags = [[], ['--as-approved'], ['--no-wait']];
    const refused = await Promise.all(flags.map((flag) => harness.run('send', firstEdition, ...flag)));

    for (const { status, stderr } of refused) {
      expect(status).toBe(6);
      expect(stderr).toMatch(/^error: The edition of 2026-11-23 has already been sent\.\nhint: .+/mu);
    }
    expect(sink.messages).toHaveLength(before);
  });

  test('nothing can be done to a sent edition any more, with 6', async () => {
    const commands = ['approve', 'pause', 'resume', 'cancel'];
    const refused = await Promise.all(commands.map((action) => harness.run(action, firstEdition)));

    for (const { status, stderr } of refused) {
      expect(status).toBe(6);
      expect(stderr).toMatch(/^error: The edition of 2026-11-23 has already been sent/mu);
    }
  });
});

describe('after the send', () => {
  test('status lists the edition, its equation, what was done, and the one that was uncertain', async () => {
    const [list, one] = await Promise.all([
      harness.succeed('status'),
      harness.succeed('status', firstEdition),
    ]);

    const equation = '5 intended = 4 accepted + 1 failed + 0 suppressed + 0 uncertain';
    expect(list.stdout).toMatch(
      new RegExp(`letter/2026-11-23: sent, revision 1\\n +${equation.replaceAll('+', '\\+')}`, 'u'),
    );
    expect(one.stdout).toContain(equation);
    for (const event of ['approved', 'published', 'sent']) expect(one.stdout).toContain(event);
    expect(one.stdout).toMatch(/silent@example\.org +1 +accepted/u);
  });

  test('status --json says the same to programs', async () => {
    const [list, one, watched] = await Promise.all([
      harness.json('status'),
      harness.json('status', firstEdition),
      harness.json('status', firstEdition, '--watch'),
    ]);

    const accounting = { intended: 5, accepted: 4, failed: 1, suppressed: 0, uncertain: 0, pending: 0 };
    expect(list).toMatchObject({ editions: [{ publication: 'letter', accounting }] });
    expect(one).toMatchObject({ reference: firstEdition, accounting, edition: { state: 'sent' } });
    expect(one).toMatchObject({ uncertain: [{ address: 'silent@example.org', uncertainTimes: 1 }] });
    expect(watched).toEqual(one);
  });

  test('status lists the recipients that failed and those that were uncertain, as text, CSV and JSON', async () => {
    const [failed, csv, uncertain, none, both] = await Promise.all([
      harness.succeed('status', firstEdition, '--failed'),
      harness.succeed('status', 'letter', '--failed', '--csv'),
      harness.json('status', firstEdition, '--uncertain'),
      harness.succeed('status', firstEdition, '--deferred'),
      harness.run('status', firstEdition, '--failed', '--deferred'),
    ]);

    expect(failed.stdout).toMatch(/^gone@example\.org  bad-address: 550 .*No such user here/u);
    expect(csv.stdout).toMatch(
      /^"email","state",[^\n]+\n"gone@example\.org","failed","valid-email","bad-address"/u,
    );
    expect(uncertain).toMatchObject({
      edition: firstEdition,
      kind: 'uncertain',
      deliveries: [{ address: 'silent@example.org', state: 'accepted' }],
    });
    expect(none.stdout).toBe('None.\n');
    expect(both.status).toBe(2);
  });

  test('explain says for each address why it did or did not get the edition', async () => {
    await harness.succeed('subscribers', 'add', 'letter', 'late@example.org');
    const explain = async (name: string) => (await harness.succeed('explain', `${name}@example.org`)).stdout;

    const [ada, gone, leaver, late, unknown, silent] = await Promise.all(
      ['ada', 'gone', 'leaver', 'late', 'nobody', 'silent'].map(explain),
    );

    expect(ada).toMatch(/letter\/2026-11-23 .*accepted +accepted/u);
    expect(gone).toMatch(/letter\/2026-11-23 .*failed +bad-address: .*No such user here/u);
    expect(gone).toContain('Suppressed: this address never gets mail again.');
    expect(leaver).toMatch(/letter +unsubscribed/u);
    expect(leaver).toMatch(/no delivery +was not active when the edition/u);
    expect(late).toMatch(/no delivery +subscribed after the edition was published/u);
    expect(unknown).toContain('nobody@example.org is unknown.');
    expect(silent).toMatch(/accepted +accepted.*; uncertain 1 time/u);
  });

  test('outcomes counts the three outcomes by reason', async () => {
    const [{ outcomes }, { stdout }] = await Promise.all([
      harness.json<{ outcomes: object[] }>('outcomes', 'letter'),
      harness.succeed('outcomes'),
    ]);
    const none = await harness.succeed('outcomes', '--day', '2020-01-01');
    expect(none.stdout).toMatch(/^No delivery of an edition of 2020-01-01 .*\n\nNo attempt/u);

    expect(outcomes).toEqual([
      { publication: 'letter', date: firstDate, outcome: 'thank-you', reason: 'accepted', count: 4 },
      {
        publication: 'letter',
        date: firstDate,
        outcome: 'valid-email',
        reason: 'bad-address',
        count: 1,
      },
    ]);
    expect(stdout).toContain('Please enter a valid email.');
  });

  test('an erased subscriber appears in no output, and no import adds them again', async () => {
    await harness.succeed('subscribers', 'erase', 'ada@example.org', '--yes');

    const again = await harness.run('subscribers', 'import', 'letter', 'people.csv');

    // Ada was erased, and nobody lives at gone's address.
    expect(again.stdout).toContain('2  suppressed before: left alone');
    const [explained, exported, status] = await Promise.all([
      harness.succeed('explain', 'ada@example.org'),
      harness.succeed('subscribers', 'export', 'letter'),
      harness.json('status', firstEdition),
    ]);
    expect(explained.stdout).toContain('is not a subscriber and is suppressed');
    expect(exported.stdout).toContain('bob@example.org');
    expect(exported.stdout).not.toContain('ada@example.org');
    expect(status).toMatchObject({ accounting: { intended: 5, accepted: 4, failed: 1 } });
    for (const file of ['daybrief.db', 'daybrief.db-wal']) {
      expect(bytesOf(`data/${file}`)).not.toContain('ada@example.org');
    }
  });
});

test('a publication that waives approval sends the digest as it is, and says who sent it', async () => {
  using quick = new ProgramHarness({ relay: sink.port });
  writeFileSync(quick.path('digests/letter/publication.yaml'), publicationYaml('approval: false'));
  await quick.import(['first@waived.example.org']);

  const dry = await quick.json('send', firstEdition, '--dry-run');
  await quick.succeed('send', firstEdition);

  expect(dry).toMatchObject({ audience: 1, approvedBy: expect.stringContaining('approval waived') });
  expect(sink.copies.get('first@waived.example.org')).toBe(1);
  const { stdout } = await quick.succeed('status', firstEdition);
  expect(stdout).toContain('approval waived');
});

function bytesOf(name: string): string {
  try {
    return readFileSync(harness.path(name), 'latin1');
  } catch {
    // The log is gone once the last process has closed it.
    return '';
  }
}
