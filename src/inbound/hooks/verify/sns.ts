import { createVerify, X509Certificate } from 'node:crypto';

import { snsToleranceMs } from '../../../domain/inbound/hook.ts';
import type { HookRequest, HookVerdict, SnsMessage } from '../../../domain/inbound/hook.ts';
import { at, parseJson } from '../json.ts';
import { hashOf } from './hook-check.ts';
import type { HookCheck } from './hook-check.ts';

/**
 * Checks what can be checked of an SNS message without its certificate: that it is from a configured topic, not old, and
 * names a certificate of Amazon's. docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
 */
export function verifySns({ body }: HookRequest, { keys: topics, now }: HookCheck): HookVerdict {
  const message = parseJson(body);
  if (field(message, 'Signature') === '') return { kind: 'refused', why: 'unsigned' };
  const time = Date.parse(field(message, 'Timestamp'));
  if (Number.isNaN(time)) return { kind: 'refused', why: 'malformed' };
  const sns = readMessage(message, topics);
  if (sns === undefined) return { kind: 'refused', why: 'wrong-signature' };
  if (Math.abs(time - now) > snsToleranceMs) return { kind: 'refused', why: 'old' };
  // The signature too: a forgery must not take the place of the message whose id it guessed.
  return { kind: 'accepted', id: hashOf(field(message, 'MessageId'), sns.signature), sns };
}

/** Reads a message that was stored; undefined if it is not from one of these topics. */
export function readSnsMessage(body: Uint8Array, topics: readonly string[]): SnsMessage | undefined {
  return readMessage(parseJson(body), topics);
}

const digests = { 1: 'sha1', 2: 'sha256' } as const;

function readMessage(message: unknown, topics: readonly string[]): SnsMessage | undefined {
  const type = readType(field(message, 'Type'));
  const version = field(message, 'SignatureVersion');
  const topic = field(message, 'TopicArn');
  // Every account of Amazon can have messages signed, so the topic counts.
  if (type === undefined || (version !== '1' && version !== '2') || !topics.includes(topic)) return undefined;
  const certificateUrl = field(message, 'SigningCertURL');
  if (!isCertificateUrl(certificateUrl, topic)) return undefined;
  const signed = signedFields[type]
    .filter((name) => name !== 'Subject' || field(message, name) !== '')
    .map((name) => `${name}\n${field(message, name)}\n`)
    .join('');
  const signature = field(message, 'Signature');
  const sns = { type, topic, certificateUrl, signed, signature, digest: digests[version] } as const;
  if (type !== 'SubscriptionConfirmation') return sns;
  const subscribeUrl = field(message, 'SubscribeURL');
  return isSubscribeUrl(subscribeUrl, topic) ? { ...sns, subscribeUrl } : undefined;
}

/** The text as it is: what is signed must not be changed. */
function field(message: unknown, name: string): string {
  const value = at(message, name);
  return typeof value === 'string' ? value : '';
}

function readType(text: string): SnsMessage['type'] | undefined {
  return Object.keys(signedFields).find((name): name is SnsMessage['type'] => name === text);
}

const confirmation = [
  'Message',
  'MessageId',
  'SubscribeURL',
  'Timestamp',
  'Token',
  'TopicArn',
  'Type',
] as const;

/** The fields that are signed, in this order. */
const signedFields: Readonly<Record<SnsMessage['type'], readonly string[]>> = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: confirmation,
  UnsubscribeConfirmation: confirmation,
};

/** Of the topic's region, so that a request can make Daybrief ask one host only. */
function isCertificateUrl(text: string, topic: string): boolean {
  const file = /^\/SimpleNotificationService-[\da-f]{32}\.pem$/u;
  const url = amazonUrl(text, topic);
  return url !== undefined && file.test(url.pathname) && url.search === '';
}

function isSubscribeUrl(text: string, topic: string): boolean {
  const url = amazonUrl(text, topic);
  if (url === undefined || url.pathname !== '/') return false;
  const { searchParams: query } = url;
  return query.get('Action') === 'ConfirmSubscription' && query.get('TopicArn') === topic;
}

function amazonUrl(text: string, topic: string): URL | undefined {
  const [, partition = '', , region = ''] = topic.split(':');
  const host = `sns.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}`;
  const url = text.length > 2_000 ? null : URL.parse(text);
  if (url === null || url.protocol !== 'https:' || url.host !== host) return undefined;
  return url.username === '' && url.password === '' && url.hash === '' ? url : undefined;
}

/** Says whether a certificate, as PEM, is valid now and signed the message. */
export function isSignedBySns(message: SnsMessage, pem: string, now: number): boolean {
  try {
    const certificate = new X509Certificate(pem);
    if (Date.parse(certificate.validFrom) > now || Date.parse(certificate.validTo) < now) return false;
    const check = createVerify(`RSA-${message.digest.toUpperCase()}`).update(message.signed, 'utf8');
    return check.verify(certificate.publicKey, message.signature, 'base64');
  } catch {
    return false;
  }
}
