import { describe, expect, test } from 'vitest';

import { SubscribersFixture } from '../../support/store/subscribers-fixture.ts';

describe('importing subscribers', () => {
  test('adds all rows as active subscribers, with names and time zones', async () => {
    await using fixture = await SubscribersFixture.create();

    const result = await fixture.import(
      'E-Mail,First name,Last name,Time zone\nJo@Example.ORG,Jo,Park,Europe/Berlin\nal@example.org,Al,,Mars/Base\n',
    );

    expect(result).toMatchObject({ rows: 2, added: 2, rejected: 0, timeZonesIgnored: 1 });
    const { subscribers, counts } = await fixture.service.list({ publication: 'morning', limit: 10 });
    expect(counts).toEqual({ active: 2, pending: 0, unsubscribed: 0, suppressed: 0 });
    expect(subscribers.toSorted((a, b) => b.canonical.localeCompare(a.canonical))).toMatchObject([
      { address: 'Jo@example.org', canonical: 'jo@example.org', name: 'Jo Park', timeZone: 'Europe/Berlin' },
      { address: 'al@example.org', name: 'Al', timeZone: null, state: 'active' },
    ]);
  });

  test('changes nothing when the same file is imported again', async () => {
    await using fixture = await SubscribersFixture.create();
    const text = 'email,name\njo@example.org,Jo\nJO@example.org,\nal@example.org,\nnobody,x\n';
    const first = await fixture.import(text);
    const before = await fixture.personalData();

    fixture.now = 2_000;
    const second = await fixture.import(text);

    expect(first).toMatchObject({ rows: 4, added: 2, merged: 1, rejected: 1, unchanged: 0 });
    expect(second).toMatchObject({ rows: 4, added: 0, merged: 1, rejected: 1, unchanged: 2 });
    expect(await fixture.personalData()).toEqual(before);
  });

  test('merges rows of one address however far apart, and keeps the first name', async () => {
    await using fixture = await SubscribersFixture.create();
    const others = Array.from({ length: 35_000 }, (_, index) => `reader${index}@example.org,`).join('\n');

    const result = await fixture.import(
      `email,name\nfar@example.org,\nnear@example.org,\nNEAR@example.org,Nea\nnear@EXAMPLE.org,Other\n${others}\nFar@example.org,Fay\n`,
    );

    expect(result).toMatchObject({ rows: 35_005, added: 35_002, merged: 3 });
    const far = await fixture.service.show('far@example.org');
    const near = await fixture.service.show('near@example.org');
    expect([far.subscriber?.name, near.subscriber?.name]).toEqual(['Fay', 'Nea']);
  });

  test('completes an existing subscriber, who keeps number, name and standing', async () => {
    await using fixture = await SubscribersFixture.create();
    await fixture.import('email,name\njo@example.org,Jo\nal@example.org,\n');
    const before = await fixture.service.show('al@example.org');

    const result = await fixture.import(
      'email,name,time zone\njo@example.org,Other,Europe/Berlin\nal@example.org,Al,\n',
    );

    expect(result).toMatchObject({ added: 0, updated: 2 });
    const [jo, al] = [
      await fixture.service.show('jo@example.org'),
      await fixture.service.show('al@example.org'),
    ];
    expect(jo.subscriber).toMatchObject({ name: 'Jo', timeZone: 'Europe/Berlin' });
    expect(al.subscriber).toEqual({ ...before.subscriber, name: 'Al' });
  });

  test('never brings back who unsubscribed, bounced or was erased', async () => {
    await using fixture = await SubscribersFixture.create();
    await fixture.import('email\nleft@example.org\nbounced@example.org\nerased@example.org\n');
    await fixture.service.set({ publication: 'morning', email: 'left@example.org', state: 'unsubscribed' });
    await fixture.suppressions.add('bounced@example.org', { reason: 'bad-address', now: 1 });
    await fixture.service.erase('erased@example.org');
    const before = await fixture.personalData();

    const result = await fixture.import(
      'email,name\nLEFT@example.org,L\nBounced@example.org,B\nErased@Example.org,E\n',
    );

    expect(result).toMatchObject({ rows: 3, added: 0, updated: 0, unsubscribed: 1, suppressed: 2 });
    expect(await fixture.personalData()).toEqual(before);
  });

  test('activates a pending subscriber', async () => {
    await using fixture = await SubscribersFixture.create();
    await fixture.import('email,name,state,time_zone,created_at\njo@example.org,Jo,pending,,\n');

    const result = await fixture.import('email\njo@example.org\n');

    expect(result).toMatchObject({ updated: 1 });
    expect((await fixture.service.show('jo@example.org')).subscriptions).toMatchObject([{ state: 'active' }]);
  });

  test('subscribes people of another publication without touching that', async () => {
    await using fixture = await SubscribersFixture.create();
    await fixture.import('email\njo@example.org\n', { publication: 'evening' });
    await fixture.service.set({ publication: 'evening', email: 'jo@example.org', state: 'unsubscribed' });

    const result = await fixture.import('email\njo@example.org\n');

    expect(result).toMatchObject({ added: 1 });
    expect((await fixture.service.show('jo@example.org')).subscriptions).toMatchObject([
      { publication: 'evening', state: 'unsubscribed' },
      { publication: 'morning', state: 'active' },
    ]);
  });

  test('a dry run counts the same and changes nothing', async () => {
    await using fixture = await SubscribersFixture.create();
    await fixture.import('email,name\njo@example.org,\n');
    const before = await fixture.personalData();
    const text = 'email,name\njo@example.org,Jo\nal@example.org,\nAL@example.org,\nnobody,\n';

    const dry = await fixture.import(text, { dryRun: true });

    expect(await fixture.personalData()).toEqual(before);
    const real = await fixture.import(text);
    expect({ ...dry, dryRun: false }).toEqual(real);
    expect(real).toMatchObject({ rows: 4, added: 1, updated: 1, merged: 1, rejected: 1 });
  });

  test('accounts for every row: the counts add up', async () => {
    await using fixture = await SubscribersFixture.create();
    await fixture.service.erase('gone@example.org');
    const rows = Array.from({ length: 10_000 }, (_, index) => `r${index % 7_001}@example.org,"N ${index}"`);
    rows.splice(500, 0, 'gone@example.org,', 'no-at-sign,', 'a@b.c,"x', '', ',,');

    const result = await fixture.import(`email,name\n${rows.join('\n')}`);

    const { added, updated, unchanged, merged, rejected, suppressed, unsubscribed } = result;
    expect(added + updated + unchanged + merged + rejected + suppressed + unsubscribed).toBe(result.rows);
    expect(result).toMatchObject({ rows: 10_003, added: 7_001, suppressed: 1, rejected: 2 });
    expect(result.byReason).toEqual({ 'no-at-sign': 1, 'row-quote-unclosed': 1 });
  });
});

describe('hostile input', () => {
  test.each<[string, string]>([
    ['line breaks', '"jo@example.org\nBcc: x@example.org",x'],
    ['NUL', 'jo\0@example.org,x'],
    ['two addresses', '"a@b.c,d@e.f",x'],
    ['a script', '"<script>alert(1)</script>",x'],
    ['a template', '{{email}},x'],
    ['direction marks', 'jo\u202e@example.org,x'],
    ['a long local part', `${'x'.repeat(65)}@example.org,x`],
    ['an address of 60 KB', `${'x'.repeat(60_000)}@example.org,x`],
    ['an IP literal', 'jo@[127.0.0.1],x'],
    ['a formula', '"=HYPERLINK(""http://x"")",x'],
    ['nothing', ',x'],
    ['a number', '42,x'],
  ])(
    'rejects %s in the address with its line, a reason and a sentence, and keeps the rest',
    async (_, row) => {
      await using fixture = await SubscribersFixture.create();

      const result = await fixture.import(`email,name\nal@example.org,Al\n${row}\nbo@example.org,Bo\n`);

      expect(result).toMatchObject({ added: 2, rejected: 1 });
      expect(result.rejects).toMatchObject([
        {
          line: 3,
          reason: expect.stringMatching(/^[a-z0-9-]+$/),
          sentence: expect.stringMatching(/^[A-Z].*\.$/),
        },
      ]);
    },
  );

  test('takes hostile names as plain text on one line of 100 characters', async () => {
    await using fixture = await SubscribersFixture.create();
    const names = ['{{name}}', '</script>', 'Jo\r\nBcc: x', 'Jo\0', '\u202eoJ', 'x'.repeat(60_000), "'=1+1"];
    const rows = names.map((name, index) => `r${index}@example.org,"${name}"`);

    const result = await fixture.import(`email,name\n${rows.join('\n')}\n`);

    const { subscribers } = await fixture.service.list({ publication: 'morning', limit: 10 });
    expect(result).toMatchObject({ added: names.length, rejected: 0 });
    expect(subscribers.map((subscriber) => subscriber.name)).toEqual([
      '{{name}}',
      '</script>',
      'Jo Bcc: x',
      'Jo',
      'oJ',
      'x'.repeat(100),
      '=1+1',
    ]);
  });

  test.each<[string, string | Uint8Array]>([
    ['an empty file', ''],
    ['a file without a header', 'jo@example.org,Jo\nal@example.org,Al\n'],
    ['a file without an address column', 'foo,bar\n1,2\n'],
    ['UTF-16', Buffer.from('\ufeffemail\njo@example.org\n', 'utf16le')],
    ['random bytes', Buffer.from(Array.from({ length: 5_000 }, (_, index) => (index * 7919) % 256))],
  ])('refuses %s as a whole and changes nothing', async (_, text) => {
    await using fixture = await SubscribersFixture.create();
    const before = await fixture.personalData();

    await expect(fixture.import(text)).rejects.toMatchObject({ code: 'IMPORT_INVALID' });

    expect(await fixture.personalData()).toEqual(before);
  });

  test('accepts a file with only a header as an empty list', async () => {
    await using fixture = await SubscribersFixture.create();

    expect(await fixture.import('email,name\n')).toMatchObject({ rows: 0, added: 0, rejected: 0 });
  });
});
