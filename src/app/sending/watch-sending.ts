import { formatCounted } from '../../domain/numbers.ts';
import { newAlarm } from '../../domain/schedule/alarm.ts';
import type { DueEdition, SendingWatch } from '../ports/ledger.ts';
import type { RaiseAlarm } from '../ports/schedule.ts';
import type { Clock } from '../ports/time.ts';

export interface WatchPorts {
  readonly sending: SendingWatch;
  readonly relays: () => readonly {
    readonly relay: string;
    readonly state: string;
    readonly trouble?: string;
  }[];
  /** When this worker's last message of the edition was accepted, in epoch milliseconds. */
  readonly lastAcceptedAt: (editionId: number) => number | undefined;
  readonly alarms: RaiseAlarm;
  readonly clock: Clock;
}

export interface WatchOptions {
  /** An edition is stalled after this long without an accepted message. */
  readonly stalledMs: number;
  /** Relays that come back within this time raise no alarm. */
  readonly relayDownMs?: number;
}

const relayDownDefaultMs = 20_000;

/**
 * Raises an alarm for an edition that is due and does not reach anyone: `relay-down` when no relay can be used,
 * `stalled` when no message has been accepted for some minutes. Each once for an edition, whichever worker sees it.
 *
 * @returns a function to call every few seconds.
 */
export function watchSending(ports: WatchPorts, options: WatchOptions): () => Promise<void> {
  const { stalledMs, relayDownMs = relayDownDefaultMs } = options;
  let downSince: number | undefined;
  return async () => {
    const now = ports.clock();
    const relays = ports.relays();
    const allDown = relays.length > 0 && relays.every(({ state }) => state === 'down');
    downSince = allDown ? (downSince ?? now) : undefined;
    for (const edition of await ports.sending.dueEditions(now)) {
      if (downSince !== undefined && now - downSince >= relayDownMs) {
        await ports.alarms.raise(relayDown(edition, relays, now));
      }
      if (await isStalled(edition, now)) await ports.alarms.raise(stalled(edition, stalledMs, now));
    }
  };

  async function isStalled({ editionId, dueSince }: DueEdition, now: number): Promise<boolean> {
    const since = now - stalledMs;
    if (dueSince > since || (ports.lastAcceptedAt(editionId) ?? 0) > since) return false;
    return !(await ports.sending.hasAcceptedSince(editionId, since));
  }
}

function relayDown(
  { publication, date }: DueEdition,
  relays: ReturnType<WatchPorts['relays']>,
  at: number,
): ReturnType<typeof newAlarm> {
  const troubles = relays.map(({ relay, trouble }) => trouble ?? `The relay ${relay} cannot be used.`);
  const text = `${publication}/${date} is being sent, but no relay can be used. ${troubles.join(' ')} Sending continues by itself when a relay is back; after a change of \`SMTP_URL\`, restart the worker. \`daybrief status ${publication}/${date}\` shows how far it is.`;
  return newAlarm('relay-down', { publication, date, at, text });
}

function stalled(
  { publication, date }: DueEdition,
  stalledMs: number,
  at: number,
): ReturnType<typeof newAlarm> {
  const minutes = formatCounted(Math.round(stalledMs / 60_000), 'minute');
  const text = `${publication}/${date} is being sent, but no message has been accepted for ${minutes}. Check the relay and the workers; \`daybrief status ${publication}/${date}\` shows what recipients wait for.`;
  return newAlarm('stalled', { publication, date, at, text });
}
