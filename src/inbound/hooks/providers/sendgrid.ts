import { enhancedAt, textAt, toList } from '../json.ts';
import type { ProviderEvent } from '../provider-event.ts';
import { traceField } from '../trace-field.ts';

/** Reads a SendGrid event webhook: a list of events of any messages. */
export function readSendgrid(body: unknown): readonly ProviderEvent[] {
  return toList(body).flatMap(readOne);
}

function readOne(event: unknown): readonly ProviderEvent[] {
  const common = {
    name: textAt(event, 'event'),
    recipient: textAt(event, 'email'),
    reply: textAt(event, 'reason') || textAt(event, 'response'),
    enhanced: enhancedAt(event, 'status'),
    traces: [textAt(event, 'smtp-id'), textAt(event, traceField)],
    source: event,
  };
  switch (common.name) {
    case 'bounce':
      return [{ ...common, ...readBounce(event), kind: 'bounce' }];
    case 'blocked':
      return [{ ...common, kind: 'bounce', severity: 'blocked' }];
    case 'dropped':
      // SendGrid did not try, because of its own lists and limits: `Bounced Address`, `Spam Content`.
      return [
        {
          ...common,
          kind: 'bounce',
          severity: 'blocked',
          cause: 'policy',
          reply: `Dropped: ${common.reply}`,
        },
      ];
    case 'deferred':
      return [{ ...common, kind: 'delay' }];
    case 'delivered':
      return [{ ...common, kind: 'success' }];
    case 'spamreport':
      return [{ ...common, kind: 'complaint' }];
    case 'unsubscribe':
    case 'group_unsubscribe':
      return [{ ...common, kind: 'unsubscribe' }];
    default:
      return [];
  }
}

/** `type` is `bounce` or `blocked`; the classification is Twilio's, of the receiver's reply. */
function readBounce(event: unknown): Pick<ProviderEvent, 'name' | 'severity'> {
  const type = textAt(event, 'type');
  const group = textAt(event, 'bounce_classification');
  const name = ['bounce', type === 'bounce' ? '' : type, group].filter((part) => part !== '').join('/');
  if (type === 'blocked') return { name, severity: 'blocked' };
  switch (group.toLowerCase()) {
    case 'reputation':
    case 'content':
      return { name, severity: 'blocked' };
    case 'technical':
    case 'technical failure':
    case 'frequency/volume':
    case 'frequency or volume too high':
      return { name, severity: 'soft' };
    case 'mailbox unavailable':
    case 'unclassified':
      return { name, severity: 'unclassified' };
    default:
      return { name, severity: 'hard' };
  }
}
