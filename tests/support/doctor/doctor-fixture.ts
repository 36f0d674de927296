import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { LookupFunction } from 'node:net';
import { join } from 'node:path';

import type { DoctorPorts, EditionPorts } from '../../../src/app/doctor/doctor-ports.ts';
import { examineInstallation } from '../../../src/app/doctor/examine-installation.ts';
import { dkimRecord, readDkimKey } from '../../../src/delivery/dkim/dkim-key.ts';
import { findPublishedKey } from '../../../src/delivery/dkim/published-key.ts';
import { createDmarcPolicies } from '../../../src/delivery/dns/dmarc.ts';
import { createDns } from '../../../src/delivery/dns/look-up.ts';
import { evaluateSpf } from '../../../src/delivery/dns/spf/evaluate-spf.ts';
import { surveySpf } from '../../../src/delivery/dns/spf/survey-spf.ts';
import { createAddressProbe } from '../../../src/delivery/inbound/probe-address.ts';
import { SmtpIntake } from '../../../src/delivery/inbound/smtp-intake.ts';
import { createRelayProbe } from '../../../src/delivery/smtp/probe-relay.ts';
import type { Finding, FindingId } from '../../../src/domain/doctor/finding.ts';
import type { DkimSettings, Publication } from '../../../src/domain/editions/publication.ts';
import { createAskPage } from '../../../src/fetch/ask-page.ts';
import { createSecrets } from '../../../src/secrets/create-secrets.ts';
import { samplePublication } from '../content/sample-publication.ts';
import { letterTls, startPages } from '../servers/pages-behind-tls.ts';
import type { PageChanges } from '../servers/pages-behind-tls.ts';
import { reverseName, startZone } from '../servers/zone-server.ts';
import type { Zone } from '../servers/zone-server.ts';
import { remoteLooking } from '../smtp/smtp-client.ts';
import { SmtpSink } from '../smtp/smtp-sink.ts';
import type { SinkOptions } from '../smtp/smtp-sink.ts';
import { temporaryFolder } from '../temp-folder.ts';
import { healthyEditions, healthyPlaces } from './doctor-editions.ts';

const hourMs = 3_600_000;
const secret = 'a secret of the tests of doctor';
const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

/** What differs from a setup in which all is well. */
export interface Changes extends PageChanges {
  /** Adds to the zone, or replaces; undefined takes away. */
  readonly zone?: Record<string, Zone[string] | undefined>;
  readonly publication?: Partial<Publication>;
  readonly ports?: (ports: DoctorPorts) => Partial<DoctorPorts>;
  readonly editions?: Partial<EditionPorts>;
  readonly settings?: Partial<DoctorPorts['settings']>;
  readonly relay?: SinkOptions;
  readonly accepts?: (address: string) => boolean;
  readonly limitMs?: number;
}

export interface Diagnosis {
  readonly findings: readonly Finding[];
  readonly of: (id: FindingId) => readonly Finding[];
  /** As `spf error`. */
  readonly troubles: readonly string[];
  readonly tookMs: number;
}

/** Runs `doctor` over a real name server, relay, intake and pages, all of them on loopback. */
export async function diagnose(changes: Changes = {}): Promise<Diagnosis> {
  await using started = new AsyncDisposableStack();
  const folder = started.use(temporaryFolder()).path;
  const publication = letterPublication(changes.publication);
  const zone: Zone = { ...healthyZone(writeKey(folder, publication)) };
  for (const [key, value] of Object.entries(changes.zone ?? {}))
    if (value === undefined) delete zone[key];
    else zone[key] = value;
  const names = started.use(await startZone(zone));
  const relay = started.use(await startRelay(changes.relay));
  const secrets = createSecrets([secret]);
  const intake = started.use(
    startIntake(
      changes.accepts ?? ((address) => secrets.inboundAddresses.recognize(address, new Date()) !== undefined),
    ),
  );
  const smtpPort = Number((await intake.listen()).split(':').at(-1));
  const pages = started.use(await startPages({ pagesSecret: secret, ...changes }));
  const ports = healthyPorts({
    publication,
    folder,
    names: names.address,
    relayPort: relay.port,
    smtpPort,
    pagesPort: pages.port,
  });
  const changed = {
    ...ports,
    settings: { ...ports.settings, ...changes.settings },
    editions: async () => ({ ...healthyEditions(publication.slug), ...changes.editions }),
    ...changes.ports?.(ports),
  };
  const { findings, tookMs } = await examineInstallation(changed, { limitMs: changes.limitMs ?? 120_000 });
  return {
    findings,
    tookMs,
    of: (id) => findings.filter((finding) => finding.id === id),
    troubles: findings
      .filter(({ state }) => state === 'error' || state === 'warning')
      .map(({ id, state }) => `${id} ${state}`),
  };
}

function letterPublication(changes: Partial<Publication> = {}): Publication {
  return {
    ...samplePublication,
    slug: 'letter',
    from: { name: 'The Letter', address: 'letter@letter.test' },
    listId: 'letter.letter.test',
    bounceDomain: 'bounce.letter.test',
    dkim: [{ selector: 'a', domain: 'letter.test', key: 'a.pem' }],
    ...changes,
  };
}

/** Returns the record of a new key. */
function writeKey(folder: string, { dkim = [] }: Publication): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(join(folder, 'a.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const [settings] = dkim;
  return settings === undefined ? '' : dkimRecord(readDkimKey(settings, { folder }));
}

const relayAddress = '192.0.2.25';

function healthyZone(key: string): Zone {
  return {
    'letter.test MX': ['10 mx.letter.test'],
    'letter.test A': ['192.0.2.80'],
    'letter.test TXT': ['v=spf1 mx -all', 'a text of something else'],
    'mx.letter.test A': ['127.0.0.1'],
    'relay.letter.test A': [relayAddress],
    [`${reverseName(relayAddress)} PTR`]: ['relay.letter.test'],
    'bounce.letter.test MX': ['10 mx.letter.test'],
    'bounce.letter.test TXT': [`v=spf1 ip4:${relayAddress} include:_spf.letter.test ~all`],
    '_spf.letter.test TXT': ['v=spf1 ip4:192.0.2.0/28 ip6:2001:db8::/32 -all'],
    'a._domainkey.letter.test TXT': [key],
    '_dmarc.letter.test TXT': ['v=DMARC1; p=quarantine; rua=mailto:reports@letter.test'],
  };
}

function startRelay(changes: SinkOptions = {}): Promise<SmtpSink> {
  const { server, ...rest } = changes;
  return SmtpSink.start({
    credentials: { user: 'letter', pass: 'pass word' },
    ...rest,
    server: { disabledCommands: [], key: letterTls.key, cert: letterTls.cert, ...server },
  });
}

function startIntake(accepts: (address: string) => boolean): SmtpIntake {
  return new SmtpIntake({
    protocol: 'smtp',
    host: '127.0.0.1',
    port: 0,
    name: 'mx.letter.test',
    accepts,
    receive: async () => {
      throw new Error('doctor sends no message');
    },
    log: silent,
  });
}

/** Every host name of a test is this machine. */
const toLoopback: LookupFunction = (_host, { all }, callback) => {
  if (all === true) callback(null, [{ address: '127.0.0.1', family: 4 }]);
  else callback(null, '127.0.0.1', 4);
};

interface Places {
  readonly publication: Publication;
  readonly folder: string;
  readonly names: string;
  readonly relayPort: number;
  readonly smtpPort: number;
  readonly pagesPort: number;
}

function healthyPorts({ publication, folder, names, relayPort, smtpPort, pagesPort }: Places): DoctorPorts {
  const dns = createDns({ servers: [names], timeoutMs: 3_000 });
  const { verp, links, identity } = createSecrets([secret]);
  const probe = createRelayProbe(() => ({
    ehloName: 'news.letter.test',
    tls: { ca: letterTls.cert, servername: 'relay.letter.test' },
  }));
  const challenge = 'c'.repeat(32);
  const relay = {
    name: `relay.letter.test:${relayPort}`,
    host: 'relay.letter.test',
    port: relayPort,
    secure: false,
    auth: { user: 'letter', pass: 'pass word' },
    sessions: 5,
    messages: 100,
    weight: 1,
  };
  return {
    settings: {
      home: folder,
      digests: folder,
      databaseKind: 'sqlite',
      baseUrl: `https://news.letter.test:${pagesPort}`,
      relays: [relay],
      localIntakes: [{ protocol: 'smtp', host: '127.0.0.1', port: smtpPort }],
      readsReports: true,
      hooks: [],
      smtpPort,
      ownAddresses: [],
    },
    clock: Date.now,
    dns,
    spf: {
      survey: (domain) => surveySpf(domain, dns),
      evaluate: (domain, ip) =>
        evaluateSpf(domain, { ip, sender: `postmaster@${domain}`, helo: 'news.letter.test' }, dns),
    },
    dmarc: createDmarcPolicies(dns),
    listPublications: async () => [publication.slug],
    loadPublication: async () => publication,
    checkKeys: async () =>
      Promise.all((publication.dkim ?? []).map((settings) => checkKey(settings, { folder, names }))),
    // Linux takes this address for this machine, and Daybrief takes it for another one.
    probeRelay: (config, signal) => probe({ ...config, host: remoteLooking }, signal),
    probeAddress: createAddressProbe({ name: 'news.letter.test' }),
    askPage: createAskPage({ connection: { lookup: toLoopback, ca: letterTls.cert } }),
    askPublicPage: async () => undefined,
    secrets: async () => ({
      returnAddress: (domain) => verp.address({ editionId: 0, subscriberId: 0, domain, now: new Date() }),
      unsubscribeToken: links.issueLasting('unsubscribe', { publicationId: 0, subscriberId: 0 }),
      challenge,
      isOurs: (answer) => identity.isOurs(challenge, answer),
    }),
    database: async () => ({ exists: true, place: 'daybrief.db', version: 16 }),
    integrity: async () => ({ kind: 'sound' }),
    editions: async () => healthyEditions(publication.slug),
    newestBackup: async () => ({
      at: Date.now() - 3 * hourMs,
      path: '/backups/daybrief.db',
      sizeBytes: 1_000_000,
    }),
    ...healthyPlaces,
    clockReadings: async () => [{ source: 'the database server', aheadMs: 40 }],
  };
}

async function checkKey(settings: DkimSettings, { folder, names }: Pick<Places, 'folder' | 'names'>) {
  const key = readDkimKey(settings, { folder });
  const { selector, domain } = key;
  const record = { name: `${selector}._domainkey.${domain}`, type: 'TXT', value: dkimRecord(key) } as const;
  const published = await findPublishedKey(key, { servers: [names], timeoutMs: 1_000 });
  return { selector, domain, record, published };
}
