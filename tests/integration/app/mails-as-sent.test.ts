import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { mailKinds } from '../../../src/domain/signup/transactional-mail.ts';
import type { MailKind } from '../../../src/domain/signup/transactional-mail.ts';
import { renderSample } from '../../support/content/render-sample.ts';
import { samplePublication } from '../../support/content/sample-publication.ts';
import { mailRules } from '../../support/smtp/mail-rules.ts';
import { decodeBody, fieldsNamed, readParts, readRaw } from '../../support/smtp/read-message.ts';
import { relaysTo, takeOne } from '../../support/smtp/relays-fixture.ts';
import { relayTo } from '../../support/smtp/smtp-client.ts';
import { SmtpSink } from '../../support/smtp/smtp-sink.ts';
import type { SunkMessage } from '../../support/smtp/smtp-sink.ts';
import { SignupHarness } from '../../support/web/signup-harness.ts';

const sender = {
  domain: samplePublication.bounceDomain,
  fromAddress: samplePublication.from.address,
  listId: samplePublication.listId,
  baseUrl: 'https://news.example.org',
};
const recipients = ['ada@example.org', `${'long'.repeat(16)}@example.org`, 'jo@xn--bcher-kva.example'];

/** What is asked of mail to a list, and of mail that a person asked to have. */
const listFields = ['List-Id', 'List-Unsubscribe', 'List-Unsubscribe-Post', 'Feedback-ID', 'Precedence'];
const ofLists = /^(?:H[15678]:|M1, of lists:)/u;

let mails: Readonly<Record<MailKind, readonly SunkMessage[]>>;
let sink: SmtpSink;

/** Everybody signs up, confirms, and asks for their data, and all of it goes through an SMTP server. */
beforeAll(async () => {
  sink = await SmtpSink.start();
  const { edition } = await renderSample();
  const latest = { date: '2026-11-23', changedAt: 1, publishedAt: 1, corrections: [] };
  await using harness = await SignupHarness.open({
    latest: { ...latest, subject: edition.subject, page: edition.page },
  });
  harness.now = Date.now();
  for (const address of recipients) {
    await harness.signUp(address);
    await harness.work();
    await harness.linkActions.confirm(harness.token(address, 'confirm'));
    await harness.work();
    await harness.linkActions.requestManageLink(harness.token(address, 'preferences'));
    await harness.work();
  }
  await using relays = relaysTo([relayTo(sink.port)]);
  for (const outgoing of harness.sessions.sent) await (await takeOne(relays)).send(outgoing);
  const [confirm, welcome, manage] = mailKinds.map((_kind, index) =>
    sink.messages.filter((_message, place) => place % mailKinds.length === index),
  );
  mails = { confirm: confirm ?? [], welcome: welcome ?? [], manage: manage ?? [] };
});

afterAll(() => sink[Symbol.asyncDispose]());

describe.each(mailKinds)('mail that is a %s', (kind) => {
  // RFC 3834 asks every answer of a machine to say so: H9 of newsletters does not hold for any of them.
  const rules = mailRules.filter(
    ({ says }) => !says.startsWith('H9:') && (kind === 'welcome' || !ofLists.test(says)),
  );

  test.each(rules)('$says', async (rule) => {
    const found = await Promise.all(mails[kind].map(async (message) => rule.broken(message, sender)));

    expect(mails[kind].map(({ to }) => to)).toEqual(recipients);
    expect(found.flat()).toEqual([]);
  });

  test('says that a machine sent it, and is list mail only to those who are on the list', () => {
    for (const { raw } of mails[kind]) {
      const root = readRaw(raw);
      const found = listFields.filter((name) => fieldsNamed(root, name).length > 0);

      expect(fieldsNamed(root, 'Auto-Submitted')).toEqual(['auto-generated']);
      expect(found).toEqual(kind === 'welcome' ? listFields : []);
    }
  });

  test('loads nothing from anywhere that the edition it brings does not show', () => {
    for (const { raw } of mails[kind]) {
      const html = readParts(raw).map(decodeBody)[1] ?? '';
      const sources = [...html.matchAll(/(?:src=|url\()["']?([^"')\s]+)/gu)].map(([, url = '']) => url);

      expect(sources.filter((url) => !url.startsWith(`${sender.baseUrl}/`))).toEqual([]);
      if (kind !== 'welcome') expect(sources).toEqual([]);
    }
  });
});
