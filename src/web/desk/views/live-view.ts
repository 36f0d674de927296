import { createHash } from 'node:crypto';

import type { DeskRelay } from '../../../app/desk/desk-service.ts';
import type { DeskEdition } from '../../../app/desk/read-desk.ts';
import type { HeartbeatSummary } from '../../../domain/metrics-snapshot.ts';
import { editionId, equationView } from './equation-view.ts';
import { relayRows } from './relay-view.ts';
import { shownState } from './shown-state.ts';
import { momentOf, paceOf } from './times.ts';

/** What the page replaces each second: texts by the id of their element, and parts of bars. */
export interface LiveNumbers {
  readonly texts: Readonly<Record<string, string>>;
  readonly bars: Readonly<Record<string, readonly [x: number, width: number]>>;
  /** Changes whenever the page has to be read again. */
  readonly outline: string;
}

export function liveNumbers(
  today: readonly DeskEdition[],
  {
    now,
    timeZone,
    relays,
    workers,
  }: {
    readonly now: number;
    readonly timeZone: string;
    readonly relays: readonly DeskRelay[];
    readonly workers: HeartbeatSummary;
  },
): LiveNumbers {
  const texts: Record<string, string> = { when: momentOf(now, timeZone) };
  const bars: Record<string, readonly [number, number]> = {};
  const outline: string[] = [];
  for (const { id, state, shape } of relayRows(relays, { workers, timeZone })) {
    texts[id] = state;
    outline.push(`${id} ${shape}`);
  }
  for (const { publication, date, edition, accounting, progress, day } of today) {
    const { slug, timeZone: zone } = publication;
    const id = editionId(slug, date);
    outline.push(`${id} ${shownState(edition, day).word}`);
    if (progress !== undefined && edition?.state === 'sending')
      texts[`${id}-facts`] = paceOf(progress, { now, timeZone: zone, ...edition });
    if (accounting === undefined) continue;
    const { parts } = equationView(accounting, { id, recipients: '' });
    outline.push(parts.map(({ name, count }) => `${name}${count === '0' ? '' : '!'}`).join(' '));
    for (const part of parts) {
      texts[part.id] = part.count;
      bars[`${part.id}-bar`] = [part.x, part.width];
    }
  }
  return { texts, bars, outline: createHash('sha256').update(outline.join('\n')).digest('hex').slice(0, 12) };
}
