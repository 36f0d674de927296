import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

import { digest, publicationYaml } from '../program/program-harness.ts';
import type { ReleaseHarness } from './release-harness.ts';

export const olderSecret = 'release-fixture-older-secret';
export const newerSecret = 'release-fixture-newer-secret';
const bothSecrets = `${newerSecret},${olderSecret}`;

const says = '![A sunrise over a letter](images/logo.png)\n\nThe storms are early.';

const subscribers = [
  'ada@example.org,Ada Lovelace,',
  'bob@example.org,Bob,Europe/Berlin',
  'busy@example.org,,',
  'eve@example.org,Eve,America/New_York',
  'finn@example.org,,',
  'gone@example.org,,',
  'hugo@example.org,,',
  'joerg@bücher.example,Jörg Müller,Europe/Vienna',
  'leaver@example.org,,',
  'quitter@example.org,,',
  'silent@example.org,,',
  'zoe@example.org,Zoe,',
];

/** Runs five days of commands that leave a row in every state that a later version must read and continue from. */
export async function runHistory(harness: ReleaseHarness): Promise<void> {
  writeFiles(harness);
  await sendFirstEdition(harness);
  await signUpAndConfirm(harness);
  await sendHalfAnEdition(harness);
  await harness.serve({ at: '2026-11-24T06:20Z', secrets: bothSecrets }, (url) =>
    signUp(url, ['uma@example.org']),
  );
}

function writeFiles({ harness }: ReleaseHarness): void {
  const brand = ['brand:', '  logo: images/logo.png', '  logo-alt: The Letter', '  logo-width: 200'];
  const letter = publicationYaml('uncertain: hold', ...brand);
  harness.write('digests/letter/publication.yaml', letter.replace('time: skip', 'time: send'));
  const logo = new URL('../../../digests/sample/images/logo.png', import.meta.url);
  harness.write('digests/letter/images/logo.png', readFileSync(logo));
  const night = publicationYaml('local-time: true').replace('The Letter', 'The Night');
  harness.write('digests/night/publication.yaml', night.replace('time: skip', 'time: send'));
  for (const date of ['2026-11-23', '2026-11-24', '2026-11-25', '2026-11-26'])
    harness.write(`digests/letter/${date}.md`, digest({ date, says }));
  for (const date of ['2026-11-20', '2026-11-23', '2026-11-25'])
    harness.write(`digests/night/${date}.md`, digest({ date }));
  harness.write('letter.csv', ['email,name,time zone', ...subscribers, ''].join('\n'));
  harness.write(
    'night.csv',
    `email,name,time zone\n${subscribers[0]}\nana@example.org,Ana,Pacific/Auckland\n`,
  );
}

/** Under the older secret alone; rows accepted, failed, suppressed and uncertain for good. */
async function sendFirstEdition(harness: ReleaseHarness): Promise<void> {
  const run = (at: string, ...args: readonly string[]) => harness.run({ at, secrets: olderSecret }, ...args);
  harness.behaviours.set('gone@example.org', { refuse: '550 5.1.1 No such user here', at: 'rcpt' });
  harness.behaviours.set('silent@example.org', { breakOff: 'after-dot' });
  await run('2026-11-19T20:00Z', 'approve', 'night/2026-11-20');
  await run('2026-11-19T21:00Z', 'cancel', 'night/2026-11-20');
  await run('2026-11-21T20:00Z', 'approve', 'night/2026-11-23');
  await run('2026-11-21T20:01Z', 'unschedule', 'night/2026-11-23');
  await run('2026-11-22T12:00Z', 'subscribers', 'import', 'letter', 'letter.csv');
  await run('2026-11-22T12:01Z', 'subscribers', 'import', 'night', 'night.csv');
  await run('2026-11-22T12:02Z', 'subscribers', 'unsubscribe', 'letter', 'leaver@example.org');
  await run('2026-11-22T12:03Z', 'subscribers', 'erase', 'zoe@example.org', '--yes');
  await run('2026-11-22T20:00Z', 'approve', 'letter/2026-11-23');
  await run('2026-11-23T06:00Z', 'send', 'letter/2026-11-23', '--no-wait');
  await run('2026-11-23T06:01Z', 'subscribers', 'unsubscribe', 'letter', 'quitter@example.org');
  await harness.deliver({ at: '2026-11-23T06:02Z', secrets: olderSecret }, ['worker'], {
    sql: `select count(*) from editions where state = 'sent'`,
    signal: 'SIGTERM',
    secret: 'older',
  });
}

/** Under a newer secret, with the older one kept: signups and transactional mail in every state. */
async function signUpAndConfirm(harness: ReleaseHarness): Promise<void> {
  const when = (at: string) => ({
    at,
    secrets: bothSecrets,
    env: { ALARM_WEBHOOK_URL: 'http://127.0.0.1:9/' },
  });
  harness.behaviours.set('mia@example.org', { refuse: '550 5.1.1 No such user here', at: 'rcpt' });
  harness.behaviours.set('nat@example.org', { breakOff: 'after-dot' });
  harness.behaviours.set('tao@example.org', { refuse: '451 4.3.0 Try again later', at: 'message' });
  const names = ['kim', 'lou', 'mia', 'nat', 'tao', 'zoe', 'ada'];
  await harness.serve(when('2026-11-23T10:00Z'), (url) =>
    signUp(url, [...names.map((name) => `${name}@example.org`), 'not an address']),
  );
  await harness.deliver(when('2026-11-23T10:01Z'), ['worker'], {
    sql: `select (select count(*) = 7 from signups where attempts > 0)
      and (select count(*) = 5 from mails where attempts > 0 and state <> 'in-flight')
      and (select count(*) > 0 from alarms where attempts > 0)`,
    signal: 'SIGTERM',
    secret: 'newer',
  });
  await harness.serve(when('2026-11-23T10:05Z'), (url) => pressButtons(harness, url));
  await harness.deliver(when('2026-11-23T10:06Z'), ['worker'], {
    sql: `select count(*) = 2 from mails where kind in ('welcome', 'manage') and done = 1`,
    signal: 'SIGTERM',
    secret: 'newer',
  });
  await harness.run(when('2026-11-23T11:00Z'), 'subscribers', 'add', 'letter', 'yves@example.org');
  await harness.run(when('2026-11-23T11:01Z'), 'subscribers', 'erase', 'yves@example.org', '--yes');
}

/** Editions to come, and one whose sending process was killed with rows accepted, deferred and in flight. */
async function sendHalfAnEdition(harness: ReleaseHarness): Promise<void> {
  const run = (at: string, ...args: readonly string[]) => harness.run({ at, secrets: bothSecrets }, ...args);
  await run('2026-11-23T20:00Z', 'approve', 'letter/2026-11-24');
  await run('2026-11-23T20:01Z', 'approve', 'letter/2026-11-25');
  await run('2026-11-23T20:02Z', 'approve', 'letter/2026-11-26');
  await run('2026-11-23T20:03Z', 'unschedule', 'letter/2026-11-26');
  await run('2026-11-23T20:04Z', 'approve', 'night/2026-11-25');
  harness.behaviours.set('busy@example.org', { refuse: '451 4.3.0 Try again later', at: 'message' });
  harness.behaviours.set('finn@example.org', { hang: 'after-dot' });
  const send = ['send', 'letter/2026-11-24'];
  await harness.deliver({ at: '2026-11-24T06:00Z', secrets: bothSecrets }, send, {
    sql: `select (select count(*) = 2 from deliveries where edition_id = e.id and state = 'accepted')
      and (select count(*) = 1 from deliveries where edition_id = e.id and state = 'deferred')
      and (select count(*) = 1 from deliveries where edition_id = e.id and state = 'in-flight')
      from editions e where e.state = 'sending'`,
    signal: 'SIGKILL',
    secret: 'newer',
  });
  await run('2026-11-24T06:05Z', 'pause', 'letter/2026-11-24');
  const corrected = digest({ date: '2026-11-24', says: says.replace('early', 'late') });
  harness.harness.write('digests/letter/2026-11-24.md', corrected);
  await run('2026-11-24T06:10Z', 'approve', 'letter/2026-11-24');
}

async function signUp(url: string, emails: readonly string[]): Promise<void> {
  const { stamp } = (await (await fetch(`${url}/api/stamp`)).json()) as { readonly stamp: string };
  // The form is refused as filled in too fast before 1.5 s.
  await pause(1_700);
  for (const email of emails) {
    await fetch(`${url}/api/subscribe`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ publication: 'letter', email, stamp }),
    });
  }
}

/** Confirms a subscription, asks for a link to one's data, and pauses a subscription. */
async function pressButtons(harness: ReleaseHarness, url: string): Promise<void> {
  const press = async (link: string, form: Readonly<Record<string, string>> = {}) => {
    const { status } = await fetch(link.replace('https://news.example.org', url), {
      method: 'POST',
      headers: { origin: 'https://news.example.org' },
      body: new URLSearchParams(form),
    });
    if (status !== 200) throw new Error(`${link} answered ${status}`);
  };
  await press(harness.url('lou@example.org', 'confirm'));
  await press(`${harness.url('ada@example.org', 'preferences')}/data-link`);
  const preferences = { name: 'Eve Doe', 'time-zone': 'America/New_York', 'paused-until': '2026-12-24' };
  await press(harness.url('eve@example.org', 'preferences'), { ...preferences, publication: 'letter' });
}
