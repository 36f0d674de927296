import * as texts from './reply-texts.ts';
import type { SmtpRule } from './smtp-rule.ts';

/** Rules by enhanced status code (RFC 3463, 7372, 7505 and the IANA registry) and reply code (RFC 5321 section 4.2). */
export const statusCodeRules = [
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
    enhanced: /^5\.[0123]\.0$/u,
    text: texts.unknownUser,
    examples: [
      'rcpt 550 5.1.0 User unknown',
      'rcpt 550 5.2.0 No such mailbox',
      'rcpt 550 5.0.0 No such user here',
      'rcpt 553 5.3.0 <ana@example.org>... User unknown',
    ],
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
      'rcpt 452 4.2.2 The email account that you tried to reach has no room',
      'rcpt 552 5.2.2 Storage limit reached',
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
    examples: ['rcpt 552 Requested mail action aborted'],
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
    reason: 'dead-mailbox',
    class: 'dead-mailbox',
    code: /^55[034]$/u,
    text: texts.closedMailbox,
    bare: true,
    examples: [
      'rcpt 550 Message was not accepted -- invalid mailbox. Local mailbox ana@example.org is unavailable: account is disabled',
      'message 554 30 Sorry, this mailbox is disabled (554.30)',
      'rcpt 554 delivery error: dd Sorry, your message to x@example.com cannot be delivered. This mailbox is disabled (554.30).',
    ],
  },
  {
    reason: 'bad-address',
    class: 'bad-address',
    code: /^5(?:5[0134]|11)$/u,
    text: texts.unknownUser,
    bare: true,
    examples: [
      'rcpt 550 No such user here',
      'rcpt 550 <x@example.org>: User unknown in virtual table',
      "message 554 delivery error: dd This user doesn't have a yahoo.com account (x@yahoo.com)",
      'rcpt 550 sorry, no mailbox here by that name. (#5.7.17)',
      'rcpt 511 sorry, no mailbox here by that name (#5.1.1 - chkuser)',
      'rcpt 550 Unrouteable address',
    ],
  },
  {
    // The words of RFC 5321 for it, as GMX and others use them for unknown users.
    reason: 'bad-address',
    class: 'bad-address',
    code: /^550$/u,
    stage: 'rcpt',
    text: /^requested action not taken: mailbox unavailable/iu,
    bare: true,
    examples: ['rcpt 550 Requested action not taken: mailbox unavailable'],
  },
  {
    reason: 'policy',
    class: 'policy',
    code: /^55[04]$/u,
    bare: true,
    examples: ['rcpt 550 Rejected', 'message 554 Transaction failed'],
  },
] as const satisfies readonly SmtpRule[];
