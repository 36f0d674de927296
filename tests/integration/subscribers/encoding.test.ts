import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { subscribers } from '../../support/program/subscribers-command.ts';
import { SubscribersFixture } from '../../support/store/subscribers-fixture.ts';

async function withFile(bytes: Uint8Array): Promise<SubscribersFixture> {
  const fixture = await SubscribersFixture.create();
  writeFileSync(join(fixture.folder, 'people.csv'), bytes);
  return fixture;
}

describe('an import whose encoding breaks late in the file', () => {
  test('keeps the bytes of rows whose encoding breaks late in a file of 3 MB', async () => {
    const good = Array.from({ length: 80_000 }, (_, index) => `a${index}@example.org,"Zoë Müller, Köln"\r\n`);
    const broken = Buffer.from('jorg@example.org,"J\xf6rg ""Bj\xf8rn"" M\xfcller"\r\n', 'latin1');
    const mixed = Buffer.concat([
      Buffer.from('x@example.org,\u20ac '),
      Buffer.from([0x80, 0xff]),
      Buffer.from('\n'),
    ]);
    const parts = ['email,name\r\n', ...good, broken, 'nöbody,Jürgen\r\n', mixed, 'last@example.org,Lü\r\n'];
    const file = Buffer.concat(parts.map((part) => Buffer.from(part)));
    await using fixture = await withFile(file);

    const { status, stderr } = await subscribers(fixture, ['import', 'morning', 'people.csv']);

    expect(file.length).toBeGreaterThan(3_000_000);
    expect(status).toBe(7);
    expect(stderr).toContain('not UTF-8 are in it with their own bytes');
    expect((await fixture.service.list({ publication: 'morning', limit: 1 })).counts.active).toBe(80_001);
    const sentence = 'The row is not valid UTF-8.';
    expect(readFileSync(join(fixture.folder, 'people.csv.rejects.csv'))).toEqual(
      Buffer.concat([
        Buffer.from('"line","reason","sentence","email","name"\r\n'),
        Buffer.from(`"80002","row-not-utf8","${sentence}","jorg@example.org",`),
        // The cell as it was in the file, quotes included.
        broken.subarray('jorg@example.org,'.length),
        Buffer.from('"80003","no-at-sign","The address has no @.","nöbody","Jürgen"\r\n'),
        Buffer.from(`"80004","row-not-utf8","${sentence}","x@example.org","\u20ac `),
        Buffer.from([0x80, 0xff]),
        Buffer.from('"\r\n'),
      ]),
    );
  });

  test('imports rows that were not UTF-8 from the rejects file, converted', async () => {
    const start = `email,name\n${'a@example.org,Zoë\n'.repeat(5_000)}`;
    const broken = Buffer.from('jorg@example.org,J\xf6rg\n', 'latin1');
    await using fixture = await withFile(Buffer.concat([Buffer.from(start), broken]));
    await subscribers(fixture, ['import', 'morning', 'people.csv']);
    const rejects = readFileSync(join(fixture.folder, 'people.csv.rejects.csv'), 'latin1');
    writeFileSync(join(fixture.folder, 'converted.csv'), rejects);

    const { status } = await subscribers(fixture, ['import', 'morning', 'converted.csv']);

    expect(status).toBe(0);
    expect((await fixture.service.show('jorg@example.org')).subscriber?.name).toBe('Jörg');
  });
});
