import { readFileSync } from 'node:fs';

import type { Outgoing } from '../../../src/delivery/smtp/smtp-envelope.ts';
import { SmtpSession } from '../../../src/delivery/smtp/smtp-session.ts';
import type { SessionOptions } from '../../../src/delivery/smtp/smtp-session.ts';
import type { RelayConfig } from '../../../src/domain/sending/relay.ts';

const folder = new URL('../../fixtures/tls/', import.meta.url);

/** A certificate for 127.0.0.1, 0.0.0.0 and localhost, signed by itself. */
export const testTls = {
  key: readFileSync(new URL('key.pem', folder)),
  cert: readFileSync(new URL('cert.pem', folder)),
};

/** Linux takes 0.0.0.0 for this machine, and Daybrief takes it for another one. */
export const remoteLooking = '0.0.0.0';

export function relayTo(port: number, changes: Partial<RelayConfig> = {}): RelayConfig {
  const host = changes.host ?? '127.0.0.1';
  return {
    name: `${host}:${port}`,
    host,
    port,
    secure: false,
    sessions: 10,
    messages: 100,
    weight: 1,
    ...changes,
  };
}

export function openSession(
  port: number,
  options: { readonly relay?: Partial<RelayConfig> } & Partial<Omit<SessionOptions, 'relay'>> = {},
): Promise<SmtpSession> {
  const { relay, ...rest } = options;
  return SmtpSession.open({ relay: relayTo(port, relay), ehloName: 'news.example.org', ...rest });
}

/** A small message in three segments, the second one this person's own. */
export function messageTo(to: string, text = 'Good morning.'): Outgoing {
  const message = [
    Buffer.from('Subject: Test\r\nTo: '),
    Buffer.from(`<${to}>\r\n`),
    Buffer.from(`\r\n${text}\r\n`),
  ];
  return {
    from: 'bounce@news.example.org',
    to,
    message,
    sizeBytes: message.reduce((sum, segment) => sum + segment.length, 0),
  };
}
