import { at, listAt, textAt } from '../json.ts';
import type { ProviderEvent } from '../provider-event.ts';
import { valuesOf } from '../values-of.ts';

/** Reads a Resend webhook: one event a request, about one message. */
export function readResend(body: unknown): readonly ProviderEvent[] {
  const type = textAt(body, 'type');
  const data = at(body, 'data');
  const recipients = listAt(data, 'to').filter((to) => typeof to === 'string');
  const meaning = readType(type, data);
  if (meaning === undefined) return [];
  const event = {
    reply: '',
    name: type,
    ...meaning,
    traces: tracesOf(data),
    isVague: recipients.length > 1,
    source: body,
  };
  const about = (recipient: string): ProviderEvent => ({ ...event, recipient });
  return recipients.map((to) => about(textAt({ to }, 'to').replace(/^.*<([^<>]*)>$/u, '$1')));
}

function readType(
  type: string,
  data: unknown,
): (Partial<ProviderEvent> & Pick<ProviderEvent, 'kind'>) | undefined {
  switch (type) {
    case 'email.bounced':
      return readBounce(at(data, 'bounce'));
    case 'email.complained':
      return { kind: 'complaint' };
    case 'email.delivery_delayed':
      return { kind: 'delay' };
    case 'email.delivered':
      return { kind: 'success' };
    case 'email.suppressed':
    case 'email.failed':
      // Resend did not try: its lists and limits.
      return {
        kind: 'bounce',
        severity: 'blocked',
        cause: 'policy',
        reply: textAt(data, 'failed', 'reason'),
      };
    default:
      return undefined;
  }
}

/** Resend relays by Amazon SES and passes on its types; `message` is a sentence about the type. */
function readBounce(bounce: unknown): Partial<ProviderEvent> & Pick<ProviderEvent, 'kind'> {
  const type = textAt(bounce, 'type');
  const subtype = textAt(bounce, 'subType');
  const name = ['email.bounced', type, subtype].filter((part) => part !== '').join('/');
  const reply = listAt(bounce, 'diagnosticCode')
    .map((code) => textAt({ code }, 'code').replace(/^smtp;\s*/iu, ''))
    .join(' ');
  const common = { kind: 'bounce', name, reply } as const;
  if (/suppress/iu.test(subtype)) return { ...common, severity: 'blocked', cause: 'policy' };
  if (type === 'Permanent') return { ...common, severity: 'hard' };
  if (type !== 'Transient') return { ...common, severity: 'unclassified' };
  if (subtype === 'MailboxFull') return { ...common, severity: 'soft', cause: 'full' };
  if (/rejected/iu.test(subtype)) return { ...common, severity: 'blocked', cause: 'reputation' };
  return { ...common, severity: 'soft', ...(reply === '' ? { cause: 'relay-trouble' as const } : {}) };
}

function tracesOf(data: unknown): readonly string[] {
  const headers = listAt(data, 'headers').map((header) => textAt(header, 'value'));
  const tags = listAt(data, 'tags').flatMap(valuesOf);
  return [textAt(data, 'message_id'), ...headers, ...tags].slice(0, 40);
}
