import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

import type { MetricsSnapshot, OpenWork } from '../domain/metrics-snapshot.ts';
import { createEventMetrics } from './event-metrics.ts';

export interface Metrics {
  /** One request that was answered. Of the address only its route counts. */
  observe(request: {
    readonly method: string;
    readonly route: string;
    readonly status: number;
    readonly seconds: number;
  }): void;
  /** A link with an unknown or truncated token was opened. */
  deadLink(route: string): void;
  /** A provider's request was answered. */
  hook(provider: string, result: string): void;
  /** Everything in Prometheus' text format. */
  text(): Promise<{ readonly type: string; readonly body: string }>;
}

export interface MetricsSource {
  metricsSnapshot(): Promise<MetricsSnapshot>;
  /** Number of signups refused by the overall limit since this process started. */
  overallLimitReached(): number;
}

/** What a monitor reads at `/metrics`. docs/operating.md says what each of them means. */
export function createMetrics(source: MetricsSource, { now }: { readonly now: () => number }): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: 'daybrief_http_request_duration_seconds',
    help: 'How long requests took, by route.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5],
    registers: [registry],
  });
  const deadLinks = new Counter({
    name: 'daybrief_dead_links_total',
    help: 'Requests with an unknown, truncated or expired token, by route.',
    labelNames: ['route'],
    registers: [registry],
  });
  const hooks = new Counter({
    name: 'daybrief_hook_requests_total',
    help: 'Requests of providers to /hooks, by what became of them.',
    labelNames: ['provider', 'result'],
    registers: [registry],
  });
  const stored = createStored(registry);
  return {
    observe: ({ seconds, method, route, status }) => durations.observe({ method, route, status }, seconds),
    deadLink: (route) => deadLinks.inc({ route }),
    hook: (provider, result) => hooks.inc({ provider, result }),
    async text() {
      stored.set(await source.metricsSnapshot(), now());
      stored.alarms.reset();
      stored.alarms.inc(source.overallLimitReached());
      return { type: registry.contentType, body: await registry.metrics() };
    },
  };
}

/** Metrics from the database, the same in every process. */
function createStored(registry: Registry) {
  const registers = [registry];
  const signups = new Counter({
    name: 'daybrief_signups_total',
    help: 'Attempts to sign up that ended, by outcome and reason.',
    labelNames: ['publication', 'outcome', 'reason'],
    registers,
  });
  const deliveries = new Gauge({
    name: 'daybrief_deliveries',
    help: 'Deliveries of the newest edition that ended, by outcome.',
    labelNames: ['publication', 'date', 'outcome'],
    registers,
  });
  const alarms = new Counter({
    name: 'daybrief_signup_limit_reached_total',
    help: 'Signups refused because all of them together were too many.',
    registers,
  });
  const raised = new Counter({
    name: 'daybrief_alarms_total',
    help: 'Alarms raised, by publication and kind.',
    labelNames: ['publication', 'kind'],
    registers,
  });
  const sending = createSendingGauges(registry);
  const inbound = createInboundMetrics(registry);
  const events = createEventMetrics(registry);
  const setOpen = createOpenGauges(registry);
  return {
    alarms,
    set(metricsSnapshot: MetricsSnapshot, now: number) {
      signups.reset();
      for (const { attempts, ...labels } of metricsSnapshot.signups) signups.inc(labels, attempts);
      deliveries.reset();
      for (const { count, ...labels } of metricsSnapshot.deliveries) deliveries.set(labels, count);
      raised.reset();
      for (const { alarms: count, ...labels } of metricsSnapshot.alarms) raised.inc(labels, count);
      sending.set(metricsSnapshot, now);
      inbound.set(metricsSnapshot);
      events.set(metricsSnapshot, now);
      setOpen('signups', metricsSnapshot.openSignups, now);
      setOpen('mails', metricsSnapshot.openMails, now);
    },
  };
}

/** Work that was accepted and has not ended; returns what sets it. */
function createOpenGauges(registry: Registry) {
  const registers = [registry];
  const open = new Gauge({
    name: 'daybrief_open',
    help: 'Signups and mails that were accepted and have not ended.',
    labelNames: ['kind'],
    registers,
  });
  const oldest = new Gauge({
    name: 'daybrief_open_oldest_age_seconds',
    help: 'Age of the oldest signup or mail that has not ended; 0 where there is none.',
    labelNames: ['kind'],
    registers,
  });
  return (kind: string, { count, oldestAt }: OpenWork, now: number) => {
    open.set({ kind }, count);
    oldest.set({ kind }, oldestAt === undefined ? 0 : Math.max(0, now - oldestAt) / 1000);
  };
}

/** What receivers reported, from the database too. */
function createInboundMetrics(registry: Registry) {
  const registers = [registry];
  const feedback = new Gauge({
    name: 'daybrief_feedback',
    help: 'Deliveries of the newest edition that bounced or were complained about after they were accepted.',
    labelNames: ['publication', 'date', 'kind'],
    registers,
  });
  const share = new Gauge({
    name: 'daybrief_complaint_share',
    help: 'Complaints about the last editions, as a share of accepted deliveries.',
    labelNames: ['publication'],
    registers,
  });
  const halted = new Gauge({
    name: 'daybrief_halted',
    help: '1 if complaints keep the next edition from being sent until it is released.',
    labelNames: ['publication'],
    registers,
  });
  const messages = new Counter({
    name: 'daybrief_inbound_messages_total',
    help: 'Messages that came in, by kind and, for bounces, class.',
    labelNames: ['kind', 'class'],
    registers,
  });
  const kept = new Gauge({
    name: 'daybrief_inbound_kept',
    help: 'Messages that a person has to look at.',
    registers,
  });
  const waiting = new Gauge({
    name: 'daybrief_hooks_waiting',
    help: 'Requests of providers that no worker has read yet.',
    registers,
  });
  return {
    set({ feedback: reported, complaints, inbound, keptMessages, waitingHooks }: MetricsSnapshot) {
      share.reset();
      halted.reset();
      for (const { publication, share: complained, isHalted } of complaints) {
        share.set({ publication }, complained);
        halted.set({ publication }, isHalted ? 1 : 0);
      }
      feedback.reset();
      for (const { publication, date, bounced, complained } of reported) {
        feedback.set({ publication, date, kind: 'bounced' }, bounced);
        feedback.set({ publication, date, kind: 'complained' }, complained);
      }
      messages.reset();
      for (const { count, ...labels } of inbound) messages.inc(labels, count);
      kept.set(keptMessages);
      waiting.set(waitingHooks);
    },
  };
}

/** Open editions, workers and relays, from the database too. */
function createSendingGauges(registry: Registry) {
  const registers = [registry];
  const recipients = new Gauge({
    name: 'daybrief_edition_recipients',
    help: 'Recipients of editions that are being sent or are paused: intended, pending (with deferred) and uncertain.',
    labelNames: ['publication', 'date', 'state'],
    registers,
  });
  const workers = new Gauge({
    name: 'daybrief_workers',
    help: 'Workers alive within the last minute.',
    registers,
  });
  const heartbeat = new Gauge({
    name: 'daybrief_worker_heartbeat_age_seconds',
    help: 'Age of the newest heartbeat of a worker; absent if every worker stopped as asked.',
    // With a label the gauge has no value until one is set.
    labelNames: ['of'],
    registers,
  });
  const relays = new Gauge({
    name: 'daybrief_relays',
    help: 'Configured relays, and those that every worker can use.',
    labelNames: ['state'],
    registers,
  });
  const slowed = new Gauge({
    name: 'daybrief_provider_slowed_until_seconds',
    help: 'Mailbox providers that asked to be sent to more slowly: when their pause ends, in Unix time; 0 without one.',
    labelNames: ['provider'],
    registers,
  });
  return {
    set({ openEditions, slowedProviders, workers: running }: MetricsSnapshot, now: number) {
      slowed.reset();
      for (const { provider, pausedUntil } of slowedProviders) slowed.set({ provider }, pausedUntil / 1000);
      recipients.reset();
      for (const { publication, date, ...counts } of openEditions) {
        for (const [state, count] of Object.entries(counts))
          recipients.set({ publication, date, state }, count);
      }
      const { lastAt, relays: configured, relaysUp } = running;
      workers.set(running.workers);
      heartbeat.reset();
      if (lastAt !== undefined) heartbeat.set({ of: 'newest' }, Math.max(0, now - lastAt) / 1000);
      relays.set({ state: 'configured' }, configured);
      relays.set({ state: 'up' }, relaysUp);
    },
  };
}
