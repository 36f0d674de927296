import { originRefused, passes } from '../../domain/sending/smtp-rules/reply-texts.ts';
import type { SmtpRule } from '../../domain/sending/smtp-rules/smtp-rule.ts';
import { smtpRules } from '../../domain/sending/smtp-rules/smtp-rules.ts';
import { anyOf } from './any-of.ts';

/**
 * Replies that only reports quote, or that a sending server says of itself. They come before the rules for SMTP
 * replies, which decide everything else.
 */
const ownRules: readonly SmtpRule[] = [
  {
    reason: 'network',
    class: 'network',
    text: anyOf(
      String.raw`\bunverified address: (?:connect to|host|lost connection|conversation|timeout|mail for)`,
      String.raw`\baddress verification (?:in progress|failed temporarily)`,
      String.raw`\b(?:retry timeout exceeded|delivery (?:time )?expired|message expired|delivery timed out|unable to contact (?:mx|server)|retry time not reached)`,
      String.raw`\bconnect(?:ion)? (?:to \S+ )?(?:timed? ?out|refused(?!.{0,60}\b(?:reputation|spam|block|polic))|reset|lost|failed)|\bconnection (?:\w+ )?(?:timed out|refused(?!.{0,60}\b(?:reputation|spam|block|polic))|reset)|\bno route to host|\blost connection`,
      String.raw`\b(?:temporary|transient) (?:dns|lookup|name server|failure|error)|\bname service error.{0,60}(?:try again|type=mx)|\bserver failure\b|\bservfail`,
      String.raw`\b(?:too many hops|hop count|mail (?:forwarding )?loop|loops back to myself|routing loop|loop detected)`,
      // A receiver's TLS or certificate, not the address.
      String.raw`\b(?:certificate|tls handshake|starttls|dane|mta-sts)\b.{0,60}(?:fail|required|expired|invalid|not)`,
    ),
    examples: [
      'rcpt 550 5.1.1 <ana@example.org>: Recipient address rejected: unverified address: connect to mx.example.org[192.0.2.1]:25: Connection timed out',
      'rcpt 550 5.4.7 Delivery expired (message too old)',
      'rcpt 554 5.4.6 Too many hops',
      'rcpt 550 5.4.317 Message expired, cannot connect to remote server',
    ],
  },
  {
    reason: 'temporary',
    class: 'temporary',
    text: anyOf(
      String.raw`\b(?:mail ?box|account|user|recipient|address)\b.{0,40}\btemporar(?:y|ily)\b`,
      String.raw`\btemporar(?:y|ily) (?:unavailable|disabled|locked|suspended|rejected|deferred|failure|problem|error)`,
    ),
    examples: [
      'rcpt 550 5.2.1 The mailbox is temporarily disabled',
      'rcpt 550 5.1.1 Mailbox temporarily unavailable',
    ],
  },
  {
    reason: 'temporary',
    class: 'temporary',
    enhanced: /^5\.[12]\./u,
    text: passes,
    examples: ['rcpt 550 5.2.1 Mailbox not accepting messages at this time'],
  },
  {
    // RFC 3463 section 3.7: the message, which is ours.
    reason: 'policy',
    class: 'policy',
    enhanced: /^5\.6\.[0-58]$/u,
    examples: ['message 554 5.6.0 Message contains invalid header'],
  },
  {
    reason: 'mailbox-full',
    class: 'full',
    text: anyOf(
      String.raw`\b(?:mail ?box|account|user|recipient|in-?box)(?:'s)?\b.{0,60}\b(?:is full|over ?quota|quota exceeded|exceeded (?:its|the|their|his) (?:\w+ )?(?:quota|storage|limit)|out of (?:storage|space))`,
      String.raw`\bmailbox quota\b|\bover ?quota\b|\bmailbox ?full\b|\bblocks limit exceeded|\binode limit exceeded|\bout of storage|\bSTOREDRV\.Deliver\S*QuotaExceeded`,
    ),
    enhanced: /^(?![45]\.7\.)/u,
    examples: [
      'rcpt 550 5.1.1 The mailbox is full and cannot take messages',
      'rcpt 554 5.2.0 STOREDRV.Deliver.Exception:QuotaExceededException; Mailbox quota exceeded',
      'rcpt 552 5.2.2 The email account that you tried to reach is out of storage space',
    ],
  },
  {
    // Under a code for policies only if the quota is called the recipient's: ours has one too.
    reason: 'mailbox-full',
    class: 'full',
    enhanced: /^[45]\.7\./u,
    text: /(?<!\byour )\b(?:user|recipient|mail ?box)(?:'s)?(?: account| mail ?box)?(?: is| has)?(?: over ?quota| exceeded (?:its|their|his|the) (?:\w+ )?quota| full)\b/iu,
    examples: ['rcpt 550 5.7.1 user over quota; cannot receive new mail'],
  },
  {
    reason: 'bad-address',
    class: 'bad-address',
    code: /^5/u,
    // At MAIL the domain is ours.
    stage: 'rcpt',
    text: anyOf(
      String.raw`\bRESOLVER\.ADR\.(?:(?:Ex)?Recip(?:ient)?NotFound|Invalid|BadPrimary)\w*`,
      String.raw`\brecipient not found by smtp address lookup`,
      String.raw`\bhost or domain name not found\. name service error for name=\S+ type=a{1,4}: host not found$`,
      String.raw`\bhost or domain name not found\. name service error for name=\S+ type=a{1,4}: host not found\b(?!.{0,20}try again)`,
      String.raw`\bdomain (?:name )?(?:\S+ )?(?:does not exist|has null mx|does not accept mail)`,
      String.raw`\bnull ?mx\b`,
    ),
    examples: [
      'rcpt 550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ana@example.com not found by SMTP address lookup',
      'rcpt 550 5.4.4 Host or domain name not found. Name service error for name=example.com type=A: Host not found',
      'rcpt 550 5.4.310 DNS domain example.com does not exist [Message=InfoDomainNonexistent]',
    ],
  },
  {
    reason: 'orange-spam',
    class: 'reputation',
    text: /\bOFR_?(?:5[01]\d|41[0-5])\b/u,
    examples: ['rcpt 550 5.2.0 Mail rejete. Mail rejected. OFR_506 [506]'],
  },
  {
    // Restrictions on who may write: the mailbox is alive.
    reason: 'policy',
    class: 'policy',
    code: /^5/u,
    text: anyOf(
      String.raw`\bRESOLVER\.RST\.(?!\w*SizeLimit)\w+`,
      originRefused.source,
      String.raw`\b(?:not accepting|does not accept|only accepts?) (?:mail|messages|e-?mails?) from\b`,
      String.raw`\b(?:mailbox|recipient|user|account) (?:is )?(?:restricted|not accepting)`,
      String.raw`\bsender (?:is )?(?:not|blocked|in) .{0,40}(?:list|allowed)`,
      String.raw`\b(?:blocked by|in|on) (?:the )?(?:recipient|user)'?s? (?:personal )?(?:block|deny|black)`,
    ),
    examples: [
      'rcpt 550 5.7.1 RESOLVER.RST.AuthRequired; authentication required',
      'rcpt 550 5.2.1 The recipient does not accept messages from this sender',
    ],
  },
];

export const reportRules: readonly SmtpRule[] = [...ownRules, ...smtpRules];
