import type { Kysely } from 'kysely';

import type { Heartbeats } from '../app/ports/heartbeats.ts';
import { summarizeRelays } from '../domain/metrics-snapshot.ts';
import type { RelayUse } from '../domain/metrics-snapshot.ts';
import type { Schema } from './database/schema.ts';

/** Workers that have been silent for longer are forgotten. */
const keptMs = 24 * 3_600_000;

/** Workers that have been silent for longer do not count as running. */
const aliveMs = 60_000;

export function createHeartbeats(db: Kysely<Schema>): Heartbeats {
  return {
    async beat({ worker, now, relays, relaysUp, relayStates }) {
      const values = { at: now, relays, relays_up: relaysUp, relay_states: JSON.stringify(relayStates) };
      await db
        .insertInto('worker_heartbeats')
        .values({ worker, ...values })
        .onConflict((conflict) => conflict.column('worker').doUpdateSet(values))
        .execute();
      await db
        .deleteFrom('worker_heartbeats')
        .where('at', '<', now - keptMs)
        .execute();
    },
    async end(worker) {
      await db.deleteFrom('worker_heartbeats').where('worker', '=', worker).execute();
    },
    async summary(now) {
      const rows = await db
        .selectFrom('worker_heartbeats')
        .select(['at', 'relays', 'relays_up', 'relay_states'])
        .execute();
      const alive = rows.filter(({ at }) => now - at <= aliveMs);
      return {
        workers: alive.length,
        lastAt: rows.length === 0 ? undefined : Math.max(...rows.map(({ at }) => at)),
        relays: alive.length === 0 ? 0 : Math.max(...alive.map(({ relays }) => relays)),
        relaysUp: alive.length === 0 ? 0 : Math.min(...alive.map((row) => row.relays_up)),
        relayStates: summarizeRelays(alive.flatMap((row) => readUses(row.relay_states))),
      };
    },
  };
}

/** Empty for a worker of a version that did not store them. */
function readUses(text: string): readonly RelayUse[] {
  return text === '' ? [] : (JSON.parse(text) as readonly RelayUse[]);
}
