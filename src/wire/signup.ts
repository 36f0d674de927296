import type { MailMessages } from '../app/ports/mails.ts';
import type { RelaySessions, Pacer } from '../app/ports/relays.ts';
import type { SignupQueue } from '../app/ports/signup.ts';
import { openMailMessages } from '../app/signup/mail-messages.ts';
import { processSignup } from '../app/signup/process-signup.ts';
import { sendMail } from '../app/signup/send-transactional.ts';
import { sweepSignups } from '../app/signup/sweep-signups.ts';
import { createMailDomainCheck } from '../delivery/check-mail-domain.ts';
import { createMailMaker } from '../delivery/message/mail-maker.ts';
import { createTraceFields } from '../delivery/message/trace-fields.ts';
import { compileMessage } from '../render/compile-message.ts';
import type { WireBase } from './base.ts';

/** A worker's resources that transactional mail shares. */
export interface MailWiring {
  readonly sessions: RelaySessions;
  readonly pacer: Pacer;
  readonly resendLimit: number;
  readonly signal: AbortSignal;
}

/** Builds a worker's services for signups. */
export async function wireSignupWorker(base: WireBase, { sessions, pacer, resendLimit, signal }: MailWiring) {
  const { config, clock, log, publications } = base;
  const { signups, mails } = await base.store();
  const { leaseMs, retryBaseMs } = config.delivery;
  const queue = signupQueue(base);
  const messages = await wireMailMessages(base);
  const checkMailDomain = config.signup.checkMx
    ? createMailDomainCheck({ servers: config.dnsServers })
    : undefined;
  const mailPorts = { mails, publications, messages, sessions, pacer, clock, random: Math.random, log };
  return {
    processSignup: (signupId: number) =>
      processSignup(signupId, { signups, publications, queue, checkMailDomain, clock }, { leaseMs }),
    sendMail: (mailId: number) => sendMail(mailId, mailPorts, { leaseMs, retryBaseMs, resendLimit, signal }),
  };
}

export async function sweepSignupsOf(base: WireBase): Promise<void> {
  const { signups, mails } = await base.store();
  return sweepSignups({ signups, mails, queue: signupQueue(base), clock: base.clock });
}

export function signupQueue({ queue }: Pick<WireBase, 'queue'>): SignupQueue {
  return {
    signUp: (signupId) => queue.add('sign-up', { signupId }),
    sendMail: (mailId) => queue.add('send-mail', { mailId }),
  };
}

async function wireMailMessages(base: WireBase): Promise<MailMessages> {
  const { links, messageIds, verp, inboundAddresses } = await base.secrets();
  const leave = base.config.inbound.unsubscribe ? inboundAddresses.leave : undefined;
  const traces = createTraceFields(base.config.inbound.hooks.map(({ provider }) => provider));
  const { baseUrl } = base.config.web;
  const openSigner = await base.signers();
  return openMailMessages({
    render: async (mail) => (await base.renderer()).renderMail(mail),
    compile: compileMessage,
    latest: async (publicationId) => {
      const [newest] = await (await base.store()).archivedEditions({ publicationId, limit: 1 });
      return newest;
    },
    makerFor: async (message, options) => {
      const sign = await openSigner(options.publication);
      return createMailMaker(message, { ...options, links, messageIds, verp, leave, baseUrl, sign, traces });
    },
  });
}
