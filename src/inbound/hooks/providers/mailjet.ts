import { at, textAt, toList } from '../json.ts';
import type { ProviderEvent } from '../provider-event.ts';

type Meaning = Pick<ProviderEvent, 'severity' | 'cause'>;

/** The values of `error`: dev.mailjet.com/email/guides/webhooks, "Possible values for errors". */
const errors: Readonly<Record<string, Meaning>> = {
  'user unknown': { severity: 'hard', cause: 'bad-address' },
  'mailbox inactive': { severity: 'hard', cause: 'dead-mailbox' },
  'invalid domain': { severity: 'hard', cause: 'bad-address' },
  'quota exceeded': { severity: 'soft', cause: 'full' },
  'no mail host': { severity: 'soft', cause: 'network' },
  greylisted: { severity: 'soft', cause: 'greylist' },
  'connection issue': { severity: 'soft', cause: 'network' },
  'protocol error': { severity: 'soft', cause: 'connection' },
  'system issue': { severity: 'soft', cause: 'relay-trouble' },
  'error in template language': { severity: 'blocked', cause: 'account' },
};

/** Reads a Mailjet event webhook: a list of events, or one where grouping is off. */
export function readMailjet(body: unknown): readonly ProviderEvent[] {
  return toList(body).flatMap(readOne);
}

function readOne(event: unknown): readonly ProviderEvent[] {
  const error = textAt(event, 'error');
  const common = {
    name: [textAt(event, 'event'), error].filter((part) => part !== '').join('/'),
    recipient: textAt(event, 'email'),
    reply: [error, textAt(event, 'comment')].filter((part) => part !== '').join(': '),
    traces: [textAt(event, 'CustomID'), textAt(event, 'Payload')],
    source: event,
  };
  switch (textAt(event, 'event')) {
    case 'bounce':
      return [{ ...common, ...readBounce(event, error.toLowerCase()), kind: 'bounce' }];
    case 'blocked':
      // Mailjet did not try, or refuses to go on: its lists, its filters, the receiver's policy.
      return [{ ...common, kind: 'bounce', severity: 'blocked', cause: 'policy' }];
    case 'spam':
      return [{ ...common, kind: 'complaint' }];
    case 'unsub':
      return [{ ...common, kind: 'unsubscribe' }];
    case 'sent':
      return [{ ...common, kind: 'success' }];
    default:
      return [];
  }
}

function readBounce(event: unknown, error: string): Meaning {
  const known = Object.hasOwn(errors, error) ? errors[error] : undefined;
  const isHard = at(event, 'hard_bounce') === true;
  const related = textAt(event, 'error_related_to');
  if (known === undefined) {
    // Spam filters, policies and Mailjet's own lists.
    if (/spam|policy|block|mailjet|content/iu.test(`${related} ${error}`)) return { severity: 'blocked' };
    return { severity: isHard ? 'unclassified' : 'soft' };
  }
  return known.severity === 'hard' && !isHard ? { severity: 'soft', cause: 'temporary' } : known;
}
