import type { RefusalClass } from './refusal-classes.ts';
import type { SmtpStage } from './smtp-answer.ts';
import * as texts from './smtp-texts.ts';

export interface SmtpRule {
  /** Kebab-case; becomes the ledger's reason. */
  readonly reason: string;
  readonly class: RefusalClass;
  readonly code?: RegExp;
  /** RFC 3463. A rule with neither this nor `bare` applies with and without an enhanced code. */
  readonly enhanced?: RegExp;
  /** Applies only without an enhanced code. */
  readonly bare?: true;
  readonly text?: RegExp;
  readonly stage?: SmtpStage;
  /** Replies that this rule decides, each as `<stage> <code> <text>`; the tests run them through all rules. */
  readonly examples: readonly [string, ...string[]];
}

/**
 * The rules by which replies of 4xx and 5xx are read: the first one that matches decides. Texts about the
 * sender's own account come first, then a provider's own rules, the enhanced code (RFC 3463) and the
 * reply code (RFC 5321 section 4.2). `refusal-classes.ts` says what follows from a class.
 */
export const smtpRules: readonly SmtpRule[] = [
  // Texts that Postfix and policy services put behind "Sender address rejected:".
  {
    reason: 'greylisted',
    class: 'greylist',
    code: /^45[01]$/u,
    text: /gr[ea]y[- ]?list/iu,
    examples: [
      'rcpt 450 4.2.0 <ana@example.org>: Recipient address rejected: Greylisted, see http://postgrey.example/help',
      'rcpt 451 Greylisting in action, please come back later',
      'rcpt 450 4.7.1 Greylisted',
    ],
  },
  {
    reason: 'reputation',
    class: 'reputation',
    code: /^5/u,
    text: texts.namedBlocklist,
    examples: [
      'rcpt 554 5.7.1 Service unavailable; client host [192.0.2.1] blocked using zen.spamhaus.org',
      'rcpt 550 5.1.1 blocked using zen.spamhaus.org',
      'rcpt 554 5.7.1 <b@example.org>: Sender address rejected: domain listed by dbl.spamhaus.org',
      'rcpt 550 5.7.1 Part of their network is on our block list (S3140)',
      'rcpt 554 refused by SpamCop',
    ],
  },

  // Texts about the sender's own account, permission, quota or identity at the relay: whatever the code.
  {
    reason: 'relay-denied',
    class: 'account',
    text: texts.relayDenied,
    examples: [
      'rcpt 554 5.7.1 <ana@example.org>: Relay access denied',
      'rcpt 550 5.7.1 Unable to relay',
      "rcpt 553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
      'rcpt 550 relay not permitted',
      'rcpt 454 4.7.1 <ana@example.org>: Relay access denied',
      'rcpt 550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain',
    ],
  },
  {
    reason: 'authentication-required',
    class: 'account',
    text: texts.authenticationRequired,
    examples: [
      'rcpt 550 authentication required',
      'rcpt 503 AUTH first (#5.5.1)',
      'rcpt 530 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM',
      'mail 530 5.7.0 Must issue a STARTTLS command first',
      'rcpt 550 5.7.1 Client does not have permissions to send as this sender; please log in',
    ],
  },
  {
    reason: 'quota-used',
    class: 'account',
    text: texts.quotaUsed,
    examples: [
      'message 454 Throttling failure: Daily message quota exceeded.',
      'mail 451 Authentication failed: Maximum credits exceeded',
      'rcpt 550 Domain example.org has exceeded the max emails per hour (101/100 (101%)) allowed. Message discarded.',
      'message 554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; Failed to process message due to a permanent exception',
      'message 550 5.4.5 Daily user sending limit exceeded. - gsmtp',
      'rcpt 450 4.7.1 You have reached your hourly sending limit',
      'message 550 5.7.1 Your monthly email quota has been reached, upgrade your plan',
    ],
  },
  {
    reason: 'sender-not-allowed',
    class: 'account',
    text: texts.senderNotAllowed,
    examples: [
      'message 554 Message rejected: Email address is not verified. The following identities failed the check in region EU-WEST-1: ana@example.org',
      'message 554 5.2.252 SendAsDenied; user@example.org not allowed to send as news@example.org',
      'rcpt 550 Sender verify failed',
      'rcpt 450 4.1.8 <b@example.org>: Sender address rejected: Domain not found',
      'mail 553 5.7.1 Sender address rejected: not owned by user',
      'rcpt 550 Sender verify failed: no such user',
      'message 550 5.7.1 The From address is not a verified sender identity',
      'message 550 The from address does not match a verified Sender Identity',
    ],
  },
  {
    reason: 'account-suspended',
    class: 'account',
    text: texts.accountSuspended,
    examples: [
      'message 550 5.4.6 Unusual sending activity detected. Please try after sometime',
      'rcpt 550 5.7.1 Your account has been suspended',
      'message 554 5.7.1 Outgoing mail from your domain is blocked',
      'mail 421 4.7.0 Your sending account is temporarily disabled',
    ],
  },
  {
    reason: 'helo-refused',
    class: 'account',
    text: texts.heloRefused,
    examples: [
      'rcpt 504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname',
      'mail 550 Bad HELO - Host impersonating',
      'rcpt 450 4.7.1 <mail.example.org>: Helo command rejected: Host not found',
      'rcpt 550 5.7.25 Client host rejected: cannot find your reverse hostname, [192.0.2.4]',
    ],
  },

  // This connection is out of step with the relay: the message and the recipient are not to blame.
  {
    reason: 'out-of-step',
    class: 'connection',
    text: /nested mail|(?:need|send|no) mail (?:command|from|first|before)|bad sequence|out of (?:sequence|order)|need rcpt|valid rcpt command/iu,
    code: /^50[0-4]$|^554$/u,
    examples: [
      'mail 503 5.5.1 Error: nested MAIL command',
      'rcpt 503 5.5.1 Error: need MAIL command',
      'mail 503 Bad sequence of commands',
      'data 503 5.5.1 Error: need RCPT command',
    ],
  },
  {
    reason: 'syntax',
    class: 'connection',
    code: /^50[0234]$/u,
    examples: ['mail 500 5.5.2 Error: bad syntax', 'mail 502 Command not implemented', 'rcpt 503 Error'],
  },
  {
    reason: 'syntax',
    class: 'connection',
    code: /^501$/u,
    stage: 'mail',
    enhanced: /^(?!5\.1\.)/u,
    examples: ['mail 501 5.5.4 Syntax error in parameters', 'mail 501 Syntax error'],
  },

  // Providers' own rules.
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
