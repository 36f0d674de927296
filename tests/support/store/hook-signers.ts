import { createHmac, createSign, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** Signers of providers, written from their documentation and with node:crypto alone. */

export interface Signed {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Standard Webhooks 1.0; Svix with its own prefix. */
export function signStandard(
  body: string,
  options: {
    readonly secret: string;
    readonly id: string;
    readonly at: number;
    readonly prefix?: 'webhook-' | 'svix-';
  },
): Signed {
  const { secret, id, at, prefix = 'webhook-' } = options;
  const time = String(Math.floor(at / 1000));
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64');
  return {
    headers: { [`${prefix}id`]: id, [`${prefix}timestamp`]: time, [`${prefix}signature`]: `v1,${signature}` },
    body,
  };
}

/** Puts the signature of Mailgun beside the event. */
export function signMailgun(
  event: unknown,
  { key, token, at }: { readonly key: string; readonly token: string; readonly at: number },
): Signed {
  const timestamp = String(Math.floor(at / 1000));
  const signature = createHmac('sha256', key).update(`${timestamp}${token}`).digest('hex');
  return {
    headers: {},
    body: JSON.stringify({ signature: { timestamp, token, signature }, 'event-data': event }),
  };
}

export function sendgridKeys(): { readonly publicKey: string; readonly privateKey: KeyObject } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'), privateKey };
}

/** ECDSA with SHA-256 over timestamp and body, as the signed event webhook has it. */
export function signSendgrid(
  body: string,
  { privateKey, at }: { readonly privateKey: KeyObject; readonly at: number },
): Signed {
  const time = String(Math.floor(at / 1000));
  const signature = sign('sha256', Buffer.from(`${time}${body}`), privateKey).toString('base64');
  return {
    headers: {
      'x-twilio-email-event-webhook-timestamp': time,
      'x-twilio-email-event-webhook-signature': signature,
    },
    body,
  };
}

export interface SnsFields {
  readonly Type: 'Notification' | 'SubscriptionConfirmation';
  readonly MessageId: string;
  readonly TopicArn: string;
  readonly Message: string;
  readonly Timestamp: string;
  readonly Subject?: string;
  readonly Token?: string;
  readonly SubscribeURL?: string;
  readonly SignatureVersion: '1' | '2';
  readonly SigningCertURL: string;
}

/** The fields in the order of Amazon's documentation, each as its name and its value on a line of their own. */
export function signSns(fields: SnsFields, privateKey: KeyObject): Signed {
  const names =
    fields.Type === 'Notification'
      ? (['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'] as const)
      : (['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'] as const);
  let text = '';
  for (const name of names) if (fields[name] !== undefined) text += `${name}\n${fields[name]}\n`;
  const algorithm = fields.SignatureVersion === '1' ? 'RSA-SHA1' : 'RSA-SHA256';
  const Signature = createSign(algorithm).update(text).sign(privateKey, 'base64');
  return {
    headers: { 'content-type': 'text/plain; charset=UTF-8' },
    body: JSON.stringify({ ...fields, Signature }),
  };
}
