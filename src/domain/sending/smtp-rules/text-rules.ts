import * as texts from './reply-texts.ts';
import type { SmtpRule } from './smtp-rule.ts';

/** Replies whose text or stage says more than their status code. */
export const textRules = [
  // The size, whatever the stage.
  {
    reason: 'too-big',
    class: 'too-big',
    code: /^5/u,
    enhanced: /^5\.(?:3\.4|2\.3)$/u,
    examples: ['message 552 5.2.3 Message size exceeds fixed maximum message size'],
  },
  {
    reason: 'too-big',
    class: 'too-big',
    code: /^5/u,
    text: texts.tooBig,
    examples: [
      'mail 552 Message size exceeds maximum permitted',
      'message 554 Your message is too large to be accepted',
    ],
  },

  // The relay itself, RFC 3463 section 3.4.
  {
    reason: 'relay-out-of-space',
    class: 'relay-trouble',
    code: /^4/u,
    text: texts.relayOutOfSpace,
    examples: [
      'mail 452 4.3.1 Insufficient system storage',
      'message 451 4.3.0 Error: queue file write error',
      'mail 452 Insufficient system storage',
    ],
  },

  // A permanent refusal of the sender concerns the sender's account, not the recipient.
  {
    reason: 'sender-refused',
    class: 'account',
    code: /^5(?!52)/u,
    stage: 'mail',
    examples: ['mail 550 5.1.1 You may not send', 'mail 550 5.1.8 Bad sender', 'mail 550 Denied'],
  },
  {
    reason: 'sender-refused',
    class: 'account',
    code: /^5/u,
    enhanced: /^5\.(?!2\.2$)/u,
    stage: 'mail',
    examples: ['mail 552 5.7.1 Denied'],
  },
  {
    reason: 'temporary',
    class: 'temporary',
    code: /^4/u,
    enhanced: /^5\./u,
    stage: 'mail',
    examples: ['mail 450 5.1.1 Later'],
  },

  // Texts that decide whatever the enhanced code says: receivers report them under arbitrary codes.
  {
    reason: 'mailbox-busy',
    class: 'mailbox-busy',
    text: texts.mailboxBusy,
    examples: [
      'rcpt 550 5.2.1 The user you are trying to contact is receiving mail too quickly',
      'rcpt 450 4.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages - gsmtp',
      'rcpt 450 Requested mail action not taken: mailbox busy',
      'rcpt 432 4.3.2 STOREDRV.Deliver; recipient thread limit exceeded',
    ],
  },
  {
    reason: 'mailbox-full',
    class: 'full',
    text: texts.mailboxFull,
    examples: [
      'rcpt 550 5.7.1 <ana@example.org>: Recipient address rejected: Mailbox is full',
      'rcpt 450 4.2.0 <ana@example.org>: Recipient address rejected: over quota',
      'message 554 Requested mail action aborted: exceeded storage allocation',
    ],
  },
  {
    reason: 'bad-address',
    class: 'bad-address',
    code: /^5/u,
    enhanced: /^5\.7\.1$/u,
    text: texts.recipientUnknown,
    examples: [
      'rcpt 550 5.7.1 <ana@example.org>: Recipient address rejected: User unknown in relay recipient table',
    ],
  },
  {
    reason: 'bad-address',
    class: 'bad-address',
    code: /^5/u,
    enhanced: /^5\.7\.1$/u,
    text: texts.onlyUnknown,
    examples: ['rcpt 550 5.7.1 No such user!', 'rcpt 550 5.7.1 <ana@example.org>: Unknown user'],
  },
  {
    reason: 'temporary',
    class: 'temporary',
    code: /^5/u,
    enhanced: /^5\.[12]\.\d+$/u,
    text: texts.passes,
    examples: [
      'rcpt 550 5.1.1 Mailbox is being moved, please try again tomorrow',
      'rcpt 550 5.2.1 Mailbox not accepting messages at this time',
    ],
  },
  {
    reason: 'policy',
    class: 'policy',
    code: /^5/u,
    enhanced: /^5\.1\.[1-6]$/u,
    text: texts.blamesElsewhere,
    examples: [
      'message 550 5.1.1 Rejected by content scanner',
      'rcpt 550 5.1.1 This address accepts internal mail only',
      'rcpt 550 5.1.1 Message refused: TLS is required for this domain',
    ],
  },
  {
    reason: 'policy',
    class: 'policy',
    code: /^5/u,
    enhanced: /^5\.1\.\d+$/u,
    text: texts.originRefused,
    examples: [
      'rcpt 550 5.1.1 Connections from your country are not accepted by this server',
      'rcpt 550 5.1.1 We are refusing mail from your provider',
      'rcpt 553 5.1.2 Your network is not welcome here',
    ],
  },
  {
    reason: 'dead-mailbox',
    class: 'dead-mailbox',
    code: /^5/u,
    enhanced: /^5\.7\.1$/u,
    text: texts.recipientClosed,
    examples: ['rcpt 550 5.7.1 <ana@example.org>: Recipient address rejected: Mailbox disabled'],
  },
  {
    reason: 'rate',
    class: 'rate',
    text: texts.rateLimited,
    code: /^4/u,
    examples: [
      'rcpt 432 4.3.2 Concurrent connections limit exceeded',
      'mail 450 4.7.1 Error: too much mail from 192.0.2.4',
      'rcpt 451 4.7.1 Too many messages from 192.0.2.4, try again later',
      'message 454 Throttling failure: Maximum sending rate exceeded.',
      'rcpt 450 4.4.2 Rate limit exceeded',
    ],
  },
  {
    reason: 'reputation',
    class: 'reputation',
    code: /^5/u,
    text: texts.blocked,
    examples: [
      'message 554 5.7.1 Message rejected as spam by content filtering',
      'message 550 5.7.1 [192.0.2.4] Our system has detected that this message is likely unsolicited mail',
    ],
  },
] as const satisfies readonly SmtpRule[];
