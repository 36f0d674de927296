import * as texts from './reply-texts.ts';
import type { SmtpRule } from './smtp-rule.ts';

/** Rules by enhanced status code (RFC 3463, 7372, 7505 and the IANA registry) and reply code (RFC 5321 section 4.2). */
export const statusCodeRules: readonly SmtpRule[] = [
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
    text: /receiving (?:mail|messages) (?:too quickly|at a rate)|(?:user|recipient|mailbox) .{0,40}too (?:many messages|quickly)/iu,
    examples: [
      'rcpt 550 5.2.1 The user you are trying to contact is receiving mail too quickly',
      'rcpt 450 4.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages - gsmtp',
    ],
  },
  {
    reason: 'rate',
    class: 'rate',
    text: texts.rateLimited,
    code: /^4/u,
    examples: [
      'rcpt 432 4.3.2 Concurrent connections limit exceeded',
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

  // Enhanced status codes: RFC 3463, 7372, 7505 and the IANA registry.
  {
    reason: 'sender-refused',
    class: 'account',
    enhanced: /^[45]\.1\.[78]$/u,
    examples: [
      'rcpt 550 5.1.8 Access denied, bad outbound sender',
      'rcpt 501 5.1.7 Bad sender address syntax',
    ],
  },
  {
    reason: 'bad-address',
    class: 'bad-address',
    enhanced: /^5\.1\.(?:1|2|3|6|10)$/u,
    examples: [
      'rcpt 550 5.1.1 User unknown',
      'rcpt 550 5.1.2 Bad destination system',
      'rcpt 501 5.1.3 Bad recipient address syntax',
      'rcpt 551 5.1.6 Mailbox has moved',
      'rcpt 556 5.1.10 Recipient address has null MX',
    ],
  },
  {
    reason: 'bad-address',
    class: 'bad-address',
    code: /^5/u,
    enhanced: /^5\.(?:0|1)\.0$/u,
    text: texts.unknownUser,
    examples: ['rcpt 550 5.1.0 User unknown', 'rcpt 550 5.0.0 No such user here'],
  },
  {
    reason: 'dead-mailbox',
    class: 'dead-mailbox',
    enhanced: /^5\.(?:2\.1|7\.13|7\.17)$/u,
    examples: [
      'rcpt 550 5.2.1 The email account that you tried to reach is disabled',
      'rcpt 550 5.7.13 User account disabled',
      'rcpt 550 5.7.17 Mailbox owner has changed',
    ],
  },
  {
    reason: 'mailbox-full',
    class: 'full',
    enhanced: /^[45]\.2\.2$/u,
    examples: [
      'rcpt 452 4.2.2 The email account that you tried to reach is over quota',
      'rcpt 552 5.2.2 Mailbox full',
    ],
  },
  {
    reason: 'greylisted',
    class: 'greylist',
    code: /^45[01]$/u,
    enhanced: /^4\.7\.1$/u,
    examples: ['rcpt 451 4.7.1 Try again later'],
  },
  {
    reason: 'rate',
    class: 'rate',
    code: /^4/u,
    enhanced: /^4\.7\.0$/u,
    examples: ['rcpt 450 4.7.0 Later', 'rcpt 421 4.7.0 Try again later'],
  },
  {
    reason: 'relay-trouble',
    class: 'relay-trouble',
    code: /^4(?!21)/u,
    enhanced: /^4\.3\.[01]$/u,
    examples: ['message 451 4.3.0 Try later', 'mail 452 4.3.1 Out of resources'],
  },
  {
    reason: 'mail-flood',
    class: 'policy',
    enhanced: /^5\.7\.28$/u,
    examples: ['message 550 5.7.28 Mail flood detected'],
  },
  {
    reason: 'authentication-required',
    class: 'account',
    enhanced: /^5\.7\.(?:8|9|14)$/u,
    examples: ['message 550 5.7.9 Message not accepted for policy reasons', 'rcpt 550 5.7.8 Bad credentials'],
  },
  {
    reason: 'authentication-required',
    class: 'account',
    code: /^53[0458]$/u,
    examples: ['rcpt 535 Authentication failed', 'rcpt 530 Access denied'],
  },
  {
    reason: 'needs-smtputf8',
    class: 'needs-smtputf8',
    enhanced: /^5\.6\.[79]$/u,
    examples: ['rcpt 550 5.6.7 Address needs SMTPUTF8'],
  },
  {
    reason: 'policy',
    class: 'policy',
    enhanced: /^5\.7\.\d+$/u,
    examples: ['message 550 5.7.1 Message rejected due to local policy'],
  },
  {
    reason: 'network',
    class: 'network',
    enhanced: /^4\.4\.\d+$/u,
    examples: ['rcpt 451 4.4.1 No answer from host', 'rcpt 421 4.4.2 Connection timed out'],
  },
  { reason: 'rate', class: 'rate', code: /^421$/u, examples: ['rcpt 421 Try again later'] },
  {
    reason: 'temporary',
    class: 'temporary',
    enhanced: /^4\./u,
    examples: ['rcpt 450 4.2.0 Mailbox locked'],
  },
  {
    reason: 'refused',
    class: 'refused',
    enhanced: /^5\./u,
    examples: ['rcpt 550 5.3.0 Other mail system problem'],
  },

  // Reply codes alone, RFC 5321 section 4.2.
  {
    reason: 'mailbox-full',
    class: 'full',
    code: /^552$/u,
    bare: true,
    examples: ['rcpt 552 Requested mail action aborted: exceeded storage allocation'],
  },
  {
    reason: 'mailbox-full',
    class: 'full',
    code: /^[45]5/u,
    text: /quota|mailbox (?:is )?full/iu,
    bare: true,
    examples: ['rcpt 550 Mailbox quota exceeded', 'rcpt 452 mailbox full'],
  },
  {
    reason: 'temporary',
    class: 'temporary',
    code: /^4/u,
    bare: true,
    examples: ['rcpt 451 Temporary local problem - please try later', 'rcpt 450 Busy'],
  },
  {
    reason: 'bad-address',
    class: 'bad-address',
    code: /^55[0134]$/u,
    text: texts.unknownUser,
    bare: true,
    examples: [
      'rcpt 550 No such user here',
      'rcpt 550 <x@example.org>: User unknown in virtual table',
      "message 554 delivery error: dd This user doesn't have a yahoo.com account (x@yahoo.com)",
      'rcpt 550 sorry, no mailbox here by that name. (#5.7.17)',
    ],
  },
  {
    reason: 'dead-mailbox',
    class: 'dead-mailbox',
    code: /^55[04]$/u,
    text: texts.closedMailbox,
    bare: true,
    examples: [
      'message 554 30 Sorry, this mailbox is disabled (554.30)',
      'rcpt 554 delivery error: dd Sorry, your message to x@example.com cannot be delivered. This mailbox is disabled (554.30).',
    ],
  },
  {
    reason: 'policy',
    class: 'policy',
    code: /^55[04]$/u,
    bare: true,
    examples: ['rcpt 550 Rejected', 'message 554 Transaction failed'],
  },
];
