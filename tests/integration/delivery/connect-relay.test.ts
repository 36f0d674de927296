import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { AppError } from '../../../src/errors/app-error.ts';
import { ScriptedServer, politeScript } from '../../support/smtp/scripted-server.ts';
import { messageTo, openSession, remoteLooking, testTls } from '../../support/smtp/smtp-client.ts';
import { SmtpSink } from '../../support/smtp/smtp-sink.ts';

const credentials = { user: 'news@example.org', pass: 'correct horse / 7' };

import { tempFolder } from '../../support/temp-folder.ts';
const starttls = { disabledCommands: ['AUTH'], ...testTls };

async function troubleOf(opening: Promise<unknown>): Promise<AppError> {
  const error: unknown = await opening.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof AppError)) throw new Error('expected an AppError', { cause: error });
  return error;
}

describe('a relay on another machine', () => {
  const relay = { host: remoteLooking };

  test('gets mail only after STARTTLS with a valid certificate', async () => {
    await using sink = await SmtpSink.start({ server: starttls });
    await using session = await openSession(sink.port, { relay, tls: { ca: testTls.cert } });

    expect(session.isEncrypted).toBe(true);
    expect((await session.send(messageTo('a@example.org'))).kind).toBe('accepted');
    expect(sink.messages[0]?.encrypted).toBe(true);
  });

  test('trusts the private certificate authority of ?ca=, and names a file that cannot be read', async () => {
    await using sink = await SmtpSink.start({ server: starttls });
    const caFile = join(tempFolder(), 'ca.pem');
    writeFileSync(caFile, testTls.cert);

    await using session = await openSession(sink.port, { relay: { ...relay, caFile } });
    const trouble = await troubleOf(openSession(sink.port, { relay: { ...relay, caFile: `${caFile}.x` } }));

    expect(session.isEncrypted).toBe(true);
    expect(trouble.code).toBe('RELAY_INSECURE');
    expect(trouble.message).toContain(`its certificate authority ${caFile}.x cannot be read`);
  });

  test('refuses a remote relay whose certificate no known authority signed', async () => {
    await using sink = await SmtpSink.start({ server: starttls });

    const trouble = await troubleOf(openSession(sink.port, { relay }));

    expect(trouble.code).toBe('RELAY_INSECURE');
    expect(trouble.message).toContain('self-signed certificate');
    expect(trouble.hint).toContain('TLS 1.2');
  });

  test('is refused when it offers no STARTTLS, before any credential is sent', async () => {
    await using server = await ScriptedServer.start(politeScript({ STAR: '502 5.5.1 No such command\r\n' }));

    const trouble = await troubleOf(openSession(server.port, { relay: { ...relay, auth: credentials } }));

    expect(trouble.code).toBe('RELAY_INSECURE');
    expect(server.received).not.toContain('AUTH');
    expect(server.received).not.toContain('MAIL');
  });

  test.each(['TLSv1', 'TLSv1.1'] as const)('is refused when it only knows %s', async (version) => {
    const old = { minVersion: version, maxVersion: version, ciphers: 'ALL@SECLEVEL=0' } as const;
    await using sink = await SmtpSink.start({ server: { ...starttls, ...old } });

    const trouble = await troubleOf(openSession(sink.port, { relay, tls: { ca: testTls.cert } }));

    expect(trouble.code).toBe('RELAY_INSECURE');
    expect(sink.messages).toEqual([]);
  });

  test('is spoken to with TLS from the first byte where the URL says smtps', async () => {
    await using sink = await SmtpSink.start({ server: { secure: true, ...testTls } });
    await using session = await openSession(sink.port, {
      relay: { ...relay, secure: true },
      tls: { ca: testTls.cert },
    });

    expect((await session.send(messageTo('a@example.org'))).kind).toBe('accepted');
    expect(sink.messages[0]?.encrypted).toBe(true);
  });

  test('gets credentials only inside TLS', async () => {
    await using sink = await SmtpSink.start({
      credentials,
      server: { disabledCommands: [], allowInsecureAuth: false, ...testTls },
    });
    await using session = await openSession(sink.port, {
      relay: { ...relay, auth: credentials },
      tls: { ca: testTls.cert },
    });

    expect((await session.send(messageTo('a@example.org'))).kind).toBe('accepted');
    expect(sink.messages[0]).toMatchObject({ encrypted: true, user: credentials.user });
  });
});

describe('a relay on this machine', () => {
  test('needs no encryption, and may be given credentials without it', async () => {
    await using sink = await SmtpSink.start({ credentials });
    await using session = await openSession(sink.port, { relay: { auth: credentials } });

    expect(session.isEncrypted).toBe(false);
    expect((await session.send(messageTo('a@example.org'))).kind).toBe('accepted');
    expect(sink.messages[0]?.user).toBe(credentials.user);
  });

  test('encrypts to a loopback relay before sending credentials if it offers TLS, with any certificate', async () => {
    await using sink = await SmtpSink.start({ credentials, server: { disabledCommands: [], ...testTls } });
    await using session = await openSession(sink.port, { relay: { auth: credentials } });

    expect(session.isEncrypted).toBe(true);
    expect((await session.send(messageTo('a@example.org'))).kind).toBe('accepted');
  });

  test('wrong credentials give a sentence without them', async () => {
    await using sink = await SmtpSink.start({ credentials });
    const auth = { user: credentials.user, pass: 'wrong' };

    const trouble = await troubleOf(openSession(sink.port, { relay: { auth } }));

    expect(trouble.code).toBe('RELAY_UNAVAILABLE');
    expect(trouble.message).toContain('refuses the credentials');
    expect(trouble.message).toContain('535');
  });

  test('a server that repeats the credentials does not get them into the message', async () => {
    const encoded = Buffer.from(`\0${credentials.user}\0${credentials.pass}`).toString('base64');
    await using server = await ScriptedServer.start(
      politeScript({
        EHLO: '250-scripted\r\n250 AUTH PLAIN\r\n',
        AUTH: `535 you said ${encoded} or ${credentials.pass}\r\n`,
      }),
    );

    const trouble = await troubleOf(openSession(server.port, { relay: { auth: credentials } }));

    expect(trouble.message).toContain('535 you said *** or ***');
    expect(JSON.stringify([trouble, trouble.cause])).not.toContain(credentials.pass);
  });

  test('tries the next mechanism after 504, and names those of a relay that offers no usable one', async () => {
    const asked: string[] = [];
    const server = (offer: string) => {
      const polite = politeScript({ EHLO: `250-scripted\r\n250 AUTH ${offer}\r\n` });
      return ScriptedServer.start((line, socket) => {
        if (line.startsWith('AUTH')) asked.push(line.split(' ', 2).join(' '));
        if (line.startsWith('AUTH PLAIN')) return '504 5.5.4 not this one\r\n';
        if (line.startsWith('AUTH LOGIN')) return '334 VXNlcm5hbWU6\r\n';
        if (line === Buffer.from(credentials.user).toString('base64')) return '334 UGFzc3dvcmQ6\r\n';
        if (line === Buffer.from(credentials.pass).toString('base64')) return '235 2.7.0 welcome\r\n';
        return polite(line, socket);
      });
    };
    await using both = await server('GSSAPI PLAIN LOGIN');
    await using other = await server('GSSAPI NTLM');

    await using session = await openSession(both.port, { relay: { auth: credentials } });
    const trouble = await troubleOf(openSession(other.port, { relay: { auth: credentials } }));

    expect(session.isEncrypted).toBe(false);
    expect(asked).toEqual(['AUTH PLAIN', 'AUTH LOGIN']);
    expect(trouble.message).toContain(
      'it offers AUTH GSSAPI, NTLM, and Daybrief can use PLAIN, LOGIN, CRAM-MD5',
    );
  });

  test('reports credentials for a relay that offers no AUTH', async () => {
    await using server = await ScriptedServer.start(politeScript());

    const trouble = await troubleOf(openSession(server.port, { relay: { auth: credentials } }));

    expect(trouble.message).toContain('offers no AUTH');
  });

  test('one that knows only HELO is served without extensions', async () => {
    await using server = await ScriptedServer.start(politeScript({ EHLO: '502 unknown\r\n' }));
    await using session = await openSession(server.port);

    expect((await session.send(messageTo('a@example.org'))).kind).toBe('accepted');
    expect(server.received).toContain('MAIL FROM:<bounce@news.example.org>\r\n');
  });
});

test.each([
  ['a 554 greeting', { '': '554 5.7.1 Go away\r\n' }, '554 5.7.1 Go away'],
  ['a 421 greeting', { '': '421 Too many connections\r\n' }, '421 Too many connections'],
  ['a greeting that is none', { '': 'SSH-2.0-OpenSSH_9.2\r\n' }, 'SSH-2.0'],
  ['no greeting', { '': undefined }, 'time'],
  ['EHLO answered with 421', { EHLO: '421 4.3.2 Shutting down\r\n' }, '421 4.3.2'],
  ['EHLO answered with nonsense', { EHLO: '\u0001\u0002\r\n', HELO: 'x\r\n' }, 'cannot be used'],
])('%s is one sentence that names the relay', async (_what, changes, expected) => {
  await using server = await ScriptedServer.start(politeScript(changes));

  // Only the server that says nothing is waited for in vain.
  const handshakeMs = expected === 'time' ? 300 : 300_000;
  const trouble = await troubleOf(openSession(server.port, { handshakeMs }));

  expect(trouble.code).toBe('RELAY_UNAVAILABLE');
  expect(trouble.message).toContain(`127.0.0.1:${server.port}`);
  expect(trouble.message).toContain(expected);
  expect(trouble.message).not.toMatch(/\p{Cc}/u);
});

test('reports a port without a server in one sentence', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));

  const trouble = await troubleOf(openSession(port));

  expect(trouble.message).toContain('ECONNREFUSED');
});

test('a name that does not exist is one sentence', async () => {
  const trouble = await troubleOf(openSession(25, { relay: { host: 'relay.invalid' } }));

  expect(trouble).toMatchObject({ code: 'RELAY_UNAVAILABLE' });
});

test('an aborted connection is given up at once', async () => {
  await using server = await ScriptedServer.start(politeScript({ '': undefined }));
  const stop = new AbortController();
  const opening = openSession(server.port, { signal: stop.signal });

  stop.abort(new Error('stopped by the test'));

  await expect(opening).rejects.toThrow('stopped by the test');
});
