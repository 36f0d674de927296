import type { SmtpStage } from './smtp-answer.ts';

/**
 * What a refusal means for the person, the receiving domain and the edition.
 *
 * - `bad-address`, `dead-mailbox`: the address gets no mail any more
 * - `full`, `temporary`, `network`: again later
 * - `greylist`: again later, and not before five minutes
 * - `rate`: retried later and slower; counts as no attempt
 * - `too-big`, `policy`, `refused`: this edition does not reach this person; the address is not to blame
 * - `ours`: our authentication or configuration; every other delivery would end the same way
 * - `needs-smtputf8`: RFC 6531 is missing on the way
 */
export type RefusalClass =
  | 'bad-address'
  | 'dead-mailbox'
  | 'full'
  | 'temporary'
  | 'network'
  | 'greylist'
  | 'rate'
  | 'too-big'
  | 'policy'
  | 'refused'
  | 'ours'
  | 'needs-smtputf8';

export interface SmtpRule {
  /** Kebab-case; becomes the ledger's reason. */
  readonly reason: string;
  readonly class: RefusalClass;
  readonly code?: RegExp;
  /** RFC 3463. A rule with neither this nor `bare` looks at the code and text alone. */
  readonly enhanced?: RegExp;
  /** Only where the server gave no enhanced code. */
  readonly bare?: true;
  readonly text?: RegExp;
  readonly stage?: SmtpStage;
}

/** Words of the blocklists and reputation services that refusals name. */
const reputation =
  /spamhaus|spamcop|barracuda|sorbs|uceprotect|invaluement|abusix|cloudmark|senderscore|proofpoint dynamic|mailspike|\b(?:rbl|dnsbl)\b|\bblock ?list|\bblack ?list|poor reputation|\bS3140\b|\bS3150\b/iu;

/** Not where the text blames the sender: "550 Sender verify failed: no such user". */
const unknownUser =
  /^(?!.*\bsender\b)(?:.*)(?:(?:user|recipient|mailbox|account|address)\s+(?:is\s+)?(?:unknown|not\s+found|invalid)|no\s+such\s+(?:user|recipient|mailbox|person|address|account)|unknown\s+(?:user|recipient|mailbox|local\s*part)|(?:user|recipient|mailbox|account|address)\s+(?:does\s+not|doesn't)\s+exist|(?:no|not\s+have)\s+a?\s*mailbox\s+here|invalid\s+(?:recipient|mailbox)|doesn't\s+have\s+an?\s+\S+\s+account)/iu;

const closedMailbox =
  /(?:mailbox|account|user)\s+(?:is\s+|has\s+been\s+)?(?:disabled|deactivated|inactive|suspended|closed)/iu;

/**
 * How refusals are read: the first rule that fits decides. A provider's own rule beats the enhanced
 * code, the enhanced code beats the reply code.
 */
export const smtpRules: readonly SmtpRule[] = [
  // Provider's own.
  { reason: 'yahoo-deferred', class: 'rate', text: /\bTSS(?:0[4-9]|1[01])\b/u },
  { reason: 'microsoft-rate', class: 'rate', enhanced: /^4\.7\.(?:5\d\d|65[0-9])$/u },
  { reason: 'microsoft-authentication', class: 'ours', enhanced: /^[45]\.7\.(?:515|509)$/u },
  { reason: 'gmail-authentication', class: 'ours', enhanced: /^[45]\.7\.(?:24|30|31|32)$/u, text: /gsmtp/iu },
  { reason: 'gmail-rate', class: 'rate', enhanced: /^4\.7\.28$/u },
  { reason: 'gmail-sending-limit', class: 'rate', enhanced: /^[45]\.4\.5$/u, text: /gsmtp/iu },
  { reason: 'gmail-receiving-limit', class: 'rate', enhanced: /^4\.2\.1$/u, text: /gsmtp/iu },
  { reason: 'orange-rate', class: 'rate', text: /\bOFR004_10[34]\b|\bOFR_?(?:108|109|999)\b/u },
  {
    reason: 'microsoft-unknown-user',
    class: 'bad-address',
    enhanced: /^5\.5\.0$/u,
    text: /mailbox unavailable/iu,
  },

  // A permanent refusal of the sender concerns the sender's account, not the recipient.
  { reason: 'too-big', class: 'too-big', enhanced: /^5\.(?:3\.4|2\.3)$/u },
  { reason: 'sender-refused', class: 'ours', code: /^5(?!52)/u, stage: 'mail' },
  { reason: 'sender-refused', class: 'ours', code: /^5/u, enhanced: /^5\.(?!2\.2$)/u, stage: 'mail' },
  { reason: 'temporary', class: 'temporary', code: /^4/u, enhanced: /^5\./u, stage: 'mail' },

  // Blocklists stand above the code that the receiver dressed them in.
  { reason: 'reputation', class: 'policy', code: /^5/u, text: reputation },

  // Enhanced status codes, RFC 3463, 7372, 7505 and the IANA registry.
  { reason: 'bad-address', class: 'bad-address', enhanced: /^5\.1\.(?:1|2|3|6|10)$/u },
  { reason: 'dead-mailbox', class: 'dead-mailbox', enhanced: /^5\.(?:2\.1|7\.13)$/u },
  { reason: 'mailbox-full', class: 'full', enhanced: /^[45]\.2\.2$/u },
  { reason: 'greylisted', class: 'greylist', code: /^45[01]$/u, enhanced: /^4\.7\.1$/u },
  { reason: 'rate', class: 'rate', code: /^4/u, enhanced: /^4\.7\.0$/u },
  { reason: 'mail-flood', class: 'policy', enhanced: /^5\.7\.28$/u },
  { reason: 'our-authentication', class: 'ours', enhanced: /^[45]\.7\.(?:2[0-35679])$/u },
  { reason: 'relay-wants-authentication', class: 'ours', enhanced: /^5\.7\.(?:8|9|14)$/u },
  { reason: 'relay-wants-authentication', class: 'ours', code: /^53[0458]$/u },
  { reason: 'needs-smtputf8', class: 'needs-smtputf8', enhanced: /^5\.6\.[79]$/u },
  { reason: 'policy', class: 'policy', enhanced: /^5\.7\.\d+$/u },
  { reason: 'network', class: 'network', enhanced: /^4\.4\.\d+$/u },
  { reason: 'rate', class: 'rate', code: /^421$/u },
  { reason: 'temporary', class: 'temporary', enhanced: /^4\./u },
  { reason: 'refused', class: 'refused', enhanced: /^5\./u },

  // Reply codes alone, RFC 5321 section 4.2.
  { reason: 'greylisted', class: 'greylist', code: /^45[01]$/u, text: /gr[ea]y-?list/iu, bare: true },
  { reason: 'mailbox-full', class: 'full', code: /^552$/u, bare: true },
  {
    reason: 'mailbox-full',
    class: 'full',
    code: /^[45]5/u,
    text: /quota|mailbox (?:is )?full/iu,
    bare: true,
  },
  { reason: 'temporary', class: 'temporary', code: /^4/u, bare: true },
  { reason: 'bad-address', class: 'bad-address', code: /^55[0134]$/u, text: unknownUser, bare: true },
  { reason: 'dead-mailbox', class: 'dead-mailbox', code: /^55[04]$/u, text: closedMailbox, bare: true },
  { reason: 'policy', class: 'policy', code: /^55[04]$/u, bare: true },
];
