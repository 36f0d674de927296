import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { promisify } from 'node:util';

import { describe, expect, test } from 'vitest';

import { readCertificate, watchCertificate } from '../../../src/delivery/inbound/intake-certificate.ts';
import type { Certificate } from '../../../src/delivery/inbound/intake-certificate.ts';
import { SmtpIntake } from '../../../src/delivery/inbound/smtp-intake.ts';
import { RecordingLog } from '../../support/recording-log.ts';
import { programOf } from '../../support/servers/postfix.ts';
import { testTls } from '../../support/smtp/smtp-client.ts';
import { temporaryFolder } from '../../support/temp-folder.ts';
import { until } from '../../support/until.ts';

const ours = 'bounce-ours@news.example.org';
const certificate: Certificate = { cert: testTls.cert.toString(), key: testTls.key.toString() };

async function start(options: { readonly certificate?: Certificate } = {}) {
  const received: string[] = [];
  const intake = new SmtpIntake({
    protocol: 'smtp',
    host: '127.0.0.1',
    port: 0,
    name: 'mx.example.org',
    accepts: (address) => address.startsWith('bounce-'),
    receive: async (raw) => void received.push(Buffer.from(raw).toString('latin1')),
    log: new RecordingLog(),
    certificate: options.certificate,
  });
  const place = await intake.listen();
  return { intake, received, port: Number(place.split(':').at(-1)) };
}

/** Sends one line, or none for the greeting, and returns the whole reply. */
async function say(socket: Socket, line: string): Promise<string> {
  let text = '';
  if (line !== '') socket.write(`${line}\r\n`);
  while (!/^\d{3} .*\r\n$/mu.test(text)) text += String((await once(socket, 'data'))[0]);
  return text;
}

async function open(port: number): Promise<{ readonly socket: Socket; readonly offers: string }> {
  const socket = connect(port, '127.0.0.1');
  await say(socket, '');
  return { socket, offers: await say(socket, 'EHLO sender.example.com') };
}

async function upgrade(socket: Socket, ca: string): Promise<TLSSocket> {
  const secure = connectTls({ socket, ca, servername: 'localhost' });
  await once(secure, 'secureConnect');
  return secure;
}

describe('STARTTLS at the intake', () => {
  test('takes a report over TLS once a certificate is configured', async () => {
    const { intake, received, port } = await start({ certificate });
    await using _ = intake;
    const { socket, offers } = await open(port);
    const ready = await say(socket, 'STARTTLS');
    const secure = await upgrade(socket, certificate.cert);
    await say(secure, 'EHLO sender.example.com');
    await say(secure, 'MAIL FROM:<>');
    await say(secure, `RCPT TO:<${ours}>`);
    await say(secure, 'DATA');

    const reply = await say(secure, 'Subject: x\r\n\r\nover TLS\r\n.');

    expect(offers).toContain('STARTTLS');
    expect(ready).toMatch(/^220 /u);
    expect(secure.getProtocol()).toMatch(/^TLSv1\.[23]$/u);
    expect(reply).toMatch(/^250 /u);
    expect(received).toEqual(['Subject: x\r\n\r\nover TLS\r\n']);
    secure.destroy();
  });

  test('serves a sender that does not ask for TLS', async () => {
    const { intake, received, port } = await start({ certificate });
    await using _ = intake;
    const { socket } = await open(port);
    await say(socket, 'MAIL FROM:<>');
    await say(socket, `RCPT TO:<${ours}>`);
    await say(socket, 'DATA');

    expect(await say(socket, 'Subject: x\r\n\r\nplain\r\n.')).toMatch(/^250 /u);
    expect(received).toHaveLength(1);
    socket.destroy();
  });

  test('does not offer it without a certificate, and does not begin it', async () => {
    const { intake, port } = await start();
    await using _ = intake;
    const { socket, offers } = await open(port);

    const reply = await say(socket, 'STARTTLS');

    expect(offers).not.toContain('STARTTLS');
    expect(reply).toMatch(/^5\d\d /u);
    socket.destroy();
  });

  test('forgets commands that were sent before the handshake, as an attacker in the middle could add them', async () => {
    const { intake, received, port } = await start({ certificate });
    await using _ = intake;
    const { socket } = await open(port);
    socket.write(`STARTTLS\r\nMAIL FROM:<>\r\nRCPT TO:<${ours}>\r\n`);
    await once(socket, 'data');
    const secure = await upgrade(socket, certificate.cert);
    await say(secure, 'EHLO sender.example.com');

    const reply = await say(secure, 'DATA');

    expect(reply).toMatch(/^503 /u);
    expect(received).toEqual([]);
    secure.destroy();
  });

  test('refuses TLS 1.1', async () => {
    const { intake, port } = await start({ certificate });
    await using _ = intake;
    const { socket } = await open(port);
    await say(socket, 'STARTTLS');
    const old = connectTls({
      socket,
      ca: certificate.cert,
      minVersion: 'TLSv1.1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });

    const [error] = (await once(old, 'error')) as [Error & { readonly code?: string }];

    expect(error.code).toMatch(/ERR_SSL|ECONNRESET/u);
    old.destroy();
  });

  test('uses a renewed certificate from the next connection on', async () => {
    using folder = temporaryFolder();
    const files = { cert: join(folder.path, 'mx.pem'), key: join(folder.path, 'mx.key') };
    writeFileSync(files.cert, certificate.cert);
    writeFileSync(files.key, certificate.key);
    const current = await readCertificate(files);
    const { intake, port } = await start({ certificate: current });
    await using _ = intake;
    let renewed: Certificate | undefined;
    using _watch = watchCertificate(files, {
      current,
      use: (found) => {
        renewed = found;
        intake.renew(found);
      },
      log: new RecordingLog(),
      everyMs: 20,
    });

    await makeCertificate(folder.path);
    await until('the certificate is renewed', () => renewed !== undefined);
    const { socket } = await open(port);
    await say(socket, 'STARTTLS');
    const secure = await upgrade(socket, renewed?.cert ?? '');

    expect(secure.getPeerCertificate().subject.CN).toBe('renewed.example.org');
    secure.destroy();
  });

  test('says which file cannot be used', async () => {
    using folder = temporaryFolder();
    const files = { cert: join(folder.path, 'mx.pem'), key: join(folder.path, 'none.key') };
    writeFileSync(files.cert, certificate.cert);

    await expect(readCertificate(files)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('INBOUND_TLS_KEY'),
    });
    writeFileSync(files.key, 'no key');
    await expect(readCertificate(files)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});

/** Replaces `mx.pem` and `mx.key` by a new pair. */
async function makeCertificate(folder: string): Promise<void> {
  const [cert, key] = [join(folder, 'new.pem'), join(folder, 'new.key')];
  const names = ['-subj', '/CN=renewed.example.org', '-addext', 'subjectAltName=DNS:localhost'];
  const made = ['-days', '2', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  const files = ['-keyout', key, '-out', cert];
  await promisify(execFile)(programOf('openssl'), ['req', '-x509', ...names, ...made, ...files]);
  copyFileSync(cert, join(folder, 'mx.pem'));
  copyFileSync(key, join(folder, 'mx.key'));
}
