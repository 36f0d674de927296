import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, test } from 'vitest';

import { parseSmtpUrl } from '../../../src/config/relay-url.ts';
import type { Relays } from '../../../src/delivery/smtp/relays.ts';
import { findRule } from '../../../src/domain/sending/read-answer.ts';
import type { RelayConfig } from '../../../src/domain/sending/relay.ts';
import type { SmtpAnswer } from '../../../src/domain/sending/smtp-answer.ts';
import { PolicyServer } from '../../support/servers/policy-server.ts';
import { PostfixServer } from '../../support/servers/postfix-server.ts';
import type { PostfixSettings } from '../../support/servers/postfix-server.ts';
import { programOf } from '../../support/servers/postfix.ts';
import {
  kindsOf,
  patient,
  recipients,
  relaysTo,
  sendAll,
  takeOne,
} from '../../support/smtp/relays-fixture.ts';
import { messageTo, openSession, relayTo, remoteLooking } from '../../support/smtp/smtp-client.ts';
import { SmtpSink } from '../../support/smtp/smtp-sink.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { until } from '../../support/until.ts';

const run = promisify(execFile);
const isUnwanted = (address: string): boolean => Number(/\d+/u.exec(address)?.[0]) % 4 === 0;

/** Refused after the final dot are those whose number is a multiple of four. */
function contentPolicy(): Promise<PolicyServer> {
  return PolicyServer.start((attributes) =>
    isUnwanted(attributes.get('recipient') ?? '') ? 'REJECT content not wanted' : 'DUNNO',
  );
}

describe('a message that Postfix refuses after its final dot', () => {
  test('puts the envelope that was sent along with it out of step, and no message is lost or sent twice', async () => {
    await using onward = await SmtpSink.start();
    await using policy = await contentPolicy();
    await using postfix = await PostfixServer.create({
      relayhost: `[127.0.0.1]:${onward.port}`,
      smtpd_end_of_data_restrictions: policy.restriction,
      smtpd_discard_ehlo_keywords: 'chunking',
      // Logs every command and reply.
      debug_peer_list: '127.0.0.1',
    });
    await using relays = relaysTo([relayTo(postfix.port, { sessions: 1 })]);
    const everyone = recipients(60);

    const answers = await sendAhead(relays, everyone);

    const unwanted = everyone.filter(isUnwanted);
    for (const [to, answer] of answers) {
      if (isUnwanted(to)) expect(answer).toMatchObject({ kind: 'refused', stage: 'message', code: 554 });
      else expect(answer.kind).toBe('accepted');
    }
    await until('Postfix has handed everything on', () => postfix.queued === 0);
    const taken = onward.messages.map(({ to }) => to);
    expect(taken.toSorted()).toEqual(everyone.filter((to) => !isUnwanted(to)).toSorted());
    expect(unwanted).toHaveLength(15);
    // What this test is about: Postfix keeps the refused transaction open.
    expect(postfix.log).toContain('503 5.5.1 Error: nested MAIL command');
  });

  test('leaves the messages behind it in the window of a session to their own recipients', async () => {
    await using onward = await SmtpSink.start();
    await using policy = await contentPolicy();
    await using postfix = await PostfixServer.create({
      relayhost: `[127.0.0.1]:${onward.port}`,
      smtpd_end_of_data_restrictions: policy.restriction,
      debug_peer_list: '127.0.0.1',
    });
    await using session = await openSession(postfix.port);
    const everyone = recipients(16);

    const answers = await Promise.all(everyone.map((to) => session.send(messageTo(to, `For ${to}.`))));

    expect(session.hasWindow).toBe(true);
    expect(answers.map(({ kind }) => kind)).toEqual(
      everyone.map((to) => (isUnwanted(to) ? 'refused' : 'accepted')),
    );
    await until('Postfix has handed everything on', () => postfix.queued === 0);
    expect(onward.messages.map(({ to }) => to).toSorted()).toEqual(
      everyone.filter((to) => !isUnwanted(to)).toSorted(),
    );
    for (const { to, raw } of onward.messages) expect(raw.toString()).toContain(`For ${to}.`);
    expect(postfix.log).not.toContain('nested MAIL');
  });
});

/** Sends on one session at a time, each message with the envelope of the one after it. */
async function sendAhead(relays: Relays, everyone: readonly string[]): Promise<Map<string, SmtpAnswer>> {
  const answers = new Map<string, SmtpAnswer>();
  let session = await takeOne(relays);
  for (const [index, to] of everyone.entries()) {
    if (!session.isHeld) session = await takeOne(relays);
    const next = everyone[index + 1];
    answers.set(to, await session.send(messageTo(to), next === undefined ? undefined : messageTo(next)));
  }
  session.release();
  return answers;
}

describe('Postfix counts errors', () => {
  const unknown = 'check_recipient_access inline:{example.org=REJECT}, permit_mynetworks, reject';
  const full = { queue_minfree: '9000000000000000000' };
  const cases: readonly (readonly [string, PostfixSettings])[] = [
    ['recipients', { smtpd_recipient_restrictions: unknown }],
    ['senders', full],
  ];

  test.each(cases)(
    'and of many refused %s on one connection none is delayed or cut off',
    async (_, settings) => {
      await using postfix = await PostfixServer.create({ ...settings, smtpd_error_sleep_time: '1s' });
      await using relays = relaysTo([relayTo(postfix.port, { sessions: 1 })]);

      const answers = await sendAll(relays, recipients(40));

      expect(kindsOf(answers)).toEqual(['refused']);
      expect(
        [...answers.values()].filter((answer) => answer.kind === 'refused' && answer.code === 421),
      ).toEqual([]);
      expect(errorsBySession(postfix.log).filter((errors) => errors > 10)).toEqual([]);
      expect(postfix.connections).toBeGreaterThanOrEqual(40 / 4);
    },
  );
});

/** Refused commands of each connection, from the summary that Postfix logs at its end. */
function errorsBySession(log: string): number[] {
  const summaries = [...log.matchAll(/disconnect from \S+ (.*) commands=/gmu)].map(([, text = '']) => text);
  return summaries.map((text) =>
    [...text.matchAll(/(\d+)\/(\d+)/gu)].reduce((sum, [, good, all]) => sum + Number(all) - Number(good), 0),
  );
}

describe('the size limit of Postfix', () => {
  test('is kept to without trying where Postfix announces it', async () => {
    await using postfix = await PostfixServer.create({ message_size_limit: '2000' });
    await using relays = relaysTo([relayTo(postfix.port)]);
    const session = await takeOne(relays);

    const answer = await session.send(messageTo('a@example.org', 'x'.repeat(900).concat('\r\n').repeat(3)));
    const small = await sendAll(relays, ['b@example.org']);

    expect(answer).toMatchObject({ kind: 'refused', stage: 'mail', code: 552 });
    expect(classOf(answer)).toBe('account');
    expect(kindsOf(small)).toEqual(['accepted']);
  });

  test('refuses the one message that is too big where Postfix does not announce it', async () => {
    await using postfix = await PostfixServer.create({
      message_size_limit: '2000',
      smtpd_discard_ehlo_keywords: 'size',
    });
    await using relays = relaysTo([relayTo(postfix.port, { sessions: 1 })]);
    const session = await takeOne(relays);

    const answer = await session.send(messageTo('a@example.org', 'x'.repeat(900).concat('\r\n').repeat(3)));
    const small = await sendAll(relays, ['b@example.org']);

    expect(answer).toMatchObject({ kind: 'refused', stage: 'message', code: 552 });
    expect(classOf(answer)).toBe('too-big');
    expect(kindsOf(small)).toEqual(['accepted']);
  });
});

function classOf(answer: SmtpAnswer): string {
  return answer.kind === 'refused' ? findRule(answer).class : answer.kind;
}

describe('AUTH of Postfix', () => {
  const auth = { user: 'news', pass: 'correct horse / 7' };
  const login = {
    smtpd_sasl_auth_enable: 'yes',
    smtpd_relay_restrictions: 'permit_sasl_authenticated, reject',
  };

  test('with the right password lets mail through', async () => {
    await using postfix = await PostfixServer.create(login);
    await postfix.addUser(auth);
    await using relays = relaysTo([relayTo(postfix.port, { auth })]);

    expect(kindsOf(await sendAll(relays, recipients(5)))).toEqual(['accepted']);
    expect(postfix.log).toContain('sasl_username=news');
  });

  test('with a wrong password is reported without it, and no message is tried', async () => {
    await using postfix = await PostfixServer.create({ ...login, smtpd_error_sleep_time: '0' });
    await postfix.addUser(auth);

    const text = await troubleOf(relayTo(postfix.port, { auth: { ...auth, pass: 'wrong one' } }));

    expect(text).toContain('it refuses the credentials');
    expect(text).not.toContain('wrong one');
  });

  test('that is not offered is reported, and the credentials are not sent', async () => {
    await using postfix = await PostfixServer.create();

    expect(await troubleOf(relayTo(postfix.port, { auth }))).toContain('it offers no AUTH');
  });
});

async function troubleOf(relay: RelayConfig): Promise<string | undefined> {
  await using relays = relaysTo([relay]);
  const [check] = await relays.verify(patient);
  return check?.ok === false ? check.text : undefined;
}

describe('STARTTLS of Postfix with a certificate of a private authority', () => {
  test('is trusted with ?ca=, with AUTH only inside TLS, and refused without ?ca= or with another authority', async () => {
    const folder = tempFolder();
    const [ours, other] = [await makeAuthority(folder, 'ours'), await makeAuthority(folder, 'other')];
    const server = await makeCertificate(folder, 'ours');
    await using postfix = await PostfixServer.create({
      smtpd_tls_security_level: 'encrypt',
      smtpd_tls_auth_only: 'yes',
      smtpd_tls_chain_files: server,
      smtpd_sasl_auth_enable: 'yes',
      smtpd_relay_restrictions: 'permit_sasl_authenticated, reject',
    });
    await postfix.addUser({ user: 'news', pass: 'p@ss word' });
    const url = (query: string) => `smtp://news:p%40ss%20word@${remoteLooking}:${postfix.port}${query}`;

    await using relays = relaysTo([relayOf(url(`?ca=${ours}&sessions=2`))]);
    const [check] = await relays.verify(patient);

    expect(check).toMatchObject({ ok: true, text: 'ready, encrypted' });
    expect(kindsOf(await sendAll(relays, recipients(20)))).toEqual(['accepted']);
    expect(await troubleOf(relayOf(url('')))).toMatch(/No mail goes to the relay .* encryption failed/u);
    expect(await troubleOf(relayOf(url(`?ca=${other}`)))).toMatch(/encryption failed/u);
  });

  test('is used on this machine too where SMTP_URL names it, and only then', async () => {
    const folder = tempFolder();
    const [ours, other] = [await makeAuthority(folder, 'ours'), await makeAuthority(folder, 'other')];
    const server = await makeCertificate(folder, 'ours');
    const tls = { smtpd_tls_security_level: 'encrypt', smtpd_tls_chain_files: server };
    await using postfix = await PostfixServer.create(tls);
    const url = `smtp://127.0.0.1:${postfix.port}`;

    await using named = relaysTo([relayOf(`${url}?ca=${ours}`)]);
    await using plain = relaysTo([relayOf(url)]);
    const [refused] = (await sendAll(plain, ['a@example.org'])).values();

    expect(kindsOf(await sendAll(named, recipients(5)))).toEqual(['accepted']);
    expect(await troubleOf(relayOf(`${url}?ca=${other}`))).toMatch(/encryption failed/u);
    expect(refused).toMatchObject({ kind: 'refused', code: 530 });
    expect(classOf(refused as SmtpAnswer)).toBe('account');
  });
});

function relayOf(url: string): RelayConfig {
  const { relays, problems } = parseSmtpUrl(url);
  const [relay] = relays;
  if (relay === undefined) throw new Error(problems.join('; '));
  return relay;
}

/** Returns the PEM file of a new certificate authority. */
async function makeAuthority(folder: string, name: string): Promise<string> {
  const path = join(folder, `${name}.pem`);
  const subject = ['-subj', `/CN=${name}`, '-days', '2', '-nodes', '-newkey', 'ec'];
  const key = ['-pkeyopt', 'ec_paramgen_curve:P-256', '-keyout', join(folder, `${name}.key`)];
  await run(programOf('openssl'), ['req', '-x509', ...subject, ...key, '-out', path]);
  return path;
}

/** Returns a file with a key and the certificate for it that the authority signed. */
async function makeCertificate(folder: string, authority: string): Promise<string> {
  const [request, path] = [join(folder, 'server.csr'), join(folder, 'server.pem')];
  const names = join(folder, 'names');
  writeFileSync(names, `subjectAltName=IP:${remoteLooking},IP:127.0.0.1,DNS:relay.example.org\n`);
  const key = ['-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-keyout', path];
  await run(programOf('openssl'), ['req', '-new', '-subj', '/CN=relay.example.org', ...key, '-out', request]);
  const signer = ['-CA', join(folder, `${authority}.pem`), '-CAkey', join(folder, `${authority}.key`)];
  const signing = ['x509', '-req', '-in', request, ...signer, '-CAcreateserial', '-days', '2'];
  const { stdout } = await run(programOf('openssl'), [...signing, '-extfile', names]);
  writeFileSync(path, stdout, { flag: 'a' });
  return path;
}
