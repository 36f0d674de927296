import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { DaybriefProcess } from '../../support/program/daybrief-process.ts';
import { until } from '../../support/until.ts';
import { seedAddress, SeedSite } from '../../support/web/seed-site.ts';
import type { SeedEdition, SeedStatus } from '../../support/web/seed-site.ts';

/** As a receiving server stamps what it took. */
const stamp = (results: string) => (raw: string) => ({
  raw: `Authentication-Results: mx.seed.example; ${results}\r\n${raw}`,
});

function findingsOf({ seeds }: SeedStatus) {
  return seeds.flatMap(({ findings }) => findings.filter(({ ok }) => !ok).map(({ text }) => text));
}

describe('on a site whose editions go to one seed first', () => {
  let site: SeedSite;

  beforeAll(async () => {
    site = await SeedSite.open();
    await site.start();
  });

  afterAll(async () => {
    await site[Symbol.asyncDispose]();
  });

  async function sent(options: Parameters<SeedSite['edition']>[0]): Promise<SeedEdition> {
    const edition = await site.edition(options);
    await edition.send();
    return edition;
  }

  test('an edition that arrives as approved at its seed goes to all recipients', async () => {
    const edition = await sent({
      seed: ['trusted-host: mx.seed.example'],
      receive: stamp('dkim=pass header.d=letter.example.org; dmarc=pass header.from=letter.example.org'),
    });

    const status = await edition.reaches('sent');

    expect(edition.served).toBe(3);
    expect(edition.copies).toHaveLength(1);
    expect(status.seeds).toMatchObject([{ address: seedAddress, state: 'passed' }]);
    expect(status.seeds[0]?.findings.map(({ check }) => check)).toEqual([
      'arrived',
      'folder',
      'headers',
      'content',
      'size',
      'dkim',
      'dmarc',
      'links',
      'unsubscribe',
    ]);
    expect(status.events.map(({ event }) => event)).toEqual([
      'approved',
      'published',
      'seeds-passed',
      'finished',
    ]);
    expect(site.harness.number(`select count(*) from subscriptions where state <> 'active'`)).toBe(0);
  });

  test('a message in the junk folder halts the edition before anyone gets it', async () => {
    const edition = await sent({ receive: (raw) => ({ raw, folder: 'Junk' }) });

    const status = await edition.reaches('paused');

    expect(findingsOf(status)).toEqual(['the message is in the folder for unwanted mail, Junk']);
    expect(edition.served).toBe(0);
    expect(edition.alarms).toMatchObject([
      {
        kind: 'halted',
        text: expect.stringContaining('seed.example: the message is in the folder for unwanted'),
      },
    ]);
    const { stdout } = await site.harness.succeed('status', edition.reference);
    expect(stdout).toContain('unwanted mail, Junk');
    expect((await site.harness.succeed('explain', 'reader1@example.org')).stdout).toContain(
      'in the audience; waits until the edition',
    );
  });

  test('a message in a folder that is not expected halts it, and one that is expected does not', async () => {
    const receive = (raw: string) => ({ raw, folder: 'Reading' as const });
    const wrong = await sent({ receive });
    expect(findingsOf(await wrong.reaches('paused'))).toEqual(['the message is in the folder Reading']);

    const right = await sent({ seed: ['folders: [INBOX, Reading]'], receive });
    await right.reaches('sent');
  });

  test('a message that does not arrive in time halts it', async () => {
    const edition = await sent({ receive: () => undefined });
    await until('it was sent', () => edition.isWithSeed);

    site.harness.tamper(`update canary_seeds set sent_at = 1 where edition_id = ?`, edition.id);
    const status = await edition.reaches('paused');

    expect(findingsOf(status)).toEqual(['it did not arrive within 10 minutes']);
    expect(edition.served).toBe(0);
  });

  test('a body that was changed on the way breaks DKIM and is not what was approved', async () => {
    const edition = await sent({ receive: (raw) => ({ raw: raw.replace('winter', 'wetter') }) });

    const findings = findingsOf(await edition.reaches('paused'));

    expect(findings).toContainEqual(expect.stringMatching(/^its (?:HTML|text) is not the approved one/u));
    expect(findings).toContain(
      'DKIM failed: the signature am-rsa of letter.example.org is not valid, because the body was changed on the way',
    );
    expect(findings).toContain('DMARC failed: no valid DKIM signature is aligned with the From address');
  });

  test('what the trusted server says of DKIM and DMARC counts, and what others say does not', async () => {
    const trusted = await sent({
      seed: ['trusted-host: mx.seed.example'],
      receive: stamp('dkim=fail (body hash did not verify) header.d=letter.example.org; dmarc=fail'),
    });
    expect(findingsOf(await trusted.reaches('paused'))).toEqual([
      'DKIM failed: mx.seed.example says dkim=fail',
      'DMARC failed: mx.seed.example says dmarc=fail',
    ]);

    const other = await sent({
      seed: ['trusted-host: mx.elsewhere.example'],
      receive: stamp('dkim=fail header.d=letter.example.org; dmarc=fail'),
    });
    await other.reaches('sent');
  });

  test('header fields that were removed on the way halt it', async () => {
    const edition = await sent({
      receive: (raw) => ({ raw: raw.replace(/^List-Unsubscribe-Post:.*\r\n/mu, '') }),
    });

    expect(findingsOf(await edition.reaches('paused'))).toContain('it has no List-Unsubscribe-Post field');
  });

  test('a message that Gmail would cut off halts it', async () => {
    const edition = await sent({
      receive: (raw) => ({
        raw: raw.replace(
          /(Content-Type: text\/html[\s\S]*?\r\n\r\n)/u,
          `$1${'<p>more and more</p>=\r\n'.repeat(6_000)}`,
        ),
      }),
    });

    expect(findingsOf(await edition.reaches('paused'))).toContainEqual(
      expect.stringMatching(/^its HTML has 1\d\d\.\d KB, and Gmail cuts off what is beyond 102 KB$/u),
    );
  });

  test('a link that leads nowhere halts it', async () => {
    const edition = await sent({ says: (url) => `The storms are [listed here](${url}/p/nobody).` });

    expect(findingsOf(await edition.reaches('paused'))).toEqual([
      `the link to ${site.baseUrl}/p/nobody leads to a page that is not there (404)`,
    ]);
  });

  test('a corrected revision goes to the seeds again, and `resume` alone sends to all recipients', async () => {
    let folder: 'Junk' | undefined = 'Junk';
    const edition = await sent({ receive: (raw) => ({ raw, ...(folder && { folder }) }) });
    await edition.reaches('paused');

    folder = undefined;
    const { harness } = site;
    harness.write(edition.file, harness.read(edition.file).replace('winter storms', 'first storms'));
    await harness.succeed('approve', edition.reference, '--anyway');
    await harness.succeed('resume', edition.reference, '--revision', '2');
    const status = await edition.reaches('sent');

    expect(status.seeds).toMatchObject([{ state: 'passed' }]);
    expect(edition.copies).toHaveLength(2);
    expect(edition.served).toBe(3);
    expect(status.events.map(({ event }) => event)).toContain('seeds-passed');
  });

  test('a person who resumes a halted edition sends it to all recipients', async () => {
    const edition = await sent({ receive: (raw) => ({ raw, folder: 'Junk' }) });
    await edition.reaches('paused');

    await site.harness.succeed('resume', edition.reference);
    await edition.reaches('sent');

    expect(edition.served).toBe(3);
    expect(edition.copies).toHaveLength(1);
  });

  test('`canary check` tries the seeds without sending to anyone', async () => {
    const edition = await site.edition();

    const { stdout } = await site.harness.succeed('canary', 'check', edition.reference);

    expect(stdout).toContain('9 checks passed');
    expect(stdout).toContain(`${seedAddress}: ok, one-click unsubscribing works`);
    expect(edition.served).toBe(0);
    expect(site.harness.number(`select count(*) from canary_seeds where edition_id = ${edition.id}`)).toBe(0);
  });
});

test('a share of the recipients comes after the seeds', async () => {
  await using site = await SeedSite.open({ recipients: 60 });
  await site.start();
  const edition = await site.edition({ canary: ['minutes: 1'] });
  await edition.send();

  await until('the first recipients are served', () => edition.served === 50);

  const status = await site.harness.json<SeedStatus>('status', edition.reference);
  expect(status.edition).toMatchObject({ state: 'sending', awaitsSeeds: false });
  expect((await site.harness.succeed('explain', 'reader60@example.org')).stdout).toMatch(
    /accepted|waits for the first recipients, until/u,
  );
});

test('unsubscribing that does not work halts it', async () => {
  await using site = await SeedSite.open();
  // Pages with another secret do not know the links in the mail.
  await (await site.start()).kill('SIGTERM');
  const pages = new DaybriefProcess(['web'], {
    cwd: site.harness.folder,
    env: { ...site.harness.env, DAYBRIEF_SECRET: 'another secret of these tests' },
  });
  await pages.shows('Ctrl-C stops.');
  site.harness.start('worker');
  const edition = await site.edition();
  await edition.send();

  const findings = findingsOf(await edition.reaches('paused'));

  expect(findings).toContain('the one-click unsubscribe POST is answered with the status 404');
  await pages.kill('SIGKILL');
});

test('another worker goes on with the seeds of one that was killed', async () => {
  let isLost = true;
  await using site = await SeedSite.open();
  const first = site.harness.start('worker');
  const edition = await site.edition({ receive: (raw) => (isLost ? undefined : { raw }) });
  await edition.send();
  await until('the seed was sent', () => edition.isWithSeed);
  await first.kill('SIGKILL');
  isLost = false;
  // As a worker leaves it that dies before it stored that a relay took the message.
  site.harness.tamper(`update canary_seeds set sent_at = null, state = 'waiting', due_at = 0`);

  await site.start();
  await edition.reaches('sent');

  expect(edition.copies).toHaveLength(2);
  expect(edition.copies[0]?.raw.equals(edition.copies[1]?.raw ?? Buffer.alloc(0))).toBe(true);
  expect(edition.served).toBe(3);
});
