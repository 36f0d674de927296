import type { SmtpReason } from '../../../domain/sending/smtp-rules/smtp-rules.ts';
import { lookUp } from './look-up.ts';

/** Reasons of the rules for SMTP replies in plain words. A missing one is a type error. */
const replies: Readonly<Record<SmtpReason, string>> = {
  'bad-address': 'No such mailbox',
  'dead-mailbox': 'Mailbox closed',
  'mailbox-full': 'Mailbox full',
  'mailbox-busy': 'Mailbox busy',
  'microsoft-mailbox-busy': 'Mailbox busy',
  'microsoft-unknown-user': 'No such mailbox',
  'exchange-unknown-user': 'No such mailbox',
  'microsoft-banned-address': 'Sender blocked',
  'orange-rate': 'Receiver slows us down',
  'gmail-rate': 'Receiver slows us down',
  'microsoft-rate': 'Receiver slows us down',
  'yahoo-deferred': 'Asked to come back later',
  'sender-refused': 'Sender refused',
  'sender-not-allowed': 'Our sender address is not allowed',
  'gmail-authentication': 'Our mail is not authenticated',
  'microsoft-authentication': 'Our mail is not authenticated',
  'our-authentication': 'Our mail is not authenticated',
  'authentication-required': 'Authentication required',
  'relay-denied': 'Relay does not send for us',
  'quota-used': 'Our sending quota is used up',
  'account-suspended': 'Our account is suspended',
  'microsoft-account': 'Our account is refused',
  'helo-refused': 'Our host name is refused',
  'mail-flood': 'Too much mail at once',
  temporary: 'Temporary trouble at the receiver',
  greylisted: 'Asked to come back later',
  rate: 'Receiver slows us down',
  policy: 'Message refused by policy',
  refused: 'Message refused',
  'too-big': 'Message too big',
  'too-big-for-relay': 'Message too big for the relay',
  reputation: 'Sender blocked',
  network: 'Receiver not reachable',
  'relay-trouble': 'Trouble at the relay',
  'relay-out-of-space': 'Relay out of space',
  'out-of-step': 'Trouble with the connection',
  syntax: 'Trouble with the connection',
  'needs-smtputf8': 'Address needs SMTPUTF8',
};

/** Other reasons of the ledger and of reports. One that is not listed is shown as it is. */
const others: Readonly<Record<string, string>> = {
  'no-such-domain': 'Domain gone',
  'orange-spam': 'Message refused as spam',
  'receiver-doubted': 'Refused as unknown by a receiver in doubt',
  account: 'Relay refuses our account',
  cancelled: 'Edition cancelled',
  expired: 'Edition expired',
  unsubscribed: 'Unsubscribed before their delivery',
  suppressed: 'Suppressed before their delivery',
};

export function reasonText(reason: string): string {
  return lookUp(replies, reason) ?? lookUp(others, reason) ?? reason;
}
