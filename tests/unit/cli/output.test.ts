import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { formatEquation } from '../../../src/cli/output/equation.ts';
import { terminalLog } from '../../../src/cli/output/log-lines.ts';
import { paint } from '../../../src/cli/output/paint.ts';
import { shownPath } from '../../../src/cli/output/paths.ts';
import { printable } from '../../../src/cli/output/printable.ts';
import { startProgress } from '../../../src/cli/output/progress.ts';
import { formatTable, maxWidth } from '../../../src/cli/output/table.ts';
import { formatDuration, formatEta, formatTime } from '../../../src/cli/output/times.ts';
import { formatCount, formatCounted, formatRate, formatSize } from '../../../src/domain/numbers.ts';
import { createPinoLog } from '../../../src/log/pino-log.ts';

describe('numbers', () => {
  test.each([
    [0, '0'],
    [999, '999'],
    [1_204_331, '1,204,331'],
  ])('%i is shown as %s', (count, shown) => {
    expect(formatCount(count)).toBe(shown);
  });

  test('carry their noun in the right form', () => {
    expect(formatCounted(1, 'row')).toBe('1 row');
    expect(formatCounted(0, 'row')).toBe('0 rows');
    expect(formatCounted(2000, 'entry', 'entries')).toBe('2,000 entries');
  });

  test.each([
    [2412.4, '2,412/s'],
    [12.6, '13/s'],
    [0.42, '0.4/s'],
    [9.97, '10/s'],
    [0, '0/s'],
    [Number.NaN, '0/s'],
    [Infinity, '0/s'],
  ])('a rate of %d is shown as %s', (rate, shown) => {
    expect(formatRate(rate)).toBe(shown);
  });

  test.each([
    [612, '612 B'],
    [48_230, '47.1 KB'],
    [2_500_000, '2.4 MB'],
  ])('%i bytes are shown as %s', (sizeBytes, shown) => {
    expect(formatSize(sizeBytes)).toBe(shown);
  });
});

describe('the accounting equation', () => {
  const accounted = {
    intended: 1_204_331,
    accepted: 1_199_872,
    failed: 3_911,
    suppressed: 540,
    uncertain: 8,
    pending: 0,
  };

  test('is one line', () => {
    expect(formatEquation(accounted)).toBe(
      '1,204,331 intended = 1,199,872 accepted + 3,911 failed + 540 suppressed + 8 uncertain',
    );
  });

  test('names those still to be served while there are any', () => {
    expect(formatEquation({ ...accounted, accepted: 1_198_872, pending: 1000 })).toMatch(
      / \+ 1,000 pending$/u,
    );
  });
});

describe('durations and times', () => {
  test.each([
    [-5, '0.0 s'],
    [412, '0.4 s'],
    [9_949, '9.9 s'],
    [9_950, '10 s'],
    [59_700, '1 min 00 s'],
    [245_000, '4 min 05 s'],
    [3_599_600, '1 h 00 min'],
    [3_720_000, '1 h 02 min'],
    [273_600_000, '3 d 04 h'],
  ])('%i ms are shown as %s', (durationMs, shown) => {
    expect(formatDuration(durationMs)).toBe(shown);
  });

  test('formats a time in its zone, with the name of the zone', () => {
    const moment = Date.UTC(2026, 10, 23, 11, 0, 12);

    expect(formatTime(moment, 'America/New_York')).toBe('2026-11-23 06:00:12 America/New_York');
    expect(formatTime(moment, 'Asia/Kolkata')).toBe('2026-11-23 16:30:12 Asia/Kolkata');
  });

  test('the expected end is a clock time, with its weekday when it is not today', () => {
    const clock = { now: new Date(Date.UTC(2026, 10, 23, 11, 0, 0)), timeZone: 'America/New_York' };

    expect(formatEta({ pending: 2400, perSecond: 10 }, clock)).toBe('06:04');
    expect(formatEta({ pending: 86_400, perSecond: 1 }, clock)).toBe('Tue 06:00');
    expect(formatEta({ pending: 10, perSecond: 0 }, clock)).toBeUndefined();
    expect(formatEta({ pending: 0, perSecond: 10 }, clock)).toBeUndefined();
    expect(formatEta({ pending: 1e300, perSecond: 1e-9 }, clock)).toBeUndefined();
  });
});

describe('a table', () => {
  const columns = [{ head: 'address' }, { head: 'count', align: 'right' as const }];

  test('aligns its columns without trailing spaces', () => {
    const rows = [
      ['a@example.org', '1,234'],
      ['bb@example.org', '5'],
    ];

    expect(formatTable(columns, rows)).toBe(
      ['address         count', 'a@example.org   1,234', 'bb@example.org      5'].join('\n'),
    );
  });

  test('counts wide characters as two columns', () => {
    expect(formatTable(columns, [['日本@x', '1']])).toBe(['address  count', '日本@x       1'].join('\n'));
  });

  test('a table is at most 100 columns wide and loses no text, whatever it contains', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'b', '@', '.', '-', ' '), maxLength: 300 });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 4 }), (rows) => {
        const table = formatTable([{ head: 'x' }, { head: 'y' }, { head: 'z' }], rows);

        const lines = table.split('\n');
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(maxWidth);
        expect(letters(table.slice(lines[0]?.length))).toEqual(letters(rows.flat().join('')));
      }),
    );
  });

  test('breaks lines between words, and a word only where no line can hold it', () => {
    const sentence = 'It was not active when the edition was published. '.repeat(3).trim();
    const table = formatTable([{ head: 'why' }], [[sentence], ['x'.repeat(130)]]);

    const [, ...lines] = table.split('\n');
    expect(lines.slice(0, 2).join(' ')).toBe(sentence);
    expect(lines.slice(2)).toEqual(['x'.repeat(maxWidth), 'x'.repeat(30)]);
  });

  test('shows control characters instead of obeying them', () => {
    expect(formatTable([{ head: 'reply' }], [['550\r\n\u001B[31mno']])).toBe(
      'reply\n550\\u{d}\\u{a}\\u{1b}[31mno',
    );
  });
});

describe('text from outside', () => {
  test('never reaches a terminal with anything that moves the cursor or reverses text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const shown = printable(text, { lineBreaks: true, colours: true });

        expect(shown.replaceAll(/\u001B\[\d+m/gu, '')).not.toMatch(
          /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]/u,
        );
      }),
    );
  });

  test('keeps our own colours where they are allowed and shows them where not', () => {
    const painted = '\u001B[31merror:\u001B[39m x\u001B[8my';

    expect(printable(painted, { colours: true })).toBe('\u001B[31merror:\u001B[39m x\\u{1b}[8my');
    expect(printable(painted)).not.toContain('\u001B');
  });
});

describe('what is not a terminal', () => {
  test('gets no colour', () => {
    expect(paint('red', 'error:', new PassThrough())).toBe('error:');
  });

  test('gets the log as it is, for programs', () => {
    expect(terminalLog(new PassThrough())).toBeUndefined();
  });

  test('gets no progress bar', () => {
    const stream = new PassThrough();
    {
      using progress = startProgress(stream, { label: 'Importing', total: 10 });
      progress.update(5);
    }

    expect(stream.readableLength).toBe(0);
  });
});

test('a terminal gets a progress bar with counts and a note', () => {
  const stream = terminal();
  {
    using progress = startProgress(stream, { label: 'Importing', total: 2000 });
    progress.update(1500, '310/s');
  }

  const shown = String(stream.read());
  expect(shown).toContain('Importing');
  expect(shown).toContain('of 2,000');
});

describe('the log on a terminal', () => {
  test('is a line for people', () => {
    const stream = terminal();
    const log = createPinoLog({ level: 'info' }, terminalLog(stream));

    log.warn({ relay: 'a:25', replyCode: 554 }, 'refused');
    log.error({ error: new Error('no \u001B[2J disk') }, 'worker failed');

    const shown = stripVTControlCharacters(String(stream.read()));
    expect(shown).toMatch(/^\r\d\d:\d\d:\d\d warning: refused \(relay: a:25, replyCode: 554\)$/mu);
    expect(shown).toMatch(/^\r\d\d:\d\d:\d\d error: worker failed \(error: no \\u\{1b\}\[2J disk\)$/mu);
  });

  test('takes the place of a progress bar, which goes on below', () => {
    const stream = terminal();
    const log = createPinoLog({ level: 'info' }, terminalLog(stream));
    {
      using progress = startProgress(stream, { label: 'Sending', total: 10 });
      log.info({}, 'relay is up');
      progress.update(5);
    }
    log.info({}, 'over');

    const shown = String(stream.read());
    expect(shown).toMatch(/Sending[^\n]+\r\u001B\[K[^\n]+relay is up\n/u);
    // Going back to a remembered place would overwrite what was logged meanwhile.
    expect(shown).not.toContain('\u001B8');
    expect(shown.endsWith('over\n')).toBe(true);
  });
});

test.each([
  ['/work/out/morning', 'out/morning'],
  ['/elsewhere/out', '/elsewhere/out'],
  ['/', '/'],
  ['/work', '/work'],
  ['/work/..out', '..out'],
])('%s is shown as %s to whoever works in /work', (path, shown) => {
  expect(shownPath(path, '/work')).toBe(shown);
});

function terminal(): PassThrough & { readonly isTTY: true } {
  return Object.assign(new PassThrough(), {
    isTTY: true as const,
    columns: 100,
    cursorTo: () => true,
    clearLine: () => true,
  });
}

function letters(text: string): string[] {
  return [...text].filter((character) => /\S/u.test(character)).toSorted();
}
