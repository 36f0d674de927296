import * as texts from './reply-texts.ts';
import type { SmtpRule } from './smtp-rule.ts';

/** Replies about the sender or the connection, whatever their code. */
export const senderRules = [
  // Texts that Postfix and policy services put behind "Sender address rejected:".
  {
    reason: 'greylisted',
    class: 'greylist',
    code: /^45[01]$/u,
    text: /gr[ea]y[- ]?list|\btriplet\b/iu,
    examples: [
      'rcpt 450 4.2.0 <ana@example.org>: Recipient address rejected: Greylisted, see http://postgrey.example/help',
      'rcpt 451 Greylisting in action, please come back later',
      'rcpt 450 4.7.1 Greylisted',
    ],
  },
  {
    reason: 'rate',
    class: 'rate',
    code: /^4/u,
    text: texts.senderTooFast,
    examples: ['rcpt 450 4.7.1 <news@example.org>: Sender address rejected: Rate limit exceeded'],
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

  // Said by Daybrief itself: the relay's limit (RFC 1870) is below the size of the message.
  {
    reason: 'too-big-for-relay',
    class: 'account',
    stage: 'mail',
    text: /\bnot tried: the message has \d+ bytes and this relay takes\b/u,
    examples: ['mail 552 5.3.4 not tried: the message has 90000 bytes and this relay takes 50000'],
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
      'rcpt 554 5.7.1 <mail.example.org[192.0.2.4]>: Client host rejected: Access denied',
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
    // 4.2.2 and 5.2.2 are about the recipient's mailbox.
    enhanced: /^(?![45]\.2\.2$)/u,
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
      'message 421 Domain mg.example.org is not allowed to send: Sandbox subdomains are for test purposes only.',
      'message 550 Unauthenticated senders not allowed',
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
      'message 554 Message rejected: Sending paused for this account.',
      'mail 502 5.7.0 Your SMTP account is not yet activated.',
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
    reason: 'out-of-step',
    class: 'connection',
    stage: 'data',
    text: /\bno valid recipients\b/iu,
    examples: ['data 554 5.5.1 Error: no valid recipients'],
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
] as const satisfies readonly SmtpRule[];
