import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { hostname, networkInterfaces } from 'node:os';
import { dirname, join } from 'node:path';

import type { DoctorPorts, DoctorSecrets, DoctorSettings } from '../app/doctor/doctor-ports.ts';
import { examineInstallation } from '../app/doctor/examine-installation.ts';
import type { ExamineOptions } from '../app/doctor/examine-installation.ts';
import type { ClockReading, PublishedKeyCheck } from '../app/ports/doctor.ts';
import type { Config } from '../config/config.ts';
import { listPublications } from '../content/publication/list-publications.ts';
import { createDmarcPolicies } from '../delivery/dns/dmarc.ts';
import { createDns } from '../delivery/dns/look-up.ts';
import { evaluateSpf } from '../delivery/dns/spf/evaluate-spf.ts';
import { surveySpf } from '../delivery/dns/spf/survey-spf.ts';
import { examineImap, examineMaildir } from '../delivery/inbound/open-mailbox.ts';
import { createAddressProbe } from '../delivery/inbound/probe-address.ts';
import { ehloName } from '../delivery/smtp/ehlo-name.ts';
import { createRelayProbe } from '../delivery/smtp/probe-relay.ts';
import type { DoctorReport } from '../domain/doctor/finding.ts';
import { isLoopback } from '../domain/sending/relay.ts';
import { createAskPage } from '../fetch/ask-page.ts';
import { isPublicAddress } from '../fetch/public-address.ts';
import { createSafeFetch } from '../fetch/safe-fetch.ts';
import { checkIntegrity, examineDatabase, readServerClock } from '../store/database/examine-database.ts';
import { readNewestBackup } from '../store/recovery/newest-backup.ts';
import type { WireBase } from './base.ts';
import { lazy } from './base.ts';
import { wireDkim } from './dkim.ts';
import type { CheckedKey } from './dkim.ts';
import { wireDoctorEditions } from './doctor-editions.ts';
import type { EditionWiring } from './doctor-editions.ts';
import { wireSeedMailboxes } from './sending/seeds.ts';

/** Longest wait for an answer of the DNS, over all tries. */
const dnsMs = 4_000;

export type Doctor = (options?: ExamineOptions) => Promise<DoctorReport>;

/** Builds `doctor`. Each run asks again; runs at the same moment about the same publications share one. */
export function wireDoctor(base: WireBase, editions: EditionWiring): Doctor {
  const running = new Map<string, Promise<DoctorReport>>();
  return async (options = {}) => {
    if (options.signal !== undefined) return examineInstallation(doctorPorts(base, editions), options);
    const key = options.slug ?? '';
    const known = running.get(key);
    if (known !== undefined) return known;
    const report = examineInstallation(doctorPorts(base, editions), options).finally(() =>
      running.delete(key),
    );
    running.set(key, report);
    return report;
  };
}

function doctorPorts(base: WireBase, editions: EditionWiring): DoctorPorts {
  const { config, clock, digestSource } = base;
  const dns = createDns({ servers: config.dnsServers, timeoutMs: dnsMs });
  const names = [...config.ehloNames, hostname()];
  const greeting = ehloName(names, { isLoopback: false });
  const redis = wireRedis(config);
  const fetchPublic = createSafeFetch({ timeoutMs: 6_000, maxBytes: 1024 * 1024 });
  return {
    settings: settingsOf(config),
    clock,
    dns,
    spf: {
      survey: (domain) => surveySpf(domain, dns),
      evaluate: (domain, ip) =>
        evaluateSpf(domain, { ip, sender: `postmaster@${domain}`, helo: greeting }, dns),
    },
    dmarc: createDmarcPolicies(dns),
    listPublications: () => listPublications(config.digests),
    loadPublication: (slug) => digestSource.loadPublication(slug),
    checkKeys: async (slug) => (await wireDkim(base).check(slug, { timeoutMs: dnsMs / 3 })).map(toKeyCheck),
    seedFolders: (mailbox, signal) => wireSeedMailboxes(base).folders(mailbox, signal),
    inboundMailboxes: inboundMailboxesOf(config),
    probeRelay: createRelayProbe((relay) => ({
      ehloName: ehloName(names, { isLoopback: isLoopback(relay.host) }),
    })),
    probeAddress: createAddressProbe({ name: greeting }),
    askPage: createAskPage(),
    askPublicPage: async (url, signal) => {
      const page = await fetchPublic(url, { signal }).catch(() => undefined);
      return page === undefined ? undefined : Buffer.from(page.bytes).toString('utf8');
    },
    secrets: lazy(() => openSecrets(base)),
    database: lazy(() => examineDatabase(config.database)),
    integrity: (signal) => checkIntegrity(config.database, signal),
    editions: () => wireDoctorEditions(base, editions),
    newestBackup: () => readNewestBackup(config.home),
    diskSpace: () => readDiskSpace(config.home),
    ...(redis === undefined ? {} : { redis: async () => redis() }),
    clockReadings: async () => [
      ...(await readServerClock(config.database).catch(() => [])),
      ...(await readRedisClock(redis)),
    ],
  };
}

/** The Maildir and the IMAP mailbox that reports are read from. */
export function inboundMailboxesOf({
  inbound: { maildir, imapUrl },
}: {
  readonly inbound: Pick<Config['inbound'], 'maildir' | 'imapUrl'>;
}): DoctorPorts['inboundMailboxes'] {
  return [
    ...(maildir === undefined
      ? []
      : [
          {
            place: `the Maildir ${maildir}`,
            fix: 'Correct INBOUND_MAILDIR, or give the folders `new` and `cur` to the user who runs Daybrief.',
            open: () => examineMaildir(maildir),
          },
        ]),
    ...(imapUrl === undefined
      ? []
      : [
          {
            place: `the IMAP mailbox at ${new URL(imapUrl).host}`,
            fix: 'Correct INBOUND_IMAP_URL: host, user, password and mailbox.',
            open: (signal: AbortSignal) => examineImap(imapUrl, signal),
          },
        ]),
  ];
}

function toKeyCheck({ recordName, record, ...key }: CheckedKey): PublishedKeyCheck {
  return { ...key, record: { name: recordName, type: 'TXT', value: record } };
}

function settingsOf({ home, digests, database, web, relays, inbound }: Config): DoctorSettings {
  const localIntakes = (['smtp', 'lmtp'] as const).flatMap((protocol) => {
    const port = inbound[`${protocol}Port`];
    return port === undefined || port === 0 ? [] : [{ protocol, host: reachable(inbound.host), port }];
  });
  const hasMailbox = inbound.maildir !== undefined || inbound.imapUrl !== undefined;
  return {
    home,
    digests,
    databaseKind: database.kind,
    baseUrl: web.baseUrl,
    relays,
    localIntakes,
    hooks: inbound.hooks.map(({ provider }) => provider),
    readsReports: hasMailbox || inbound.smtpPort !== undefined || inbound.lmtpPort !== undefined,
    smtpPort: 25,
    ownAddresses: Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .map(({ address }) => address)
      .filter(isPublicAddress),
  };
}

/** An intake that listens on every interface is reached at loopback. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}

/** Undefined if there is no secret yet: this command makes none. */
async function openSecrets({ config, secrets, clock }: WireBase): Promise<DoctorSecrets | undefined> {
  if (config.secrets.length === 0 && !existsSync(join(config.home, 'secret'))) return undefined;
  const { verp, links, identity } = await secrets();
  const challenge = randomBytes(24).toString('base64url');
  // Ids begin at 1, so these belong to no delivery and no subscriber.
  const noSubscriber = { publicationId: 0, subscriberId: 0 };
  return {
    returnAddress: (domain) =>
      verp.address({ editionId: 0, subscriberId: 0, domain, now: new Date(clock()) }),
    unsubscribeToken: links.issueLasting('unsubscribe', noSubscriber),
    challenge,
    isOurs: (answer) => identity.isOurs(challenge, answer),
  };
}

function wireRedis({ redisUrl }: Config) {
  if (redisUrl === undefined) return undefined;
  return lazy(async () => {
    const { examineRedis } = await import('../../queue/bullmq/examine-redis.ts');
    return examineRedis(redisUrl);
  });
}

async function readRedisClock(redis: ReturnType<typeof wireRedis>): Promise<readonly ClockReading[]> {
  const facts = await redis?.().catch(() => undefined);
  return facts?.clockAheadMs === undefined
    ? []
    : [{ source: 'the Redis server', aheadMs: facts.clockAheadMs }];
}

/** Of the folder, or of the nearest one above it that is there. */
async function readDiskSpace(folder: string) {
  const there = existsSync(folder) || dirname(folder) === folder;
  if (!there) return readDiskSpace(dirname(folder));
  const { bavail, blocks, bsize } = await statfs(folder);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}
