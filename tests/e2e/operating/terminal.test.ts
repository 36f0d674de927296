import { expect, test } from 'vitest';

import { firstEdition, ProgramHarness } from '../../support/program/program-harness.ts';
import { Terminal } from '../../support/program/terminal.ts';

function at(harness: ProgramHarness, ...args: readonly string[]): Terminal {
  return new Terminal(args, { cwd: harness.folder, env: harness.env });
}

test('approve shows on a terminal what it is about to freeze, and does nothing without a yes', async () => {
  using harness = new ProgramHarness();
  await harness.import(['reader1@example.org', 'reader2@example.org']);

  using terminal = at(harness, 'approve', firstEdition);
  await terminal.shows(`Approve ${firstEdition}? [y/N]`);
  terminal.answer('');

  expect(await terminal.end()).toBe(0);
  const { contentHash } = await harness.json('compose', firstEdition);
  for (const shown of ['2 active subscribers', 'Gmail on a phone', 'brevity', String(contentHash)]) {
    expect(terminal.screen).toContain(shown);
  }
  expect(terminal.screen).toMatch(/\d+ notes? besides: `daybrief lint letter\/2026-11-23` shows them\./u);
  expect(terminal.screen).toContain('Nothing was approved.');
  expect(harness.number('select count(*) from editions')).toBe(0);
});

test('approve freezes what was shown, and the next approval shows what has changed since', async () => {
  using harness = new ProgramHarness();
  await harness.import(['reader1@example.org']);

  using first = at(harness, 'approve', firstEdition);
  await first.shows('[y/N]');
  first.answer('y');
  expect(await first.end()).toBe(0);
  expect(first.screen).toContain(`Approved revision 1 of ${firstEdition}`);

  const digest = `digests/${firstEdition}.md`;
  harness.write(digest, `${harness.read(digest)}\n\nOne more sentence at the end.\n`);
  using second = at(harness, 'approve', firstEdition);
  await second.shows('[y/N]');
  expect(second.screen).toContain('Changed since revision 1:');
  expect(second.screen).toContain('One more sentence at the end.');
  harness.write(digest, `${harness.read(digest)}\n\nA sentence that nobody has seen.\n`);
  second.answer('yes');

  expect(await second.end()).toBe(6);
  expect(harness.number('select max(revision) from revisions')).toBe(1);
});

test('Ctrl-D and Ctrl-C at the question approve nothing', async () => {
  using harness = new ProgramHarness();
  await harness.import(['reader1@example.org']);

  using left = at(harness, 'approve', firstEdition);
  await left.shows('[y/N]');
  left.press('\u0004');
  expect(await left.end()).toBe(2);
  using interrupted = at(harness, 'approve', firstEdition);
  await interrupted.shows('[y/N]');
  interrupted.press('\u0003');
  expect(await interrupted.end()).toBe(130);

  expect(left.screen).toContain('The question was not answered.');
  expect(harness.number('select count(*) from editions')).toBe(0);
});

test('diff shows on a terminal what the file has changed', async () => {
  using harness = new ProgramHarness();
  await harness.succeed('approve', firstEdition);
  const digest = `digests/${firstEdition}.md`;
  harness.write(digest, `${harness.read(digest)}\n\nOne more sentence at the end.\n`);

  using terminal = at(harness, 'diff', firstEdition);

  expect(await terminal.end()).toBe(0);
  expect(terminal.screen).toContain('One more sentence at the end.');
});
