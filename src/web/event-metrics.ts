import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

import type { MetricsSnapshot } from '../domain/metrics-snapshot.ts';

/** Events for receivers outside, from the database. */
export function createEventMetrics(registry: Registry) {
  const labelNames = ['publication', 'endpoint'];
  const registers = [registry];
  const waiting = new Gauge({
    name: 'daybrief_events_waiting',
    help: 'Events that an endpoint has not taken yet.',
    labelNames,
    registers,
  });
  const oldest = new Gauge({
    name: 'daybrief_events_oldest_seconds',
    help: 'Age of the oldest event that waits; 0 if none does.',
    labelNames,
    registers,
  });
  const stopped = new Gauge({
    name: 'daybrief_events_stopped',
    help: '1 if the endpoint answered 410 and gets no more events.',
    labelNames,
    registers,
  });
  const settled = new Counter({
    name: 'daybrief_events_total',
    help: 'Events that an endpoint took, and those that were given up.',
    labelNames: [...labelNames, 'result'],
    registers,
  });
  return {
    set({ events }: Pick<MetricsSnapshot, 'events'>, now: number) {
      for (const metric of [waiting, oldest, stopped, settled]) metric.reset();
      for (const { publication, endpoint, ...counts } of events) {
        const labels = { publication, endpoint };
        waiting.set(labels, counts.waiting);
        oldest.set(labels, counts.oldestAt === undefined ? 0 : Math.max(0, now - counts.oldestAt) / 1_000);
        stopped.set(labels, counts.stoppedAt === null ? 0 : 1);
        settled.inc({ ...labels, result: 'delivered' }, counts.delivered);
        settled.inc({ ...labels, result: 'failed' }, counts.failed);
      }
    },
  };
}
