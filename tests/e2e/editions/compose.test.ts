import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { digest, firstDate, firstEdition, ProgramHarness } from '../../support/program/program-harness.ts';
import { plainLines, readWithMailparser, readWithPostalMime } from '../../support/smtp/read-message.ts';

const written = ['edition.eml', 'edition.html', 'edition.txt', 'report.json'].map(
  (name) => `out/${firstEdition}/${name}`,
);

const withMistakes = `---
date: 2026-11-23
subjct: Grid operators go it alone
editor: Jo Park
---
Good morning.

## The storms are early
{secton="Energy"}

[A link](javascript:alert(1))

![](images/map.png)

![Where the storm goes](images/nowhere.png)

[here](https://example.org/map)

:::dashbord[Heat]
1. **Politics:** One
:::
`;

describe('compose', () => {
  test('writes the page, the text, the message and a report, and makes no database', async () => {
    using harness = new ProgramHarness();

    const { status, stdout, stderr } = await harness.spawn('compose', firstEdition);

    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.any(String) });
    expect(stdout).toContain('Grid operators go it alone');
    expect(stdout).toContain(`out/${firstEdition}`);
    expect(harness.files().filter((name) => name.startsWith('out/'))).toEqual(written);
    expect(harness.files().filter((name) => name.startsWith('data/'))).toEqual([]);
  });

  test('reports words, reading time, size, content hash and every check with its place', async () => {
    using harness = new ProgramHarness();
    harness.write(`digests/letter/${firstDate}.md`, digest().replace(/^preheader: .+\n/mu, ''));

    const result = await harness.json('compose', firstEdition);

    const report = JSON.parse(readFileSync(harness.path(`out/${firstEdition}/report.json`), 'utf8'));
    expect(result).toEqual({ ...report, folder: harness.path(`out/${firstEdition}`) });
    expect(report).toMatchObject({
      publication: 'letter',
      date: firstDate,
      subject: 'Grid operators go it alone',
      words: expect.any(Number),
      readingMinutes: expect.any(Number),
      heaviestBytes: expect.any(Number),
      contentHash: expect.stringMatching(/^[0-9a-f]{64}$/u),
    });
    const eml = statSync(harness.path(`out/${firstEdition}/edition.eml`)).size;
    expect(report.heaviestBytes).toBeGreaterThan(eml);
    expect(report.problems).toContainEqual(
      expect.objectContaining({
        severity: 'warning',
        file: `digests/letter/${firstDate}.md`,
        line: expect.any(Number),
        column: expect.any(Number),
      }),
    );
  });

  test('writes a message that two parsers read back as the page and the text beside it', async () => {
    using harness = new ProgramHarness();
    await harness.succeed('compose', firstEdition);
    const [eml, html, text] = ['eml', 'html', 'txt'].map((ending) =>
      readFileSync(harness.path(`out/${firstEdition}/edition.${ending}`)),
    );

    for (const read of [readWithMailparser, readWithPostalMime]) {
      const reading = await read(eml ?? Buffer.alloc(0));

      expect(reading.subject).toBe('Grid operators go it alone');
      expect(reading.html).toBe(plainLines(String(html)));
      expect(reading.text).toBe(plainLines(String(text)));
    }
  });

  test('gives the same bytes and the same hash each time, whatever the folder and the time zone', async () => {
    using one = new ProgramHarness();
    using other = new ProgramHarness({ env: { TZ: 'Pacific/Kiritimati' } });

    const [first, second] = await Promise.all([
      one.json('compose', firstEdition),
      other.json('compose', firstEdition, '--out', 'elsewhere'),
    ]);

    expect(second['contentHash']).toBe(first['contentHash']);
    for (const name of ['edition.html', 'edition.txt']) {
      const hash = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
      expect(hash(other.path(`elsewhere/${firstEdition}/${name}`))).toBe(
        hash(one.path(`out/${firstEdition}/${name}`)),
      );
    }
  });

  test('takes the same digest as YAML and as JSON', async () => {
    using harness = new ProgramHarness();
    const structured = {
      date: '2026-11-24',
      subject: 'Grid operators go it alone',
      preheader: 'Plus, a bridge that talks, and what the storms are up to',
      editor: 'Jo Park',
      greeting: "Good morning. It's Monday.",
      sections: [{ kind: 'story', headline: 'The storms are early', body: 'As the storms line up.' }],
    };
    harness.write('digests/letter/2026-11-24.json', JSON.stringify(structured));
    harness.write('digests/letter/2026-11-25.yaml', JSON.stringify({ ...structured, date: '2026-11-25' }));

    const results = await Promise.all(
      ['2026-11-24', '2026-11-25'].map((date) => harness.run('compose', `letter/${date}`)),
    );

    expect(results.map(({ status, stderr }) => ({ status, stderr }))).toEqual([
      { status: 0, stderr: expect.any(String) },
      { status: 0, stderr: expect.any(String) },
    ]);
  });
});

describe('a digest with mistakes', () => {
  test('shows all of them at once, of every kind, each with its place, and writes nothing', async () => {
    using harness = new ProgramHarness();
    harness.write(`digests/letter/${firstDate}.md`, withMistakes);
    const before = harness.files();

    const { status, stdout, stderr } = await harness.run('compose', firstEdition);

    expect(status).toBe(4);
    expect(stdout).toBe('');
    for (const place of ['3:1', '9:2', '11:1', '13:1', '15:1', '17:1', '19:1']) {
      expect(stderr).toMatch(new RegExp(`^ {2}digests/letter/${firstDate}\\.md:${place}`, 'mu'));
    }
    for (const name of ['subject', 'section', 'dashboard']) {
      expect(stderr).toContain(`Did you mean \`${name}\`?`);
    }
    expect(harness.files()).toEqual(before);
  });

  test('leaves what an earlier, good digest wrote as it was', async () => {
    using harness = new ProgramHarness();
    await harness.succeed('compose', firstEdition);
    const before = written.map((name) => readFileSync(harness.path(name)));
    harness.write(`digests/letter/${firstDate}.md`, withMistakes);

    const { status, stdout } = await harness.run('compose', firstEdition, '--json');

    expect(status).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'DIGEST_INVALID', exitStatus: 4 } });
    expect(written.map((name) => readFileSync(harness.path(name)))).toEqual(before);
    expect(harness.files().filter((name) => name.startsWith('out/'))).toEqual(written);
  });

  test('is not approved and not sent either', async () => {
    using harness = new ProgramHarness();
    await harness.import(['ada@example.org']);
    harness.write(`digests/letter/${firstDate}.md`, withMistakes);

    for (const args of [['approve'], ['send'], ['send', '--dry-run'], ['send', '--to-me']]) {
      const { status, stderr } = await harness.run(...args, firstEdition);

      expect({ status, said: stderr.includes('mistakes') }).toEqual({ status: 4, said: true });
    }
    expect(harness.number('select count(*) from editions')).toBe(0);
  });
});

describe('a place that cannot be written to', () => {
  test('ends with 5, a sentence and a hint, and nothing half-written', async () => {
    using harness = new ProgramHarness();
    harness.write('out', 'This is a file.');

    const { status, stderr } = await harness.run('compose', firstEdition);

    expect(status).toBe(5);
    expect(stderr).toMatch(/^error: The results cannot be written to .+\nhint: .+/mu);
    expect(readFileSync(harness.path('out'), 'utf8')).toBe('This is a file.');
  });

  test('keeps every result of before when one of them cannot take its place', async () => {
    using harness = new ProgramHarness();
    // No rename can put a file where a folder is.
    harness.write(`other/${firstEdition}/report.json/keep`, '');
    harness.write(`other/${firstEdition}/edition.html`, 'of before');

    const { status } = await harness.run('compose', firstEdition, '--out', 'other');

    expect(status).toBe(5);
    expect(readFileSync(harness.path(`other/${firstEdition}/edition.html`), 'utf8')).toBe('of before');
    expect(harness.files().filter((name) => name.startsWith('other/'))).toEqual([
      `other/${firstEdition}/edition.html`,
      `other/${firstEdition}/report.json/keep`,
    ]);
  });
});
