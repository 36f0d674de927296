import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { addCandidates } from '../../../src/app/inbox/add-candidates.ts';
import { dropItems, listInbox, pickItems } from '../../../src/app/inbox/curate-inbox.ts';
import { newDigest } from '../../../src/app/inbox/new-digest.ts';
import { inboxFixture, pasted } from '../../support/store/inbox-fixture.ts';
import { fetchFor, serveSite } from '../../support/web/test-site.ts';

const three =
  'One story of words\n\nIts text is one.\n\nTwo stories of words\n\nIts text is two.\n\nThree stories of words\n\nIts text is three.';
const sample = (name: string) =>
  readFileSync(join(import.meta.dirname, '../../../digests/sample', name), 'utf8');
const shown = { all: false, limit: 50 };

test('a paste becomes files with their source, in its order', async () => {
  const { slug, ports, itemFiles, read } = inboxFixture();

  const { items, form } = await addCandidates(slug, pasted(three), ports);

  expect(form).toBe('text');
  expect(items.map(({ item, isNew }) => [item.headline, isNew])).toEqual([
    ['One story of words', true],
    ['Two stories of words', true],
    ['Three stories of words', true],
  ]);
  const name = itemFiles().find((file) => file.startsWith('one-story-of-words-')) ?? '';
  expect(read(`inbox/${name}`)).toBe(
    '---\nkind: brief\nsource: pasted text\nfound: 2026-11-27T08:00-06:00\nstate: new\nplace: 1\n---\n## One story of words\n\nIts text is one.\n',
  );
  const { items: listed } = await listInbox(slug, ports, shown);
  expect(listed.map(({ item }) => item.headline)).toEqual(items.map(({ item }) => item.headline));
});

test('the same text pasted an hour later adds nothing', async () => {
  const { slug, ports, pass, itemFiles } = inboxFixture();
  const text = `2 hours ago - World\n\n${three}`;
  await addCandidates(slug, pasted(text), ports);
  pass(3_600_000);

  const { items } = await addCandidates(slug, pasted(text), ports);

  expect(items.map(({ isNew }) => isNew)).toEqual([false, false, false]);
  expect(itemFiles()).toHaveLength(3);
});

test('a page is fetched, and is the same under another address of it', async () => {
  const site = await serveSite((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(
      '<html><head><title>Ice tonight in Elm</title></head><body><p>The bridge closes at nine.</p></body></html>',
    );
  });
  const { slug, ports } = inboxFixture({ fetchPage: fetchFor(site).fetch });
  const url = `http://harbor.test:${site.port}/ice`;

  const first = await addCandidates(slug, { url }, ports);
  const again = await addCandidates(slug, { url: `${url}/?utm_source=x#top` }, ports);

  expect(first.items).toMatchObject([
    { isNew: true, item: { headline: 'Ice tonight in Elm', source: url, site: 'harbor.test' } },
  ]);
  expect(again.items).toMatchObject([{ isNew: false }]);
});

test('says what the publication ran before, by address or headline', async () => {
  const { slug, ports, write } = inboxFixture();
  write('2026-11-23.md', sample('2026-11-23.md'));
  write('2026-11-24.md', sample('2026-11-24.md'));
  write('2026-11-20.md', 'no digest at all');
  const page = (title: string, url: string) =>
    pasted(
      `<html><head><title>${title}</title><link rel="canonical" href="${url}"></head><body><p>Text of it.</p></body></html>`,
    );

  const byAddress = await addCandidates(
    slug,
    page('Another title', 'https://m.example.net/rails/saturday/?utm_source=a'),
    ports,
  );
  const byHeadline = await addCandidates(
    slug,
    pasted('The quiet ferries had a loud first day\n\nText of it.'),
    ports,
  );
  const isNew = await addCandidates(slug, pasted('Nothing like it was there\n\nText of it.'), ports);

  expect(byAddress.items[0]?.ran?.date).toBe('2026-11-24');
  expect(byAddress.items[0]?.ran?.headline).toContain('Trains run on the Saturday timetable');
  expect(byHeadline.items[0]?.ran).toEqual({
    date: '2026-11-24',
    headline: 'The quiet ferries had a loud first day',
  });
  expect(isNew.items[0]?.ran).toBeUndefined();
  const { items } = await listInbox(slug, ports, shown);
  expect(items.filter(({ ran }) => ran !== undefined)).toHaveLength(2);
});

test('picked items are in the new digest in their order, and used up', async () => {
  const { slug, ports, write, read } = inboxFixture();
  write('skeleton.yaml', 'greeting: Good morning. TK\nclosing: See you.\n');
  write(
    'sponsors.yaml',
    '- name: Bank\n  text: Save early.\n  days: [fri]\n- name: Mill\n  text: Grind.\n  dates: [2026-12-01]\n',
  );
  const { items } = await addCandidates(slug, pasted(three), ports);
  const [one, two, last] = items.map(({ item }) => item.id);
  await pickItems(slug, [last ?? '', one ?? ''], ports);
  await dropItems(slug, [two ?? ''], ports);

  const made = await newDigest(slug, ports);

  expect(made).toMatchObject({ date: '2026-11-27', sponsor: 'Bank', toWrite: 3 });
  expect(read('2026-11-27.md').match(/^(?:## |:::\w).*/gmu)).toEqual([
    '## Three stories of words',
    ':::sponsor{name="Bank"}',
    '## One story of words',
    ':::closing',
  ]);
  const all = await listInbox(slug, ports, { ...shown, all: true });
  expect(all.items.map(({ item }) => [item.headline, item.state, item.edition])).toEqual([
    ['One story of words', 'used', '2026-11-27'],
    ['Three stories of words', 'used', '2026-11-27'],
    ['Two stories of words', 'dropped', undefined],
  ]);
  // The digest that an item was used for does not count as an earlier one.
  expect(all.items.map(({ ran }) => ran)).toEqual([undefined, undefined, undefined]);
});

test('a new digest has the next day of the publication without one, in its zone', async () => {
  const { slug, ports, pass, write } = inboxFixture();
  expect((await newDigest(slug, ports)).date).toBe('2026-11-27');
  expect((await newDigest(slug, ports)).date).toBe('2026-11-30');
  write('2026-12-01.yaml', 'date: 2026-12-01\n');
  expect((await newDigest(slug, ports)).date).toBe('2026-12-02');
  // 2026-12-23 at 23:30 in Chicago; Christmas is a holiday, and then it is the weekend.
  pass(Date.parse('2026-12-24T05:30:00Z') - Date.parse('2026-11-27T14:00:00Z'));
  expect((await newDigest(slug, ports)).date).toBe('2026-12-24');
  expect((await newDigest(slug, ports)).date).toBe('2026-12-28');
});

test('a new digest is one of today until the deadline, and then of the next day', async () => {
  const { slug, ports, pass, write } = inboxFixture();
  write('2026-11-30.md', '');

  // 2026-11-27, a minute before the deadline and at it: 10:00 in Chicago.
  pass(Date.parse('2026-11-27T15:59:00Z') - Date.parse('2026-11-27T14:00:00Z'));
  const before = await newDigest(slug, ports);
  const second = inboxFixture();
  second.pass(2 * 3_600_000);
  const after = await newDigest(second.slug, second.ports);
  const named = await newDigest(`${second.slug}/2026-11-27`, second.ports);

  expect([before.date, after.date, named.date]).toEqual(['2026-11-27', '2026-11-30', '2026-11-27']);
});

test('a digest that is there is never overwritten', async () => {
  const { slug, ports, write, read } = inboxFixture();
  write('2026-11-30.md', 'mine');
  await addCandidates(slug, pasted(three), ports);
  await pickItems(slug, [(await ports.inbox.list(slug))[0]?.id ?? ''], ports);

  await expect(newDigest(`${slug}/2026-11-30`, ports)).rejects.toMatchObject({ code: 'DIGEST_EXISTS' });

  expect(read('2026-11-30.md')).toBe('mine');
  expect((await ports.inbox.list(slug)).filter(({ state }) => state === 'picked')).toHaveLength(1);
});

test('mistakes in skeleton.yaml and sponsors.yaml are named with their place', async () => {
  const { slug, ports, write } = inboxFixture();
  write('skeleton.yaml', 'greting: Hello\n');
  await expect(newDigest(slug, ports)).rejects.toMatchObject({
    code: 'PUBLICATION_INVALID',
    details: [expect.stringMatching(/skeleton\.yaml:1:1: error: .*greting/u)],
  });
  write('skeleton.yaml', '');
  write('sponsors.yaml', '- name: Bank\n  days: [someday]\n');
  await expect(newDigest(slug, ports)).rejects.toMatchObject({
    code: 'PUBLICATION_INVALID',
    message: expect.stringContaining('sponsors.yaml'),
  });
});

test('items are named by id, its beginning, or their file, and unknown ones change nothing', async () => {
  const { slug, ports, itemFiles } = inboxFixture();
  await addCandidates(slug, pasted(three), ports);
  const [file = ''] = itemFiles();
  const id = file.slice(-9, -3);

  await pickItems(slug, [`digests/letter/inbox/${file}`], ports);
  await dropItems(slug, [id.slice(0, 5)], ports);
  await pickItems(slug, [id.toUpperCase()], ports);
  await expect(pickItems(slug, [id, 'zzzzzz'], ports)).rejects.toMatchObject({ code: 'ITEM_NOT_FOUND' });
  await expect(dropItems(slug, [''], ports)).rejects.toMatchObject({ code: 'ITEM_NOT_FOUND' });

  expect((await ports.inbox.list(slug)).find((item) => item.id === id)).toMatchObject({
    state: 'picked',
    order: 1,
  });
});

test('an item that a curator edited keeps what was edited', async () => {
  const { slug, ports, itemFiles, read, write } = inboxFixture();
  await addCandidates(slug, pasted('One story of words\n\nIts text is one.'), ports);
  const [file = ''] = itemFiles();
  write(`inbox/${file}`, '---\nkind: lead # mine\nmood: good\n---\n## A better headline\n\nBetter text.\n');
  write('inbox/notes.md', 'not an item');
  write('inbox/broken-abc123.md', '---\n: [\n---\n## Broken\n\nText.\n');

  await pickItems(slug, [file], ports);

  expect(read(`inbox/${file}`)).toBe(
    '---\nkind: lead # mine\nmood: good\nstate: picked\norder: 1\n---\n## A better headline\n\nBetter text.\n',
  );
  const { items } = await listInbox(slug, ports, shown);
  expect(items.map(({ item }) => [item.headline, item.kind])).toEqual([
    ['A better headline', 'lead'],
    ['Broken', 'brief'],
  ]);
});
