import { afterAll, beforeAll, expect, test } from 'vitest';

import { firstEdition, ProgramHarness } from '../../support/program/program-harness.ts';
import { SmtpSink } from '../../support/smtp/smtp-sink.ts';

/** With subscribers and an approved edition. */
const prepared = new ProgramHarness();
beforeAll(() => prepared.prepare(3));
afterAll(() => prepared[Symbol.dispose]());

test.concurrent.each([
  ['one letter of the message', `message = replace(message, 'storms are early', 'storms are Early')`],
  ['a link in it', `message = replace(message, 'https://example.org/', 'https://example.com/')`],
  [
    'where the links of subscribers lead',
    `settings = replace(settings, 'news.example.org', 'evil.example.org')`,
  ],
  ['where bounces go', `settings = replace(settings, '"bounceDomain":"letter', '"bounceDomain":"evil')`],
  ['the hash that was approved', `content_hash = 'f' || substr(content_hash, 2, 62) || 'g'`],
  ['all of it', `message = 'nothing'`],
])('%s changed behind our back: nobody gets it, the edition is paused and says why', async (_, change) => {
  await using sink = await SmtpSink.start();
  using harness = new ProgramHarness({ like: prepared, relay: sink.port });
  harness.tamper(`update revisions set ${change}`);

  const { status, stdout, stderr } = await harness.run('send', firstEdition, '--as-approved');

  expect(status).toBe(7);
  expect(stdout).toContain('3 intended = 0 accepted + 0 failed + 0 suppressed + 0 uncertain + 3 pending');
  expect(stdout).toContain(`${firstEdition} is paused`);
  expect(stderr).not.toMatch(/^\s+at /mu);
  expect(sink.messages).toEqual([]);
  const told = await harness.succeed('status', firstEdition);
  expect(told.stdout.replaceAll(/\s+/gu, ' ')).toContain('are not what was approved');
  expect(told.stdout).toContain('stopped');
});

test.concurrent('a database of a newer Daybrief is left alone, with the command that helps', async () => {
  using harness = new ProgramHarness({ like: prepared });
  harness.tamper('insert into schema_version (version, applied_at) values (9999, 0)');

  const { status, stderr } = await harness.run('status');

  expect(status).toBe(3);
  expect(stderr).toMatch(/^error: .*9999.*\nhint: .+/mu);
});
