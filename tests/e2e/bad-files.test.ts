import { mkdirSync, rmSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import {
  expectPrintable,
  expectSentence,
  hostileWords,
  stackTrace,
  strangeFiles,
} from '../support/hostile-input.ts';
import { digest, firstEdition, Newsroom, publicationYaml } from '../support/newsroom.ts';

/** With subscribers and an approved edition; each test has a copy. */
const prepared = new Newsroom();
beforeAll(() => prepared.prepare(2));
afterAll(() => prepared[Symbol.dispose]());

describe.each(['md', 'yaml', 'json'])('a digest.%s that is', (ending) => {
  test.concurrent('something else is refused with 4, and writes nothing', async () => {
    using newsroom = new Newsroom({ like: prepared });
    rmSync(newsroom.path(`digests/${firstEdition}.md`));
    for (const [what, content] of Object.entries(strangeFiles)) {
      newsroom.write(`digests/letter/2026-11-23.${ending}`, content);
      const before = newsroom.files();

      const finished = await newsroom.run('compose', firstEdition);

      expect({ what, status: finished.status }).toEqual({ what, status: 4 });
      expectSentence(finished);
      expect(newsroom.files()).toEqual(before);
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
    using newsroom = new Newsroom({ like: prepared });
    mkdirSync(newsroom.path('digests/letter/2026-11-26.md'));

    const finished = await newsroom.run(command, reference);

    expect(finished.status).toBe(status);
    expectSentence(finished);
  });

  test.concurrent('full of hostile words becomes text, and nothing else, everywhere it is shown', async () => {
    using newsroom = new Newsroom({ like: prepared });
    const words = `{{constructor}} {{{x}}} <b onclick=x> &lt;script&gt; \\</script\\> "quoted" 'x' =?utf-8?Q?x?= %0d%0aBcc: x@example.net`;
    const head = `subject: ${JSON.stringify(words)}`;
    newsroom.write(
      `digests/${firstEdition}.md`,
      digest({ says: `${words}\n\n**${words}:** ${words}` }).replace(/^subject: .+$/mu, head),
    );

    const finished = await newsroom.run('compose', firstEdition);

    expectPrintable(finished);
    expect(finished.stderr).not.toMatch(stackTrace);
    expect([0, 4]).toContain(finished.status);
    expect(finished.stdout + finished.stderr).toContain('{{constructor}}');
  });
});

describe('a publication.yaml that is', () => {
  test.concurrent('something else is refused with 3, before anything is composed or sent', async () => {
    using newsroom = new Newsroom({ like: prepared });
    for (const [what, content] of Object.entries(strangeFiles)) {
      newsroom.write('digests/letter/publication.yaml', content);

      const finished = await Promise.all(
        ['compose', 'send'].map((command) => newsroom.run(command, firstEdition)),
      );

      expect({ what, statuses: finished.map(({ status }) => status) }).toEqual({ what, statuses: [3, 3] });
      finished.forEach(expectSentence);
    }
    expect(newsroom.number('select count(*) from deliveries')).toBe(0);
  });

  test.concurrent.each([
    ['missing', 2],
    ['a folder', 2],
  ])('%s ends with %i', async (what, status) => {
    using newsroom = new Newsroom({ like: prepared });
    rmSync(newsroom.path('digests/letter/publication.yaml'));
    if (what === 'a folder') mkdirSync(newsroom.path('digests/letter/publication.yaml'));

    const finished = await newsroom.run('approve', firstEdition);

    expect(finished.status).toBe(status);
    expectSentence(finished);
  });

  test.concurrent('hostile in its values cannot get into a header, a path or a terminal', async () => {
    using newsroom = new Newsroom({ like: prepared });
    const values = [
      `list-id: "a>\\r\\nBcc: x@example.net"`,
      `template: ../../../etc`,
      `web-base-url: "javascript:alert(1)"`,
      `bounce-domain: "x y"`,
      `reason: "\\e[2J\\u202e"`,
      `brand: { color: "red;}", logo: ../../../../etc/passwd }`,
    ];
    newsroom.write('digests/letter/publication.yaml', publicationYaml(...values));

    const finished = await newsroom.run('compose', firstEdition);

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
    using newsroom = new Newsroom({ like: prepared });
    newsroom.write('strange.csv', strangeFiles[what] ?? '');

    const finished = await newsroom.run('subscribers', 'import', 'letter', 'strange.csv');

    expect(statuses).toContain(finished.status);
    expectSentence(finished);
    expect(newsroom.number('select count(*) from subscribers')).toBe(2);
  });

  test.concurrent('missing or a folder ends with 2', async () => {
    using newsroom = new Newsroom({ like: prepared });

    const finished = await Promise.all(
      ['nowhere.csv', 'digests'].map((file) => newsroom.run('subscribers', 'import', 'letter', file)),
    );

    for (const one of finished) {
      expect(one.status).toBe(2);
      expectSentence(one);
    }
  });

  test.concurrent('hostile in its cells is listed with its reasons, and shown without moving the cursor', async () => {
    using newsroom = new Newsroom({ like: prepared });
    const rows = [
      `good@example.org,"${hostileWords}\u202E{{name}}</script>"`,
      `"bad@example.org\r\nBcc: x@example.net",x`,
      `\u001B[2J@example.org,x`,
      `=cmd|' /C calc'!A0,x`,
      `"unclosed@example.org,x`,
    ];
    newsroom.write('hostile.csv', `email,name\r\n${rows.join('\r\n')}\r\n`);

    const imported = await newsroom.run('subscribers', 'import', 'letter', 'hostile.csv');
    const shown = await Promise.all([
      newsroom.run('subscribers', 'list', 'letter'),
      newsroom.run('subscribers', 'show', 'good@example.org'),
      newsroom.run('explain', 'good@example.org'),
    ]);

    expect(imported.status).toBe(7);
    expectSentence(imported);
    for (const one of shown) {
      expect(one.status).toBe(0);
      expectPrintable(one);
    }
    expect(newsroom.number('select count(*) from subscribers')).toBe(3);
  });
});
