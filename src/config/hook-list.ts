import { createPublicKey } from 'node:crypto';

import { hookProviders } from '../domain/inbound/hook.ts';
import type { HookConfig, HookProvider } from '../domain/inbound/hook.ts';

/** What each provider's key is; undefined for those that do not sign. */
const keys: Readonly<Record<HookProvider, Key | undefined>> = {
  ses: { what: 'the ARN of the SNS topic', isKey: isTopic },
  sendgrid: { what: 'the verification key that SendGrid shows, in base64', isKey: isPublicKey },
  mailgun: { what: 'the HTTP webhook signing key of Mailgun', isKey: (text) => text.length >= 16 },
  resend: { what: 'the signing secret that Resend shows, whsec_...', isKey: isStandardSecret },
  generic: { what: 'a secret of Standard Webhooks, whsec_...', isKey: isStandardSecret },
  postmark: undefined,
  brevo: undefined,
  mailjet: undefined,
  sparkpost: undefined,
};

interface Key {
  /** As a noun phrase, to follow "expected". */
  readonly what: string;
  readonly isKey: (text: string) => boolean;
}

/**
 * Reads `postmark, sendgrid=<key>, ses=<topic>`: the providers whose webhooks are taken. A provider that is named twice
 * has both keys, while one replaces the other.
 *
 * @returns the providers, or all problems, each phrased to follow "expected". No problem contains any part of a key.
 */
export function parseHookList(text: string): {
  readonly hooks: readonly HookConfig[];
  readonly problems: readonly string[];
} {
  const found = new Map<HookProvider, string[]>();
  const problems: string[] = [];
  for (const entry of text.split(',').map((part) => part.trim())) {
    if (entry === '') continue;
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/su.exec(entry)?.map((part) => part.trim()) ?? [];
    const provider = hookProviders.find((one) => one === name);
    if (provider === undefined) {
      problems.push(`one of ${hookProviders.join(', ')} before the =`);
      continue;
    }
    const key = keys[provider];
    if (key === undefined && value !== '') problems.push(`${provider} alone, because it does not sign`);
    if (key !== undefined && !key.isKey(value)) problems.push(`${provider}= and ${key.what}`);
    found.set(provider, [...(found.get(provider) ?? []), ...(key === undefined ? [] : [value])]);
  }
  return { hooks: [...found].map(([provider, list]) => ({ provider, keys: list })), problems };
}

function isTopic(text: string): boolean {
  return /^arn:aws(?:-cn|-us-gov)?:sns:[a-z]{2}[a-z\d-]{3,30}:\d{12}:[\w-]{1,256}$/u.test(text);
}

/** P-256, as base64 of a SubjectPublicKeyInfo. */
function isPublicKey(text: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
  } catch {
    return false;
  }
}

/** Standard Webhooks asks for 24 to 64 octets; fewer than 16 can be guessed. */
export function isStandardSecret(text: string): boolean {
  const secret = /^whsec_([A-Za-z\d+/]{22,128}={0,2})$/u.exec(text)?.[1];
  if (secret === undefined || secret.length % 4 !== 0) return false;
  const { length } = Buffer.from(secret, 'base64');
  return length >= 16 && length <= 96;
}
