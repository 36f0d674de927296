import type { InboxLine } from '../../domain/editions/inbox-lines.ts';
import { formatTable } from './table.ts';

/** The first words of an edition as lists of messages show them. */
export function inboxText(lines: readonly InboxLine[]): string {
  return formatTable(
    [{ head: 'inbox' }, { head: 'subject' }, { head: 'preheader' }],
    lines.map(({ client, subject, preheader }) => [client, subject, preheader]),
  );
}
