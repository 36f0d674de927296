import type { HookProvider, HookRequest, HookVerdict } from '../../../domain/inbound/hook.ts';
import { hashOf } from './hook-check.ts';
import type { HookCheck } from './hook-check.ts';
import { verifyMailgun } from './mailgun.ts';
import { verifySendgrid } from './sendgrid.ts';
import { verifySns } from './sns.ts';
import { verifyStandard } from './standard.ts';

type Verify = (request: HookRequest, check: HookCheck) => HookVerdict;

const checks: Readonly<Record<HookProvider, Verify>> = {
  ses: verifySns,
  sendgrid: verifySendgrid,
  mailgun: verifyMailgun,
  resend: (request, check) => verifyStandard(request, { ...check, prefixes: ['svix-', 'webhook-'] }),
  generic: (request, check) => verifyStandard(request, { ...check, prefixes: ['webhook-'] }),
  postmark: verifyUnsigned,
  brevo: verifyUnsigned,
  mailjet: verifyUnsigned,
  sparkpost: verifyUnsigned,
};

/** Checks signature, age and form of a request, without reading the whole of it where that is not needed. Never throws. */
export function verifyHook(request: HookRequest, check: HookCheck): HookVerdict {
  if (!looksLikeJson(request.body)) return { kind: 'refused', why: 'malformed' };
  return checks[request.provider](request, check);
}

/** These providers do not sign: a request to the secret path is believed. */
function verifyUnsigned({ body }: HookRequest): HookVerdict {
  return { kind: 'accepted', id: hashOf(body) };
}

/** An object or a list. */
function looksLikeJson(body: Uint8Array): boolean {
  return /^\s*[[{]/u.test(Buffer.from(body.subarray(0, 64)).toString('utf8'));
}
