import { at, codeAt, enhancedAt, textAt } from '../json.ts';
import type { ProviderEvent } from '../provider-event.ts';
import { valuesOf } from '../values-of.ts';

/** Reads a Mailgun webhook: one event a request, in `event-data`. */
export function readMailgun(body: unknown): readonly ProviderEvent[] {
  const event = at(body, 'event-data');
  const status = at(event, 'delivery-status');
  const name = textAt(event, 'event');
  const common = {
    name,
    recipient: textAt(event, 'recipient'),
    reply: textAt(status, 'message') || textAt(status, 'description'),
    code: codeAt(status, 'code'),
    enhanced: enhancedAt(status, 'enhanced-code'),
    traces: [
      textAt(event, 'envelope', 'sender'),
      textAt(event, 'message', 'headers', 'message-id'),
      ...valuesOf(at(event, 'user-variables')),
    ],
    source: event,
  };
  switch (name) {
    case 'failed':
      return [{ ...common, ...readFailure(event) }];
    case 'rejected':
      return [
        {
          ...common,
          kind: 'bounce',
          severity: 'blocked',
          cause: 'policy',
          reply: textAt(event, 'reject', 'reason'),
        },
      ];
    case 'complained':
      return [{ ...common, kind: 'complaint' }];
    case 'unsubscribed':
      return [{ ...common, kind: 'unsubscribe' }];
    case 'delivered':
      return [{ ...common, kind: 'success' }];
    default:
      return [];
  }
}

/** `temporary`: Mailgun tries again. `permanent` is also said of mail that it did not try to deliver. */
function readFailure(event: unknown): Pick<ProviderEvent, 'kind' | 'name' | 'severity' | 'cause'> {
  const reason = textAt(event, 'reason');
  const severity = textAt(event, 'severity');
  const name = ['failed', severity, reason].filter((part) => part !== '').join('/');
  if (severity !== 'permanent') return { kind: 'delay', name };
  // Codes from 600 on are Mailgun's own: the address is on one of its lists.
  const isListed = reason.startsWith('suppress') || /^6\d\d$/u.test(textAt(event, 'delivery-status', 'code'));
  if (isListed) return { kind: 'bounce', name, severity: 'blocked', cause: 'policy' };
  if (reason === 'espblock') return { kind: 'bounce', name, severity: 'blocked', cause: 'reputation' };
  if (reason === 'old') return { kind: 'bounce', name, severity: 'soft' };
  const isSoft = textAt(event, 'delivery-status', 'bounce-type') === 'soft';
  if (reason === 'bounce') return { kind: 'bounce', name, severity: isSoft ? 'soft' : 'hard' };
  return { kind: 'bounce', name, severity: isSoft ? 'soft' : 'unclassified' };
}
