import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { languages } from '../../../src/phrases/phrases-for.ts';
import { runHosted } from '../../support/program/command-host.ts';
import { commandEnv } from '../../support/program/daybrief-process.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { until } from '../../support/until.ts';

const program = join(import.meta.dirname, '../../../bin/daybrief.js');

function run(cwd: string, ...args: readonly string[]) {
  return runHosted({ args, cwd, env: commandEnv({ LOG_LEVEL: 'error' }) });
}

const answers = ['--from', 'desk@letter.example.org', '--postal-address', '1 Main Street, Springfield'];

describe('daybrief init', () => {
  test.each([...languages.map(({ language }) => language), 'sv'])(
    'makes a publication in %s that composes and has nothing to warn of',
    async (language) => {
      const cwd = tempFolder();

      const made = await run(
        cwd,
        'init',
        '--name',
        'The *Letter*: North',
        '--language',
        language,
        ...answers,
      );

      expect(made).toMatchObject({ status: 0, stderr: '' });
      expect(made.stdout).toMatch(/daybrief preview .*\n.*daybrief catch .*\n.*--to-me/u);
      const linted = await run(cwd, 'lint', 'the-letter-north');
      expect(linted.stdout).toContain('0 errors, 0 warnings, 0 notes');
      const composed = await run(cwd, 'compose', 'the-letter-north');
      expect(composed).toMatchObject({ status: 0, stderr: '' });
      const html = readFileSync(outFile(cwd, 'edition.html'), 'utf8');
      expect(html).toContain('The *Letter*: North');
      expect(html).not.toContain('First Kettle');
    },
  );

  test('writes publication.yaml, one digest and settings, and no sample edition', async () => {
    const cwd = tempFolder();

    await run(cwd, 'init', 'letter', '--name', 'The Letter', ...answers, '--time-zone', 'America/Chicago');

    const [digest, ...others] = readdirSync(join(cwd, 'digests/letter')).toSorted();
    expect(digest).toMatch(/^\d{4}-\d\d-\d\d\.md$/u);
    expect(others).toEqual(['publication.yaml']);
    expect(readFileSync(join(cwd, 'digests/letter/publication.yaml'), 'utf8')).toContain(
      'time-zone: America/Chicago\nsend-at: "06:00"\n',
    );
    expect(readFileSync(join(cwd, '.env'), 'utf8')).toContain('SMTP_URL=smtp://127.0.0.1:1025');
  });

  test('overwrites nothing: neither a publication nor settings', async () => {
    const cwd = tempFolder();
    writeFileSync(join(cwd, '.env'), 'LOG_LEVEL=warn\n');
    await run(cwd, 'init', 'letter', '--name', 'The Letter', ...answers);
    const before = readFileSync(join(cwd, 'digests/letter/publication.yaml'), 'utf8');

    const again = await run(cwd, 'init', 'letter', '--name', 'Another', ...answers);

    expect(again.status).toBe(6);
    expect(again.stderr).toContain('There is a folder for letter already: digests/letter.');
    expect(readFileSync(join(cwd, 'digests/letter/publication.yaml'), 'utf8')).toBe(before);
    expect(readFileSync(join(cwd, '.env'), 'utf8')).toBe('LOG_LEVEL=warn\n');
  });

  test('names the options that are missing where nobody can be asked', async () => {
    const cwd = tempFolder();

    const { status, stderr } = await run(cwd, 'init', '--name', 'The Letter');

    expect(status).toBe(2);
    expect(stderr).toContain('--from, --postal-address are missing');
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('reports every wrong answer at once and writes nothing', async () => {
    const cwd = tempFolder();

    const wrong = ['--from', 'desk', '--time-zone', 'America/Chicgo', '--send-at', '6am', '--language', 'e!'];
    const right = ['--name', 'The Letter', '--postal-address', '1 Main Street'];
    const { status, stderr } = await run(cwd, 'init', ...right, ...wrong);

    expect(status).toBe(2);
    for (const name of ['From address', 'time zone', 'send time', 'language']) {
      expect(stderr).toContain(`${name}: This is`);
    }
    expect(stderr).toContain('America/Chicago');
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('asks six questions in a terminal, and asks again after a wrong answer', async () => {
    const cwd = tempFolder();
    const terminal = new Terminal(cwd, 'init');

    await terminal.answer('called?', 'The Letter');
    await terminal.answer('language', '');
    await terminal.answer('sent from?', 'desk');
    await terminal.answer('This is "desk"', 'desk@letter.example.org');
    await terminal.answer('postal address', '1 Main Street, Springfield');
    await terminal.answer('time zone?', 'Europe/Berlin');
    await terminal.answer('When is it sent', 'half past five');
    await terminal.answer('This is "half past five"', '5:30');
    const status = await terminal.end();

    expect({ status, shown: terminal.shown }).toMatchObject({ status: 0 });
    const yaml = readFileSync(join(cwd, 'digests/the-letter/publication.yaml'), 'utf8');
    expect(yaml).toContain('time-zone: Europe/Berlin\nsend-at: "05:30"');
  });
});

function outFile(cwd: string, name: string): string {
  const folder = join(cwd, 'out/the-letter-north');
  return join(folder, readdirSync(folder)[0] ?? '', name);
}

/** A command with a terminal of its own, by `script` of util-linux. */
class Terminal {
  shown = '';
  #read = 0;
  readonly #child;
  readonly #closed;

  constructor(cwd: string, ...args: readonly string[]) {
    const command = [process.execPath, program, ...args].join(' ');
    this.#child = spawn('script', ['-qec', command, '/dev/null'], {
      cwd,
      env: { ...commandEnv(), LANG: 'C.UTF-8', TERM: 'dumb' },
    });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => (this.shown += text));
    this.#closed = once(this.#child, 'close');
  }

  /** Answers the next question that has these words. */
  async answer(words: string, answer: string): Promise<void> {
    await until(`the terminal shows "${words}"`, () => this.shown.includes(words, this.#read));
    this.#read = this.shown.length;
    this.#child.stdin.write(`${answer}\n`);
  }

  async end(): Promise<number | null> {
    await this.#closed;
    return this.#child.exitCode;
  }
}
