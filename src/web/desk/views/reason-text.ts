import { lookUp } from './look-up.ts';

/** Reasons of the ledger in plain words. A reason that is not listed is shown as it is. */
const texts: Readonly<Record<string, string>> = {
  'bad-address': 'No such mailbox',
  'dead-mailbox': 'Mailbox closed',
  'no-such-domain': 'Domain gone',
  full: 'Mailbox full',
  'mailbox-busy': 'Mailbox busy',
  temporary: 'Temporary trouble at the receiver',
  greylist: 'Asked to come back later',
  rate: 'Receiver slows us down',
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
