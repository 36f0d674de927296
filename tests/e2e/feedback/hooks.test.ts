import { expect, test } from 'vitest';

import { hookProviders } from '../../../src/domain/inbound/hook.ts';
import type { HookProvider } from '../../../src/domain/inbound/hook.ts';
import { firstEdition, ProgramHarness } from '../../support/program/program-harness.ts';
import { SmtpSink } from '../../support/smtp/smtp-sink.ts';
import type { SunkMessage } from '../../support/smtp/smtp-sink.ts';
import { sendgridKeys, signMailgun, signSendgrid, signStandard } from '../../support/store/hook-signers.ts';
import type { Signed } from '../../support/store/hook-signers.ts';
import { until } from '../../support/until.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const mailgunKey = 'a signing key of mailgun';
const { publicKey, privateKey } = sendgridKeys();
const settings = [
  'ses=arn:aws:sns:eu-west-1:123456789012:bounces',
  `sendgrid=${publicKey}`,
  `mailgun=${mailgunKey}`,
  `resend=${secret}`,
  `generic=${secret}`,
  'postmark, brevo, mailjet, sparkpost',
].join(',');

/** What a provider knows of a message that it relayed. */
function known(message: SunkMessage | undefined) {
  if (message === undefined) throw new Error('no such message');
  const text = message.raw.toString('latin1');
  const field = (name: string) => new RegExp(`^${name}: (.*)\\r$`, 'mu').exec(text)?.[1] ?? '';
  return { email: message.to, from: message.from, field, id: field('Message-ID') };
}

/** Requests about the first eight subscribers, one of each provider, as it would send them. */
function requests(sink: SmtpSink): Readonly<Partial<Record<HookProvider, Signed>>> {
  const of = (number: number) => known(sink.messages.find(({ to }) => to === `reader${number}@example.org`));
  const at = Date.now();
  const plain = (body: unknown): Signed => ({ headers: {}, body: JSON.stringify(body) });
  const args = JSON.parse(of(1).field('X-SMTPAPI')) as { readonly unique_args: object };
  return {
    sendgrid: signSendgrid(
      JSON.stringify([
        {
          event: 'bounce',
          type: 'bounce',
          email: of(1).email,
          reason: '550 5.1.1 unknown',
          ...args.unique_args,
        },
      ]),
      { privateKey, at },
    ),
    mailgun: signMailgun(
      {
        event: 'failed',
        severity: 'permanent',
        reason: 'bounce',
        recipient: of(2).email,
        message: { headers: { 'message-id': of(2).id.slice(1, -1) } },
        'delivery-status': { code: 550, message: '5.1.1 No such user' },
      },
      { key: mailgunKey, token: 'f'.repeat(50), at },
    ),
    brevo: plain({
      event: 'soft_bounce',
      email: of(3).email,
      'message-id': of(3).id,
      reason: 'mailbox full',
    }),
    postmark: plain({
      RecordType: 'SpamComplaint',
      Type: 'SpamComplaint',
      Email: of(4).email,
      Metadata: { daybrief: of(4).field('X-PM-Metadata-daybrief') },
    }),
    mailjet: plain([
      {
        event: 'bounce',
        email: of(5).email,
        hard_bounce: true,
        error: 'user unknown',
        CustomID: of(5).field('X-MJ-CustomID'),
      },
    ]),
    sparkpost: plain([
      {
        msys: {
          message_event: {
            type: 'bounce',
            bounce_class: '51',
            rcpt_to: of(6).email,
            raw_reason: '554 5.7.1 blocked',
            rcpt_meta: (JSON.parse(of(6).field('X-MSYS-API')) as { readonly metadata: object }).metadata,
          },
        },
      },
    ]),
    resend: signStandard(
      JSON.stringify({
        type: 'email.bounced',
        data: {
          to: [of(7).email],
          headers: [{ name: 'X-Daybrief', value: of(7).field('X-Daybrief') }],
          bounce: { type: 'Permanent', subType: 'NoEmail', message: '' },
        },
      }),
      { secret, id: 'msg_1', at, prefix: 'svix-' },
    ),
    generic: signStandard(JSON.stringify({ type: 'unsubscribe', 'envelope-sender': of(8).from }), {
      secret,
      id: 'msg_2',
      at,
    }),
  };
}

test('what eight providers post about an edition is recorded, suppressed, counted and explained', async () => {
  await using sink = await SmtpSink.start();
  using harness = new ProgramHarness({ relay: sink.port, env: { PORT: '0', INBOUND_HOOKS: settings } });
  await harness.prepare(9);
  await harness.succeed('send', firstEdition);
  const running = harness.start('start');
  await running.shows('are served at');
  const base = /are served at (\S+),/u.exec(running.stderr)?.[1] ?? '';
  const { hooks } = await harness.json<{
    hooks: readonly { readonly provider: HookProvider; readonly url: string }[];
  }>('inbound', 'hooks');
  const pathOf = (provider: string) =>
    new URL(hooks.find((one) => one.provider === provider)?.url ?? '').pathname;
  const post = async (provider: string, { headers, body }: Signed) =>
    (await fetch(base + pathOf(provider), { method: 'POST', headers, body })).json();
  const all = Object.entries(requests(sink));

  for (const [provider, signed] of all) expect(await post(provider, signed)).toEqual({ result: 'stored' });
  for (const [provider, signed] of all) expect(await post(provider, signed)).toEqual({ result: 'repeated' });
  for (const provider of ['sendgrid', 'mailgun', 'resend', 'generic', 'ses']) {
    expect(await post(provider, { headers: {}, body: '{}' })).toEqual({ result: 'unsigned' });
  }
  const wrong = `${pathOf('postmark').slice(0, -1)}1`;
  expect((await fetch(base + wrong, { method: 'POST', body: '{}' })).status).toBe(404);
  await until('all are read', () => harness.number('select count(*) from hooks where done = 0') === 0);

  expect(hooks.map(({ provider }) => provider).toSorted()).toEqual([...hookProviders].toSorted());
  expect(
    harness.query(
      `select subscriber_id as id, kind, class, feedback.reason, state from feedback
       join subscriptions using (subscriber_id) order by id`,
    ),
  ).toEqual([
    { id: 1, kind: 'bounced', class: 'hard', reason: 'bad-address', state: 'suppressed' },
    { id: 2, kind: 'bounced', class: 'hard', reason: 'bad-address', state: 'suppressed' },
    { id: 3, kind: 'bounced', class: 'soft', reason: 'full', state: 'active' },
    { id: 4, kind: 'complained', class: null, reason: 'abuse', state: 'suppressed' },
    { id: 5, kind: 'bounced', class: 'hard', reason: 'bad-address', state: 'suppressed' },
    { id: 6, kind: 'bounced', class: 'blocked', reason: 'reputation', state: 'active' },
    { id: 7, kind: 'bounced', class: 'hard', reason: 'bad-address', state: 'suppressed' },
  ]);
  expect(harness.query('select state from subscriptions where subscriber_id = 8')).toEqual([
    { state: 'unsubscribed' },
  ]);
  const { stdout } = await harness.succeed('status', firstEdition);
  expect(stdout).toContain('9 accepted = 2 no report + 6 bounced + 1 complained');
  expect((await harness.succeed('explain', 'reader5@example.org')).stdout).toContain('bounced, hard');
  const listed = (await harness.succeed('inbound', 'hooks')).stdout;
  expect(listed).toContain('ses (nothing in the last day)');
  expect(listed).toMatch(/postmark \(last 20/u);
  expect((await running.kill('SIGTERM')).status).toBe(0);
});
