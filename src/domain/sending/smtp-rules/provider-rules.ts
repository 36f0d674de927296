import type { SmtpRule } from './smtp-rule.ts';

/** Rules of single providers. */
export const providerRules = [
  {
    reason: 'yahoo-deferred',
    class: 'rate',
    text: /\bTSS(?:0[4-9]|1[01])\b/u,
    examples: [
      'message 421 4.7.0 [TSS04] Messages from 192.0.2.4 temporarily deferred due to user complaints - 4.16.55.1',
      'message 553 5.7.1 [TSS09] All messages from 192.0.2.1 will be permanently deferred',
    ],
  },
  {
    reason: 'microsoft-authentication',
    class: 'account',
    enhanced: /^[45]\.7\.(?:515|509)$/u,
    examples: [
      'message 550 5.7.515 Access denied, sending domain does not meet the required authentication level',
      'message 451 4.7.515 Access denied, sending domain does not meet the required authentication level',
    ],
  },
  {
    reason: 'microsoft-account',
    class: 'account',
    enhanced: /^5\.7\.(?:50[1-3]|70[3-8]|750)$/u,
    examples: [
      'message 550 5.7.705 Access denied, tenant has exceeded threshold',
      'rcpt 550 5.7.501 Access denied, spam abuse detected',
    ],
  },
  {
    reason: 'microsoft-mailbox-busy',
    class: 'mailbox-busy',
    enhanced: /^[45]\.2\.12[12]$/u,
    examples: [
      "rcpt 550 5.2.121 Recipient's per hour message receive limit from specific sender exceeded",
      "rcpt 450 4.2.122 Recipient's per hour message receive limit exceeded",
    ],
  },
  {
    reason: 'our-authentication',
    class: 'account',
    enhanced: /^[45]\.7\.(?:2[0-35679])$/u,
    examples: [
      'message 550 5.7.26 This mail has been blocked because the sender is unauthenticated.',
      'message 421 4.7.26 Rate limited: SPF and DKIM do not pass - gsmtp',
      'message 550 5.7.27 SPF does not pass',
    ],
  },
  {
    reason: 'microsoft-rate',
    class: 'rate',
    enhanced: /^4\.7\.(?:5\d\d|65[0-9])$/u,
    examples: [
      'rcpt 451 4.7.650 The mail server has been temporarily rate limited due to IP reputation',
      'rcpt 451 4.7.500 Server busy',
    ],
  },
  {
    reason: 'gmail-authentication',
    class: 'account',
    enhanced: /^[45]\.7\.(?:24|30|31|32)$/u,
    text: /gsmtp/iu,
    examples: ['message 550 5.7.30 DKIM does not pass - gsmtp'],
  },
  {
    reason: 'gmail-rate',
    class: 'rate',
    enhanced: /^4\.7\.28$/u,
    examples: ['rcpt 421 4.7.28 Unusual rate of mail - gsmtp'],
  },
  {
    reason: 'orange-rate',
    class: 'rate',
    text: /\bOFR004_10[34]\b|\bOFR_?(?:108|109|999)\b/u,
    examples: ['rcpt 550 5.2.0 OFR004_104 Too many connections, slow down'],
  },
  {
    reason: 'microsoft-unknown-user',
    class: 'bad-address',
    enhanced: /^5\.5\.0$/u,
    text: /mailbox unavailable/iu,
    examples: ['rcpt 550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302)'],
  },
  {
    reason: 'exchange-unknown-user',
    class: 'bad-address',
    enhanced: /^5\.4\.1$/u,
    text: /recipient address rejected: access denied/iu,
    examples: [
      'rcpt 550 5.4.1 [ana@example.org]: Recipient address rejected: Access denied [x.eop-APC01.prod.protection.outlook.com]',
    ],
  },
  {
    reason: 'microsoft-banned-address',
    class: 'reputation',
    enhanced: /^5\.7\.(?:60[6-9]|6[1-4]\d|511)$/u,
    examples: ['rcpt 550 5.7.606 Access denied, banned sending IP [192.0.2.4]'],
  },
] as const satisfies readonly SmtpRule[];
