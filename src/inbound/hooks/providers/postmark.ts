import { at, enhancedAt, textAt } from '../json.ts';
import type { ProviderEvent } from '../provider-event.ts';
import { valuesOf } from '../values-of.ts';

type Meaning = Pick<ProviderEvent, 'kind' | 'severity' | 'cause'>;

/** The types of bounces: postmarkapp.com/developer/api/bounce-api, "Bounce types". */
const types: Readonly<Record<string, Meaning>> = {
  HardBounce: { kind: 'bounce', severity: 'hard' },
  BadEmailAddress: { kind: 'bounce', severity: 'hard' },
  SoftBounce: { kind: 'bounce', severity: 'soft' },
  Transient: { kind: 'bounce', severity: 'soft', cause: 'relay-trouble' },
  DnsError: { kind: 'bounce', severity: 'soft', cause: 'network' },
  Unknown: { kind: 'bounce', severity: 'unclassified' },
  SpamNotification: { kind: 'bounce', severity: 'blocked', cause: 'reputation' },
  VirusNotification: { kind: 'bounce', severity: 'blocked', cause: 'reputation' },
  Blocked: { kind: 'bounce', severity: 'blocked', cause: 'reputation' },
  DMARCPolicy: { kind: 'bounce', severity: 'blocked', cause: 'account' },
  ManuallyDeactivated: { kind: 'bounce', severity: 'blocked' },
  Unconfirmed: { kind: 'bounce', severity: 'blocked' },
  SMTPApiError: { kind: 'bounce', severity: 'blocked', cause: 'account' },
  AutoResponder: { kind: 'auto-reply' },
  AddressChange: { kind: 'auto-reply' },
  ChallengeVerification: { kind: 'challenge' },
  SpamComplaint: { kind: 'complaint' },
  Unsubscribe: { kind: 'unsubscribe' },
};

/** Reads a Postmark webhook: one record a request. */
export function readPostmark(body: unknown): readonly ProviderEvent[] {
  const record = textAt(body, 'RecordType');
  const common = {
    reply: '',
    recipient: textAt(body, 'Email') || textAt(body, 'Recipient'),
    traces: valuesOf(at(body, 'Metadata')),
    source: body,
  };
  switch (record) {
    case 'SpamComplaint':
      return [{ ...common, kind: 'complaint', name: record }];
    case 'Delivery':
      return [{ ...common, kind: 'success', name: record }];
    case 'SubscriptionChange':
      return readChange(body, common);
    case 'Bounce':
    // Webhooks of the older kind have no RecordType.
    case '':
      return readBounce(body, common);
    default:
      return [];
  }
}

type Common = Pick<ProviderEvent, 'reply' | 'recipient' | 'traces' | 'source'>;

function readBounce(body: unknown, common: Common): readonly ProviderEvent[] {
  const type = textAt(body, 'Type');
  const meaning = Object.hasOwn(types, type) ? types[type] : undefined;
  if (meaning === undefined) return [];
  // `Description` is Postmark's own sentence about the type and says nothing of this bounce.
  const reply = textAt(body, 'Details').replace(/^smtp;\s*/iu, '');
  return [{ ...common, ...meaning, name: type, reply, enhanced: enhancedAt(body, 'Details') }];
}

/** A suppression that the recipient asked for; those after bounces and complaints are reported by themselves too. */
function readChange(body: unknown, common: Common): readonly ProviderEvent[] {
  if (at(body, 'SuppressSending') !== true) return [];
  const reason = textAt(body, 'SuppressionReason');
  if (reason === 'SpamComplaint')
    return [{ ...common, kind: 'complaint', name: `SubscriptionChange/${reason}` }];
  const isOwn = reason === 'ManualSuppression' && textAt(body, 'Origin') === 'Recipient';
  return isOwn ? [{ ...common, kind: 'unsubscribe', name: `SubscriptionChange/${reason}` }] : [];
}
