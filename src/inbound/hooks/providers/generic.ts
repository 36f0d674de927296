import type { BounceClass, ReportKind } from '../../../domain/inbound/received-report.ts';
import { at, codeAt, enhancedAt, textAt, toList } from '../json.ts';
import type { ProviderEvent } from '../provider-event.ts';

const kinds: Readonly<Record<string, ReportKind>> = {
  bounce: 'bounce',
  complaint: 'complaint',
  unsubscribe: 'unsubscribe',
  delay: 'delay',
  delivered: 'success',
};

const severities: Readonly<Record<string, BounceClass>> = {
  hard: 'hard',
  soft: 'soft',
  blocked: 'blocked',
};

/** Reads the form of our own (docs/feedback.md): one event, a list of them, or `{ "events": [...] }`. */
export function readGeneric(body: unknown): readonly ProviderEvent[] {
  return toList(at(body, 'events') ?? body).flatMap((event) => {
    const type = textAt(event, 'type');
    const kind = Object.hasOwn(kinds, type) ? kinds[type] : undefined;
    if (kind === undefined) return [];
    const said = textAt(event, 'class');
    const severity = Object.hasOwn(severities, said) ? severities[said] : undefined;
    return [
      {
        kind,
        name: [type, said].filter((part) => part !== '').join('/'),
        ...(kind === 'bounce' ? { severity: severity ?? 'unclassified' } : {}),
        recipient: textAt(event, 'recipient'),
        reply: textAt(event, 'reply'),
        code: codeAt(event, 'code'),
        enhanced: enhancedAt(event, 'status'),
        traces: [textAt(event, 'envelope-sender'), textAt(event, 'message-id')],
        source: event,
      },
    ];
  });
}
