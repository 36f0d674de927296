import { lookUp } from './look-up.ts';

/** Reasons of the ledger in plain words. A reason that is not listed is shown as it is. */
const texts: Readonly<Record<string, string>> = {
  'bad-address': 'No such mailbox',
  'dead-mailbox': 'Mailbox closed',
  'no-such-domain': 'Domain gone',
  'mailbox-full': 'Mailbox full',
  'mailbox-busy': 'Mailbox busy',
  'microsoft-mailbox-busy': 'Mailbox busy',
  'microsoft-unknown-user': 'No such mailbox',
  'exchange-unknown-user': 'No such mailbox',
  'microsoft-banned-address': 'Sender blocked',
  'orange-spam': 'Message refused as spam',
  'orange-rate': 'Receiver slows us down',
  'gmail-rate': 'Receiver slows us down',
  'microsoft-rate': 'Receiver slows us down',
  'yahoo-deferred': 'Asked to come back later',
  'sender-refused': 'Sender refused',
  'gmail-authentication': 'Our mail is not authenticated',
  'microsoft-authentication': 'Our mail is not authenticated',
  'our-authentication': 'Our mail is not authenticated',
  temporary: 'Temporary trouble at the receiver',
  greylisted: 'Asked to come back later',
  rate: 'Receiver slows us down',
  'receiver-doubted': 'Refused as unknown by a receiver in doubt',
  policy: 'Message refused by policy',
  refused: 'Message refused',
  'too-big': 'Message too big',
  reputation: 'Sender blocked',
  network: 'Receiver not reachable',
  account: 'Relay refuses our account',
  'relay-trouble': 'Trouble at the relay',
  cancelled: 'Edition cancelled',
  expired: 'Edition expired',
  unsubscribed: 'Unsubscribed before their delivery',
  suppressed: 'Suppressed before their delivery',
  'needs-smtputf8': 'Address needs SMTPUTF8',
};

export function reasonText(reason: string): string {
  return lookUp(texts, reason) ?? reason;
}
