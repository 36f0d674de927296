/** How a list of messages shows an edition: what fits of its subject and preheader. */
export interface InboxLine {
  readonly client: string;
  readonly subject: string;
  readonly preheader: string;
}

interface InboxClient {
  readonly client: string;
  /** Characters of the subject. */
  readonly subject: number;
  /** Characters of the preheader; where `shared`, what the subject leaves of this. */
  readonly preheader: number;
  readonly shared: boolean;
}

/** Averages for proportional letters at the clients' default sizes; wide letters fit less. */
const clients: readonly InboxClient[] = [
  { client: 'Gmail on a phone', subject: 41, preheader: 45, shared: false },
  { client: 'Apple Mail on a phone', subject: 43, preheader: 90, shared: false },
  { client: 'Outlook on a phone', subject: 44, preheader: 60, shared: false },
  { client: 'Gmail on a desktop', subject: 88, preheader: 110, shared: true },
  { client: 'Outlook on a desktop', subject: 60, preheader: 55, shared: false },
];

/** What each client shows of a subject and preheader. */
export function inboxLines(subject: string, preheader: string): readonly InboxLine[] {
  return clients.map(({ client, shared, ...room }) => {
    const shown = cut(subject, room.subject);
    const left = shared ? room.preheader - characters(shown).length : room.preheader;
    return { client, subject: shown, preheader: cut(preheader, Math.max(left, 0)) };
  });
}

function cut(text: string, room: number): string {
  const all = characters(text);
  return all.length <= room
    ? text
    : `${all
        .slice(0, Math.max(room - 1, 0))
        .join('')
        .trimEnd()}…`;
}

function characters(text: string): readonly string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
