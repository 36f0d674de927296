import { at, enhancedAt, listAt, parseJson, textAt } from '../json.ts';
import type { ProviderEvent } from '../provider-event.ts';

/**
 * Reads an Amazon SES notification inside an SNS message: of an identity's feedback topic (`notificationType`) or of a
 * configuration set's event destination (`eventType`). Other messages of the topic give no event.
 */
export function readSes(body: unknown): readonly ProviderEvent[] {
  const message = at(body, 'Message');
  const notification = typeof message === 'string' ? parseJson(message) : undefined;
  const traces = tracesOf(notification);
  const complete = (event: Event): ProviderEvent => ({ ...event, traces, source: notification });
  return readEvents(notification).map(complete);
}

type Event = Omit<ProviderEvent, 'traces' | 'source'>;

function readEvents(notification: unknown): readonly Event[] {
  const of = (...path: readonly string[]) => listAt(notification, ...path);
  switch (textAt(notification, 'notificationType') || textAt(notification, 'eventType')) {
    case 'Bounce':
      return of('bounce', 'bouncedRecipients').map((recipient) => readBounce(notification, recipient));
    case 'Complaint':
      return readComplaints(notification);
    case 'DeliveryDelay':
      return of('deliveryDelay', 'delayedRecipients').map((recipient) => ({
        kind: 'delay',
        name: `DeliveryDelay/${textAt(notification, 'deliveryDelay', 'delayType')}`,
        recipient: textAt(recipient, 'emailAddress'),
        reply: textAt(recipient, 'diagnosticCode'),
      }));
    case 'Delivery':
      return of('delivery', 'recipients').map((recipient) => ({
        kind: 'success',
        name: 'Delivery',
        recipient: textAt({ recipient }, 'recipient'),
        reply: '',
      }));
    case 'Reject':
      return of('mail', 'destination').map((recipient) => ({
        kind: 'bounce',
        severity: 'blocked',
        name: 'Reject',
        recipient: textAt({ recipient }, 'recipient'),
        reply: textAt(notification, 'reject', 'reason'),
      }));
    default:
      return [];
  }
}

/** Types and subtypes: docs.aws.amazon.com/ses/latest/dg/notification-contents.html, "Bounce types". */
function readBounce(notification: unknown, recipient: unknown): Event {
  const type = textAt(notification, 'bounce', 'bounceType');
  const subtype = textAt(notification, 'bounce', 'bounceSubType');
  const reply = textAt(recipient, 'diagnosticCode').replace(/^[a-z-]{1,20};\s*/iu, '');
  return {
    kind: 'bounce',
    name: `${type}/${subtype}`,
    recipient: textAt(recipient, 'emailAddress'),
    reply,
    enhanced: enhancedAt(recipient, 'status'),
    ...readType(type, subtype, reply),
  };
}

function readType(type: string, subtype: string, reply: string): Pick<ProviderEvent, 'severity' | 'cause'> {
  if (type === 'Permanent') {
    // Amazon did not try: the address is on a list of its own or of the account.
    if (/suppress|unsubscribed/iu.test(subtype)) return { severity: 'blocked' };
    return { severity: 'hard' };
  }
  if (type !== 'Transient') return { severity: 'unclassified' };
  switch (subtype) {
    case 'MailboxFull':
      return { severity: 'soft', cause: 'full' };
    case 'MessageTooLarge':
      return { severity: 'soft', cause: 'too-big' };
    case 'ContentRejected':
    case 'AttachmentRejected':
      return { severity: 'blocked', cause: 'reputation' };
    default:
      // Absence notices are among these: without a reply it says nothing about the mailbox.
      return reply === '' ? { severity: 'soft', cause: 'relay-trouble' } : { severity: 'soft' };
  }
}

/** Feedback loops may hide the recipient; Amazon then lists all at the domain that got the message. */
function readComplaints(notification: unknown): readonly Event[] {
  const recipients = listAt(notification, 'complaint', 'complainedRecipients');
  const feedback = textAt(notification, 'complaint', 'complaintFeedbackType');
  if (feedback === 'not-spam') return [];
  const subtype = textAt(notification, 'complaint', 'complaintSubType');
  // The address is on the account's suppression list because of an earlier complaint.
  const isSuppressed = /suppress/iu.test(subtype);
  const meaning = isSuppressed
    ? ({ kind: 'bounce', severity: 'blocked' } as const)
    : { kind: 'complaint' as const };
  const complaint = {
    ...meaning,
    name: ['Complaint', feedback, subtype].filter((part) => part !== '').join('/'),
    reply: '',
    isVague: recipients.length > 1,
  };
  const to = (recipient: string): Event => ({ ...complaint, recipient });
  return recipients.map((recipient) => to(textAt(recipient, 'emailAddress')));
}

/** `source` is the envelope sender; headers are there if the identity's notifications include them. */
function tracesOf(notification: unknown): readonly string[] {
  const headers = listAt(notification, 'mail', 'headers')
    .filter((header) => /^(?:message-id|return-path|list-unsubscribe)$/iu.test(textAt(header, 'name')))
    .map((header) => textAt(header, 'value'));
  return [
    textAt(notification, 'mail', 'source'),
    textAt(notification, 'mail', 'commonHeaders', 'messageId'),
    textAt(notification, 'mail', 'commonHeaders', 'returnPath'),
    ...headers,
  ];
}
