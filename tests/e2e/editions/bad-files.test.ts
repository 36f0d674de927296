import { mkdirSync, rmSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import {
  expectPrintable,
  expectSentence,
  hostileWords,
  stackTrace,
  strangeFiles,
} from '../../support/content/hostile-input.ts';
import {
  digest,
  firstEdition,
  ProgramHarness,
  publicationYaml,
} from '../../support/program/program-harness.ts';

/** With subscribers and an approved edition; each test has a copy. */
const prepared = new ProgramHarness();
beforeAll(() => prepared.prepare(2));
afterAll(() => prepared[Symbol.dispose]());

describe.each(['md', 'yaml', 'json'])('a digest.%s that is', (ending) => {
  test.concurrent('something else is refused with 4, and writes nothing', async () => {
    using harness = new ProgramHarness({ like: prepared });
    rmSync(harness.path(`digests/${firstEdition}.md`));
    for (const [what, content] of Object.entries(strangeFiles)) {
      harness.write(`digests/letter/2026-11-23.${ending}`, content);
      const before = harness.files();

      const finished = await harness.run('compose', firstEdition);

      expect({ what, status: finished.status }).toEqual({ what, status: 4 });
      expectSentence(finished);
      expect(harness.files()).toEqual(before);
    }
  });
});

describe('a digest', () => {
  test.concurrent.each([
    ['is missing', 'compose', 2, 'letter/2026-11-25'],
    ['is a folder', 'compose', 2, 'letter/2026-11-26'],
    ['is missing, for approve', 'approve', 2, 'letter/2026-11-25'],
    ['is missing, for send', 'send', 2, 'letter/2026-11-25'],
  ])('that %s', async (_, command, status, reference) => {
    using harness = new ProgramHarness({ like: prepared });
    mkdirSync(harness.path('digests/letter/2026-11-26.md'));

    const finished = await harness.run(command, reference);

    expect(finished.status).toBe(status);
    expectSentence(finished);
  });

  test.concurrent('full of hostile words becomes text, and nothing else, everywhere it is shown', async () => {
    using harness = new ProgramHarness({ like: prepared });
    const words = `{{constructor}} {{{x}}} <b onclick=x> &lt;script&gt; \\</script\\> "quoted" 'x' =?utf-8?Q?x?= %0d%0aBcc: x@example.net`;
    const head = `subject: ${JSON.stringify(words)}`;
    harness.write(
      `digests/${firstEdition}.md`,
      digest({ says: `${words}\n\n**${words}:** ${words}` }).replace(/^subject: .+$/mu, head),
    );

    const finished = await harness.run('compose', firstEdition);

    expectPrintable(finished);
    expect(finished.stderr).not.toMatch(stackTrace);
    expect([0, 4]).toContain(finished.status);
    expect(finished.stdout + finished.stderr).toContain('{{constructor}}');
  });
});

describe('a publication.yaml that is', () => {
  test.concurrent('something else is refused with 3, before anything is composed or sent', async () => {
    using harness = new ProgramHarness({ like: prepared });
    for (const [what, content] of Object.entries(strangeFiles)) {
      harness.write('digests/letter/publication.yaml', content);

      const finished = await Promise.all(
        ['compose', 'send'].map((command) => harness.run(command, firstEdition)),
      );

      expect({ what, statuses: finished.map(({ status }) => status) }).toEqual({ what, statuses: [3, 3] });
      finished.forEach(expectSentence);
    }
    expect(harness.number('select count(*) from deliveries')).toBe(0);
  });

  test.concurrent.each([
    ['missing', 2],
    ['a folder', 2],
  ])('%s ends with %i', async (what, status) => {
    using harness = new ProgramHarness({ like: prepared });
    rmSync(harness.path('digests/letter/publication.yaml'));
    if (what === 'a folder') mkdirSync(harness.path('digests/letter/publication.yaml'));

    const finished = await harness.run('approve', firstEdition);

    expect(finished.status).toBe(status);
    expectSentence(finished);
  });

  test.concurrent('hostile in its values cannot get into a header, a path or a terminal', async () => {
    using harness = new ProgramHarness({ like: prepared });
    const values = [
      `list-id: "a>\\r\\nBcc: x@example.net"`,
      `template: ../../../etc`,
      `web-base-url: "javascript:alert(1)"`,
      `bounce-domain: "x y"`,
      `reason: "\\e[2J\\u202e"`,
      `brand: { color: "red;}", logo: ../../../../etc/passwd }`,
    ];
    harness.write('digests/letter/publication.yaml', publicationYaml(...values));

    const finished = await harness.run('compose', firstEdition);

    expect(finished.status).toBe(3);
    expectSentence(finished);
    for (const key of ['list-id', 'template', 'web-base-url', 'bounce-domain', 'reason', 'color', 'logo']) {
      expect(finished.stderr).toContain(key);
    }
  });
});

describe('a CSV file that is', () => {
  test.concurrent.each([
    ['an empty file', [4]],
    ['ten megabytes', [4, 7]],
    ['a picture', [4]],
    ['UTF-16', [4]],
    ['hostile text', [4, 7]],
    ['brackets without end', [4, 7]],
  ])('%s is refused, and nobody is added', async (what, statuses) => {
    using harness = new ProgramHarness({ like: prepared });
    harness.write('strange.csv', strangeFiles[what] ?? '');

    const finished = await harness.run('subscribers', 'import', 'letter', 'strange.csv');

    expect(statuses).toContain(finished.status);
    expectSentence(finished);
    expect(harness.number('select count(*) from subscribers')).toBe(2);
  });

  test.concurrent('missing or a folder ends with 2', async () => {
    using harness = new ProgramHarness({ like: prepared });

    const finished = await Promise.all(
      ['nowhere.csv', 'digests'].map((file) => harness.run('subscribers', 'import', 'letter', file)),
    );

    for (const one of finished) {
      expect(one.status).toBe(2);
      expectSentence(one);
    }
  });

  test.concurrent('hostile in its cells is listed with its reasons, and shown without moving the cursor', async () => {
    using harness = new ProgramHarness({ like: prepared });
    const rows = [
      `good@example.org,"${hostileWords}\u202E{{name}}</script>"`,
      `"bad@example.org\r\nBcc: x@example.net",x`,
      `\u001B[2J@example.org,x`,
      `=cmd|' /C calc'!A0,x`,
      `"unclosed@example.org,x`,
    ];
    harness.write('hostile.csv', `email,name\r\n${rows.join('\r\n')}\r\n`);

    const imported = await harness.run('subscribers', 'import', 'letter', 'hostile.csv');
    const shown = await Promise.all([
      harness.run('subscribers', 'list', 'letter'),
      harness.run('subscribers', 'show', 'good@example.org'),
      harness.run('explain', 'good@example.org'),
    ]);

    expect(imported.status).toBe(7);
    expectSentence(imported);
    for (const one of shown) {
      expect(one.status).toBe(0);
      expectPrintable(one);
    }
    expect(harness.number('select count(*) from subscribers')).toBe(3);
  });
});
