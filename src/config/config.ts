import { join, resolve } from 'node:path';

import type { DatabasePlace } from '../domain/database-place.ts';
import type { HookConfig } from '../domain/inbound/hook.ts';
import type { RelayConfig } from '../domain/sending/relay.ts';
import type { EventSecrets } from './event-secret-list.ts';
import type { Env } from './variables.ts';

/** All settings of a process: complete and frozen, with absolute paths. */
export interface Config {
  /** Folder of the database, the secret and the images of approved editions. */
  readonly home: string;
  readonly digests: string;
  readonly templates: string;
  /** From DAYBRIEF_SECRET, newest first; empty if it is not set, see `secret.ts`. */
  readonly secrets: readonly string[];
  /** Who acts, from DAYBRIEF_ACTOR; the system user unless set. */
  readonly actor?: string;
  /** For the API of another machine, see `remote-token.ts`. */
  readonly remote: { readonly token?: string; readonly tokenFile?: string };
  readonly database: DatabasePlace;
  /** URL of the shared queue; without it each process has a queue of its own. */
  readonly redisUrl?: string;
  /** At least one. */
  readonly relays: readonly RelayConfig[];
  /** Processes of `worker`; as the machine suggests unless set. */
  readonly workerProcesses?: number;
  readonly delivery: {
    /** Lease of a batch: after this time without renewal, another worker may claim it. */
    readonly leaseMs: number;
    /** Pause before the first retry of a deferred delivery. */
    readonly retryBaseMs: number;
    /** Whether mailbox providers are sent to more slowly: from the first message, after a reply asks for it, or never. */
    readonly providerPacing: 'start' | 'replies' | 'off';
  };
  readonly web: {
    /** Without trailing slash. */
    readonly baseUrl: string;
    readonly host: string;
    /** 0 means any free port. */
    readonly port: number;
    /** Where a worker without pages serves its health and metrics. */
    readonly metricsPort?: number;
    /** Without it the pages for ops answer 404. */
    readonly adminPassword?: string;
    /** IP addresses and networks whose X-Forwarded-For is trusted. */
    readonly trustedProxies: readonly string[];
  };
  /** Requests that one token of the API may send. */
  readonly apiRequests: Limit;
  readonly signup: {
    readonly perAddress: Limit;
    readonly perNetwork: Limit;
    readonly overall: Limit;
    /** Whether a worker looks up if the domain of a new address accepts mail. */
    readonly checkMx: boolean;
  };
  /** Names by which Daybrief greets relays, the preferred one first. */
  readonly ehloNames: readonly string[];
  /** `address:port` of name servers; empty for the machine's own. */
  readonly dnsServers: readonly string[];
  /** The webhook that gets alarms, besides the log. */
  readonly alarms: {
    /** An edition without an accepted message for this long is stalled. */
    readonly stalledMs: number;
    readonly webhookUrl?: string;
    /** Key of the webhook's HMAC signature. */
    readonly webhookSecret?: string;
  };
  readonly events: { readonly secrets: EventSecrets };
  /** Whether every account of the desk has to have a second factor. */
  readonly desk: { readonly requiresSecondFactor: boolean };
  /** Where reports of receivers come in. */
  readonly inbound: {
    readonly host: string;
    readonly smtpPort?: number;
    readonly lmtpPort?: number;
    /** PEM files; with them STARTTLS is offered on both ports. */
    readonly tls?: { readonly cert: string; readonly key: string };
    readonly maildir?: string;
    readonly imapUrl?: string;
    /** Providers whose webhooks are taken. */
    readonly hooks: readonly HookConfig[];
    /** Whether `List-Unsubscribe` names a mail address besides the page. */
    readonly unsubscribe: boolean;
  };
  /** Passwords of seed mailboxes, by the names of their variables. */
  readonly seedPasswords: Readonly<Record<string, string>>;
  readonly log: { readonly level: Env['LOG_LEVEL'] };
}

/** At most `points` in `seconds`. */
export interface Limit {
  readonly points: number;
  readonly seconds: number;
}

/** Builds the nested config from what `readEnv` read. Relative folders start at `cwd`. */
export function toConfig(
  env: Env,
  options: {
    readonly cwd: string;
    readonly defaultTemplates: string;
    readonly seedPasswords?: Config['seedPasswords'];
  },
): Config {
  const home = resolve(options.cwd, env.DAYBRIEF_HOME);
  return deepFreeze({
    home,
    digests: resolve(options.cwd, env.DAYBRIEF_DIGESTS),
    templates: resolve(options.cwd, env.DAYBRIEF_TEMPLATES ?? options.defaultTemplates),
    secrets: env.DAYBRIEF_SECRET,
    ...(env.DAYBRIEF_ACTOR === undefined ? {} : { actor: env.DAYBRIEF_ACTOR }),
    remote: toRemote(env, options.cwd),
    database:
      env.DATABASE_URL === undefined
        ? { kind: 'sqlite', path: join(home, 'daybrief.db') }
        : { kind: 'postgres', url: env.DATABASE_URL },
    ...(env.REDIS_URL === undefined ? {} : { redisUrl: env.REDIS_URL }),
    relays: env.SMTP_URL,
    ...(env.WORKER_PROCESSES === undefined ? {} : { workerProcesses: env.WORKER_PROCESSES }),
    delivery: {
      leaseMs: env.LEASE_SECONDS * 1000,
      retryBaseMs: env.RETRY_BASE_SECONDS * 1000,
      providerPacing: env.PROVIDER_PACING,
    },
    web: {
      baseUrl: env.BASE_URL,
      host: env.HOST,
      port: env.PORT,
      ...(env.METRICS_PORT === undefined ? {} : { metricsPort: env.METRICS_PORT }),
      ...(env.ADMIN_PASSWORD === undefined ? {} : { adminPassword: env.ADMIN_PASSWORD }),
      trustedProxies: env.TRUSTED_PROXIES,
    },
    apiRequests: env.API_REQUESTS,
    signup: {
      perAddress: env.SIGNUPS_PER_ADDRESS,
      perNetwork: env.SIGNUPS_PER_NETWORK,
      overall: env.SIGNUPS_OVERALL,
      checkMx: env.CHECK_MX,
    },
    ehloNames: [...(env.EHLO_NAME === undefined ? [] : [env.EHLO_NAME]), new URL(env.BASE_URL).hostname],
    dnsServers: env.DNS_SERVERS,
    alarms: {
      stalledMs: env.STALLED_MINUTES * 60_000,
      ...(env.ALARM_WEBHOOK_URL === undefined ? {} : { webhookUrl: env.ALARM_WEBHOOK_URL }),
      ...(env.ALARM_WEBHOOK_SECRET === undefined ? {} : { webhookSecret: env.ALARM_WEBHOOK_SECRET }),
    },
    events: { secrets: env.EVENTS_SECRET },
    desk: { requiresSecondFactor: env.DESK_SECOND_FACTOR === 'required' },
    inbound: toInbound(env, options.cwd),
    seedPasswords: options.seedPasswords ?? {},
    log: { level: env.LOG_LEVEL },
  });
}

function toRemote({ DAYBRIEF_TOKEN: token, DAYBRIEF_TOKEN_FILE: file }: Env, cwd: string): Config['remote'] {
  return {
    ...(token === undefined ? {} : { token }),
    ...(file === undefined ? {} : { tokenFile: resolve(cwd, file) }),
  };
}

/** Mail addresses to unsubscribe are only put into mail if something reads what comes to them. */
function toInbound(env: Env, cwd: string): Config['inbound'] {
  const sources = {
    ...(env.INBOUND_SMTP_PORT === undefined ? {} : { smtpPort: env.INBOUND_SMTP_PORT }),
    ...(env.INBOUND_LMTP_PORT === undefined ? {} : { lmtpPort: env.INBOUND_LMTP_PORT }),
    ...(env.INBOUND_MAILDIR === undefined ? {} : { maildir: resolve(cwd, env.INBOUND_MAILDIR) }),
    ...(env.INBOUND_IMAP_URL === undefined ? {} : { imapUrl: env.INBOUND_IMAP_URL }),
  };
  const hasSource = Object.keys(sources).length > 0;
  const { INBOUND_TLS_CERT: cert, INBOUND_TLS_KEY: key } = env;
  return {
    host: env.INBOUND_HOST,
    ...sources,
    ...(cert === undefined || key === undefined
      ? {}
      : { tls: { cert: resolve(cwd, cert), key: resolve(cwd, key) } }),
    hooks: env.INBOUND_HOOKS,
    unsubscribe: env.INBOUND_UNSUBSCRIBE ?? hasSource,
  };
}

function deepFreeze<T extends object>(value: T): T {
  for (const child of Object.values(value))
    if (typeof child === 'object' && child !== null) deepFreeze(child);
  return Object.freeze(value);
}
