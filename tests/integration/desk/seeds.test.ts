import { expect, test } from 'vitest';

import { DeskSite, today } from '../../support/web/desk-site.ts';

const page = `/desk/p/letter/${today}`;

test('an edition that is at its seeds goes to no recipient, and the page shows what each seed found', async () => {
  await using site = await DeskSite.open();
  const admin = await site.visitorAs('admin');
  const text = async (path: string) => (await admin.get(path)).text();
  await site.publish(6);
  const { harness } = site.live;
  harness.tamper(`update editions set awaits_seeds = 1, canary_until = ?`, Date.now() + 60_000);
  const seed = (address: string, seedState: string, findings: readonly object[]) =>
    harness.tamper(
      `insert into canary_seeds (edition_id, revision, address, state, findings, created_at, due_at, done, epoch)
       select id, 1, ?, ?, ?, 1, 1, 1, 1 from editions where date = ?`,
      address,
      seedState,
      JSON.stringify(findings),
      today,
    );
  const passed = { check: 'arrived', ok: true, text: 'it arrived' };
  const junk = { check: 'folder', ok: false, text: 'the message is in the folder Junk' };
  seed('in@one.example', 'passed', [passed, { ...passed, check: 'dkim' }]);
  seed('in@two.example', 'sent', []);

  expect(await text('/desk')).toContain('seed mailboxes only');
  const waiting = await text(page);
  expect(waiting).toContain('checked as it arrives at 2 seed mailboxes, 1 of which passed.');
  expect(waiting).toContain('in@one.example <b>passed</b> <span class="grey">2 checks passed</span>');

  harness.tamper(
    `update canary_seeds set state = 'failed', findings = ? where state = 'sent'`,
    JSON.stringify([passed, junk]),
  );
  harness.tamper(`update editions set state = 'paused', awaits_seeds = 0, canary_until = null`);
  const halted = await text(page);
  expect(halted).toContain('Nothing is sent while it is paused');
  expect(halted).toContain(
    'in@two.example <b>failed</b> <span class="grey">the message is in the folder Junk</span>',
  );
});
