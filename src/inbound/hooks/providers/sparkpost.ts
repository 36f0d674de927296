import { at, codeAt, textAt, toList } from '../json.ts';
import type { ProviderEvent } from '../provider-event.ts';
import { valuesOf } from '../values-of.ts';

type Meaning = Pick<ProviderEvent, 'kind' | 'severity' | 'cause'>;

/** Bounce classification codes of SparkPost (Bird). Those that are missing say nothing. */
const classes: Readonly<Record<string, Meaning>> = {
  10: { kind: 'bounce', severity: 'hard', cause: 'bad-address' },
  30: { kind: 'bounce', severity: 'hard' },
  20: { kind: 'bounce', severity: 'soft' },
  21: { kind: 'bounce', severity: 'soft', cause: 'network' },
  22: { kind: 'bounce', severity: 'soft', cause: 'full' },
  23: { kind: 'bounce', severity: 'soft', cause: 'too-big' },
  24: { kind: 'bounce', severity: 'soft', cause: 'network' },
  40: { kind: 'bounce', severity: 'soft' },
  70: { kind: 'bounce', severity: 'soft' },
  // SparkPost's own policies and lists.
  25: { kind: 'bounce', severity: 'blocked', cause: 'policy' },
  50: { kind: 'bounce', severity: 'blocked', cause: 'reputation' },
  51: { kind: 'bounce', severity: 'blocked', cause: 'reputation' },
  52: { kind: 'bounce', severity: 'blocked', cause: 'reputation' },
  53: { kind: 'bounce', severity: 'blocked', cause: 'policy' },
  54: { kind: 'bounce', severity: 'blocked', cause: 'account' },
  60: { kind: 'auto-reply' },
  90: { kind: 'unsubscribe' },
  100: { kind: 'challenge' },
};

/** Reads a batch of a SparkPost webhook: `[{ "msys": { "message_event": { ... } } }]`. */
export function readSparkpost(body: unknown): readonly ProviderEvent[] {
  return toList(body).flatMap((entry) => {
    const msys = at(entry, 'msys');
    if (typeof msys !== 'object' || msys === null) return [];
    return Object.values(msys).flatMap(readOne);
  });
}

function readOne(event: unknown): readonly ProviderEvent[] {
  const type = textAt(event, 'type');
  const bounceClass = textAt(event, 'bounce_class');
  const common = {
    name: [type, bounceClass].filter((part) => part !== '').join('/'),
    recipient: textAt(event, 'raw_rcpt_to') || textAt(event, 'rcpt_to'),
    reply: textAt(event, 'raw_reason') || textAt(event, 'reason'),
    code: codeAt(event, 'error_code'),
    traces: [textAt(event, 'msg_from'), ...valuesOf(at(event, 'rcpt_meta'))],
    source: event,
  };
  switch (type) {
    case 'bounce':
    case 'out_of_band': {
      const known = Object.hasOwn(classes, bounceClass) ? classes[bounceClass] : undefined;
      return [{ ...common, ...(known ?? { kind: 'bounce', severity: 'unclassified' }) }];
    }
    case 'policy_rejection':
    case 'generation_failure':
    case 'generation_rejection':
      return [{ ...common, kind: 'bounce', severity: 'blocked', cause: 'policy' }];
    case 'spam_complaint':
      return textAt(event, 'fbtype') === 'not-spam' ? [] : [{ ...common, kind: 'complaint' }];
    case 'delay':
      return [{ ...common, kind: 'delay' }];
    case 'delivery':
      return [{ ...common, kind: 'success' }];
    case 'list_unsubscribe':
    case 'link_unsubscribe':
      return [{ ...common, kind: 'unsubscribe' }];
    default:
      return [];
  }
}
