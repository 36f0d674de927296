import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { DaybriefProcess } from '../../support/program/daybrief-process.ts';
import {
  firstDate,
  firstEdition,
  ProgramHarness,
  publicationYaml,
} from '../../support/program/program-harness.ts';
import { freePort } from '../../support/servers/free-port.ts';
import { readWithMailparser } from '../../support/smtp/read-message.ts';
import { lena, omar, openProofHarness } from '../../support/web/proof-harness.ts';

describe('a proof', () => {
  test('says so in its subject, shows its pictures and a page of its own, and what has changed', async () => {
    const { sink, write, prove, get } = await openProofHarness();

    const first = await prove();
    write('The storms are late.');
    const second = await prove();
    const mail = await readWithMailparser(sink.messages.at(-1)?.raw ?? Buffer.alloc(0));
    const page = await get(second.get(lena) ?? '');
    const email = await (await get(`${second.get(lena)}/email`)).text();
    const seen = await get(/<img[^>]* src="([^"]+lines[^"]*|[^"]+\/images\/[^"]+)"/u.exec(email)?.[1] ?? '');

    expect(first.get(lena)).not.toBe(first.get(omar));
    expect(mail.subject).toMatch(/^\[Proof 2\] /u);
    expect(mail.text).toContain(
      `Proof 2 of The Letter for ${firstDate}. 1 paragraph has changed since proof 1.`,
    );
    expect(mail.html).toContain('Approve it or send it back</a>');
    expect(page.status).toBe(200);
    expect(await page.text()).toContain(lena);
    expect(email).toContain('The storms are late.');
    expect(seen.headers.get('content-type')).toBe('image/jpeg');
  });

  test('goes to other people with --to, whose link approves nothing', async () => {
    const { harness, sink, post } = await openProofHarness();

    await harness.succeed('send', firstEdition, '--to', 'friend@elsewhere.example.org');
    const { text } = await readWithMailparser(sink.messages.at(-1)?.raw ?? Buffer.alloc(0));
    const link = /https:\/\/news\.example\.org\/proof\/[\w-]{43}/u.exec(text)?.[0] ?? '';
    const answer = await post(`${link}/approve`);

    expect(text).toContain('See it on the web:');
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(harness.number('select count(*) from revisions')).toBe(0);
    expect((await harness.run('send', firstEdition, '--to', 'nobody')).status).toBe(4);
  });
});

test('a proof that only the sender gets says why', async () => {
  const { harness } = await openProofHarness();
  harness.write('digests/letter/publication.yaml', publicationYaml().replace(/test-addresses: .*/u, ''));
  const toSender = await harness.succeed('send', firstEdition, '--to-me');
  const toFriend = await harness.succeed('send', firstEdition, '--to', 'friend@elsewhere.example.org');

  expect(toSender.stdout).toContain('It went to the From address');
  expect(toFriend.stdout).not.toContain('From address');
});

test('the page of a proof approves no links to this machine for subscribers on others', async () => {
  const { harness, sink, post, get, at } = await openProofHarness({
    env: { BASE_URL: 'http://localhost:8080' },
  });
  const open = async () => {
    await harness.succeed('send', firstEdition, '--to-me');
    const { text } = await readWithMailparser(sink.messages.at(-1)?.raw ?? Buffer.alloc(0));
    const link = /\/proof\/[\w-]{43}/u.exec(text)?.[0] ?? '';
    const url = at(`https://news.example.org${link}`);
    return { url, page: await (await get(url)).text() };
  };
  const trial = await open();
  await harness.import(['ana@mail.somewhere.net']);
  const { url, page } = await open();
  const answer = await post(`${url}/approve`);

  expect(trial.page).toContain('/approve"');
  expect(page).toContain('It cannot go out: its links begin with http://localhost:8080');
  expect(page).toContain('set BASE_URL');
  expect(page).not.toContain('/approve"');
  expect(page).toContain('id="send-back"');
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(harness.number('select count(*) from revisions')).toBe(0);
});

describe('the link in a proof', () => {
  test('approves exactly the bytes it shows, once, and a GET never does', async () => {
    const { harness, sink, prove, post, get } = await openProofHarness();
    const links = await prove();
    const link = links.get(lena) ?? '';

    await get(link);
    await get(`${link}/approve`);
    expect(harness.number('select count(*) from revisions')).toBe(0);

    const approved = await (await post(`${link}/approve`)).text();
    const again = await (await post(`${links.get(omar)}/approve`)).text();
    expect(approved).toContain(`Approved by ${lena}`);
    expect(again).toContain(`${lena} already approved this`);
    expect(harness.query('select approved_by from revisions')).toEqual([{ approved_by: lena }]);

    await harness.succeed('send', firstEdition);
    const sent = await readWithMailparser(sink.messages.at(-1)?.raw ?? Buffer.alloc(0));
    expect(sent.subject).not.toContain('Proof');
    expect(sent.html).toContain('The storms are early.');
    expect(sent.html).not.toContain('/proof/');
  });

  test('of an old proof says that there is a newer one', async () => {
    const { harness, write, prove, post } = await openProofHarness();
    const old = await prove();
    write('The storms are late.');
    await prove();

    const said = await (await post(`${old.get(lena)}/approve`)).text();

    expect(said).toContain('There is a newer proof');
    expect(harness.number('select count(*) from revisions')).toBe(0);
  });

  test.each(['', 'A', '-forged'])('is refused when it is not the one that was mailed: %j', async (change) => {
    const { harness, prove, post, get } = await openProofHarness();
    const link = (await prove()).get(lena) ?? '';
    const forged = `${link.slice(0, -2)}${change === '' ? '' : change}`;

    expect((await get(forged)).status).toBe(404);
    expect((await post(`${forged}/approve`)).status).toBe(404);
    expect(harness.number('select count(*) from revisions')).toBe(0);
  });

  test('sends an edition back with a note, and takes an approval back', async () => {
    const { harness, prove, post, get } = await openProofHarness();
    const link = (await prove()).get(lena) ?? '';

    await post(`${link}/send-back`, 'note=Name+the+town.');
    expect(await (await get(link)).text()).toContain(`Sent back by ${lena}: Name the town.`);
    await post(`${link}/approve`);
    const taken = await (await post(`${link}/take-back`)).text();

    expect(taken).toContain('Taken back');
    expect(harness.query('select on_hold from editions')).toEqual([{ on_hold: 1 }]);
    await post(`${link}/approve`);
    expect(harness.query('select on_hold from editions')).toEqual([{ on_hold: 0 }]);
  });

  test('is dead after a week, and alive until then', async () => {
    const { harness, prove } = await openProofHarness();
    const link = new URL((await prove()).get(lena) ?? '');
    const preload = join(import.meta.dirname, '../../support/program/shifted-clock.ts');
    const statusAfter = async (days: number) => {
      const pages = new DaybriefProcess(['web'], {
        cwd: harness.folder,
        env: {
          ...harness.env,
          NODE_OPTIONS: `--import=${preload}`,
          CLOCK_OFFSET_MS: String(days * 86_400_000),
        },
      });
      await pages.shows('Ctrl-C stops.');
      const address = /served at (http:\/\/127\.0\.0\.1:\d+)/u.exec(pages.stderr)?.[1] ?? '';
      const { status } = await fetch(`${address}${link.pathname}`);
      await pages.kill('SIGTERM');
      return status;
    };

    expect(await statusAfter(6)).toBe(200);
    expect(await statusAfter(8)).toBe(404);
  });

  test('from another web page is refused', async () => {
    const { harness, prove } = await openProofHarness();
    const link = (await prove()).get(lena) ?? '';
    const pages = harness.start('web');
    await pages.shows('Ctrl-C stops.');
    const address = /served at (http:\/\/127\.0\.0\.1:\d+)/u.exec(pages.stderr)?.[1] ?? '';

    const answer = await fetch(`${link.replace('https://news.example.org', address)}/approve`, {
      method: 'POST',
      headers: { origin: 'https://evil.example' },
    });

    expect(answer.status).toBe(403);
    expect(harness.number('select count(*) from revisions')).toBe(0);
  });
});

describe('two approvals', () => {
  test('come from two people, by mail or by command', async () => {
    const { harness, prove, post } = await openProofHarness({ settings: ['approvals: 2'] });
    const link = (await prove()).get(lena) ?? '';

    expect(await (await post(`${link}/approve`)).text()).toContain('1 of 2 approvals');
    expect(await (await post(`${link}/approve`)).text()).toContain('1 of 2 approvals');
    expect((await harness.run('send', firstEdition)).status).toBe(4);
    const approved = await harness.succeed('approve', firstEdition);

    expect(approved.stdout).toContain('Approved revision 1');
    expect(harness.query('select approver from approvals order by approver')).toEqual([
      { approver: 'Jo Park' },
      { approver: lena },
    ]);
  });

  test('are not given by the author where publication.yaml forbids it', async () => {
    const { harness, prove, post } = await openProofHarness({ settings: ['author-may-approve: false'] });
    const link = (await prove()).get(lena) ?? '';

    const refused = await harness.run('approve', firstEdition);
    expect(refused.status).toBe(4);
    expect(refused.stderr).toContain('its author may not approve it');
    expect(await (await post(`${link}/approve`)).text()).toContain(`Approved by ${lena}`);
  });
});

test('without a relay that can be used no proof is made, and the reason comes at once', async () => {
  using harness = new ProgramHarness({ relay: await freePort() });

  const { status, stderr } = await harness.run('send', firstEdition, '--to-me');

  expect(status).toBe(5);
  expect(stderr).toContain('No proof was made, because no relay can be used.');
  expect(stderr).toContain('ECONNREFUSED');
  expect(harness.number('select count(*) from proofs')).toBe(0);
});
