import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { firstEdition, ProgramHarness } from '../../support/program/program-harness.ts';

const digest = `---
date: ${firstEdition.slice(-10)}
subject: Ferries go quiet in the Sound
preheader: Plus, the ladders that a library lends
---
Good morning.

## Ferries go quiet

Boats slow down for the the whales.

**Why it matters:** It saves a day.
`;

describe('daybrief lint', () => {
  test('prints problems with places, the words of each story and what inboxes show, and writes nothing', async () => {
    using harness = new ProgramHarness();
    harness.write(`digests/${firstEdition}.md`, digest);
    const before = harness.files();

    const { status, stdout } = await harness.run('lint', firstEdition);

    expect(status).toBe(0);
    expect(stdout).toContain(
      `digests/${firstEdition}.md:10:1: warning: The word "the" stands twice: "the the". Delete one of them. [word-doubled]`,
    );
    expect(stdout).toMatch(/brevity \d+ of 100/u);
    expect(stdout).toMatch(/Gmail on a phone +Ferries go quiet/u);
    expect(stdout).toMatch(/the email has \d+\.\d KB of 102 +KB\nMasthead, styles +\d+\.\d/u);
    expect(stdout).toContain(`${firstEdition}: 0 errors, 1 warning, 0 notes`);
    expect(harness.files()).toEqual(before);
  });

  test('says once, and with its place, what the digest and the finished mail both show', async () => {
    using harness = new ProgramHarness();
    harness.write(
      `digests/${firstEdition}.md`,
      digest.replace('the the whales', 'the whales, see the [link](https://example.org/whales)'),
    );

    const { stdout } = await harness.run('lint', firstEdition);

    expect(stdout.match(/\[link-vague\]/gu)).toHaveLength(1);
    expect(stdout).toMatch(/\.md:10:\d+: \w+: The link text "link" .* \[link-vague\]/u);
  });

  test('says once that an image is still to come, and then that its file is missing', async () => {
    using harness = new ProgramHarness();
    const withImage = (image: string) =>
      harness.write(`digests/${firstEdition}.md`, digest.replace('Boats', `${image}\n\nBoats`));
    withImage('![TK](images/TK.jpg "Photo: A. Name/Harbor Press")');
    const toCome = await harness.run('lint', firstEdition);
    withImage('![Boats at the pier](images/TK.jpg "Photo: A. Name/Harbor Press")');
    const nameless = await harness.run('lint', firstEdition);

    expect(toCome.stdout.match(/\[(?:placeholder|image-missing)\]/gu)).toEqual(['[placeholder]']);
    expect(nameless.stdout).toContain('[image-missing]');
    expect([toCome.status, nameless.status]).toEqual([4, 4]);
  });

  test('ends with 4 where publication.yaml lets a check block, and so do compose and approve', async () => {
    using harness = new ProgramHarness();
    harness.write(`digests/${firstEdition}.md`, digest);
    const settings = readFileSync(harness.path('digests/letter/publication.yaml'), 'utf8');
    harness.write('digests/letter/publication.yaml', `${settings}\nchecks:\n  word-doubled: block\n`);

    for (const command of ['lint', 'compose', 'approve']) {
      expect((await harness.run(command, firstEdition)).status).toBe(4);
    }
    const waived = digest.replace(
      '---\nGood',
      `waive:\n  - rule: word-doubled\n    on: ${firstEdition.slice(-10)}\n    why: It is a song.\n---\nGood`,
    );
    harness.write(`digests/${firstEdition}.md`, waived);
    for (const command of ['lint', 'compose']) {
      expect((await harness.run(command, firstEdition)).status).toBe(0);
    }
  });

  test('reports an unknown check in publication.yaml and in a waiver', async () => {
    using harness = new ProgramHarness();
    harness.write(
      `digests/${firstEdition}.md`,
      digest.replace('---\nGood', 'waive:\n  - rule: word-doubeld\n    why: A song.\n---\nGood'),
    );

    const linted = await harness.run('lint', firstEdition);
    expect(linted.status).toBe(4);
    expect(linted.stdout).toContain('Did you mean `word-doubled`?');

    const settings = readFileSync(harness.path('digests/letter/publication.yaml'), 'utf8');
    harness.write('digests/letter/publication.yaml', `${settings}\nchecks:\n  word-doubeld: block\n`);
    const { status, stderr } = await harness.run('lint', firstEdition);
    expect(status).toBe(3);
    expect(stderr).toContain('Did you mean `word-doubled`?');
  });

  test('is JSON, SARIF or workflow commands on request', async () => {
    using harness = new ProgramHarness();
    harness.write(`digests/${firstEdition}.md`, digest);

    const json = await harness.run('lint', firstEdition, '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({
      problems: [{ rule: 'word-doubled', line: 10 }],
      brevity: { score: 100 },
      weighed: expect.arrayContaining([{ name: 'Footer, links', bytes: expect.any(Number) }]),
    });
    const sarif = await harness.run('lint', firstEdition, '--format', 'sarif');
    expect(JSON.parse(sarif.stdout)).toMatchObject({ version: '2.1.0' });
    const github = await harness.run('lint', firstEdition, '--format', 'github');
    expect(github.stdout).toMatch(/^::warning file=.*,line=10,col=1,title=word-doubled::/u);
  });
});
