import { findingsOf, sortFindings } from '../../domain/doctor/finding.ts';
import type { DoctorReport, Finding } from '../../domain/doctor/finding.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import { AppError } from '../../errors/app-error.ts';
import type { ClockReading } from '../ports/doctor.ts';
import { adviceChecks } from './check-advice.ts';
import { dmarcChecks } from './check-dmarc.ts';
import { domainChecks, existsInDns, reservedFinding } from './check-domains.ts';
import { editionChecks, workerCheck } from './check-edition.ts';
import { eventChecks } from './check-events.ts';
import { fromError, installationChecks } from './check-installation.ts';
import { inboundMailboxChecks, seedChecks } from './check-mailboxes.ts';
import { pageChecks } from './check-pages.ts';
import { relayChecks } from './check-relays.ts';
import { bounceChecks, localIntakeChecks } from './check-reports.ts';
import { spfChecks } from './check-spf.ts';
import type { Check, DoctorPorts } from './doctor-ports.ts';
import { domainsOf } from './domains.ts';
import { timeLimit } from './time-limit.ts';

export interface ExamineOptions {
  /** Only this publication; else all. */
  readonly slug?: string | undefined;
  /** What has not ended by then is `not-checked`; 12 s unless set. */
  readonly limitMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Examines everything that could stop the next edition, all at the same time. Changes nothing.
 *
 * @throws AppError PUBLICATION_NOT_FOUND
 */
export async function examineInstallation(
  ports: DoctorPorts,
  options: ExamineOptions = {},
): Promise<DoctorReport> {
  const at = ports.clock();
  const began = performance.now();
  const { limitMs = 12_000 } = options;
  // Ends what is left when the report is made: sockets of silent servers, look-ups that no finding waits for.
  const over = new AbortController();
  const end = () => over.abort(options.signal?.reason);
  options.signal?.addEventListener('abort', end, { once: true });
  const signal = timeLimit(over.signal, limitMs);
  const loaded = await loadPublications(ports, options.slug);
  const checks = collectChecks(loaded, ports);
  const results = await Promise.all(checks.map((check) => runCheck(check, { signal, limitMs })));
  options.signal?.removeEventListener('abort', end);
  over.abort();
  options.signal?.throwIfAborted();
  return {
    at,
    tookMs: Math.round(performance.now() - began),
    publications: loaded.slugs,
    findings: sortFindings(withoutRepeats([...loaded.findings, ...results.flat()])),
  };
}

interface Loaded {
  readonly slugs: readonly string[];
  readonly publications: readonly Publication[];
  /** About publications that cannot be read, or that there is none. */
  readonly findings: readonly Finding[];
}

async function loadPublications(ports: DoctorPorts, slug: string | undefined): Promise<Loaded> {
  const slugs = slug === undefined ? await ports.listPublications() : [slug];
  const publications: Publication[] = [];
  const findings: Finding[] = [findingsOf('settings').ok('The settings are valid.')];
  for (const each of slugs) {
    try {
      publications.push(await ports.loadPublication(each));
    } catch (error) {
      if (error instanceof AppError && error.code === 'PUBLICATION_NOT_FOUND') throw error;
      findings.push(fromError(findingsOf('publication', each).error, error));
    }
  }
  if (slugs.length === 0) {
    findings.push(
      findingsOf('publication').warning(`There is no publication in ${ports.settings.digests}.`, {
        fix: 'Make one with `daybrief init`, or let DAYBRIEF_DIGESTS name the folder of yours.',
      }),
    );
  }
  return { slugs, publications, findings };
}

function collectChecks({ publications, slugs }: Loaded, ports: DoctorPorts): readonly Check[] {
  const { settings, clock } = ports;
  const readings: ClockReading[] = [];
  const editions = openEditions(ports);
  const editionPorts = { editions, clock };
  const pages = [
    ...new Set([settings.baseUrl, ...publications.map((each) => each.webBaseUrl ?? settings.baseUrl)]),
  ]
    .flatMap((baseUrl) => pageChecks(baseUrl, { ...ports, onReading: (reading) => readings.push(reading) }))
    .map(once);
  const readClocks = async (signal: AbortSignal) => {
    const asked = pages.map(({ run }) => run(signal).catch(() => []));
    const [others] = await Promise.all([ports.clockReadings(), ...asked]);
    return [...others, ...readings];
  };
  const real = publications.filter((publication) => reservedFinding(publication) === undefined);
  const readable = slugs.filter((slug) => publications.some((publication) => publication.slug === slug));
  const bounceDomains = [...new Set(real.map((publication) => domainsOf(publication).bounce))];
  return [
    ...installationChecks(ports, readClocks),
    workerCheck(readable, editionPorts),
    ...readable.flatMap((slug) => editionChecks(slug, editionPorts)),
    ...publications.flatMap((each) => eventChecks(each, editionPorts)),
    ...relayChecks({ ...ports, editions, slugs: readable }),
    ...publications.flatMap((publication) => mailChecks(publication, ports)),
    ...bounceDomains.flatMap((domain) => {
      const senders = real.filter((publication) => domainsOf(publication).bounce === domain);
      const exists = senders.map((publication) => existsInDns(domainsOf(publication).from, ports));
      const onlyIf = Promise.all(exists).then((all) => all.includes(true));
      return [...spfChecks(domain, ports), ...bounceChecks(domain, ports)].map((check) =>
        onlyIfTrue(check, onlyIf),
      );
    }),
    ...localIntakeChecks(bounceDomains[0] ?? 'localhost', ports),
    ...publications.flatMap((publication) => seedChecks(publication, ports)),
    ...inboundMailboxChecks(ports),
    ...pages,
  ];
}

function mailChecks(publication: Publication, ports: DoctorPorts): readonly Check[] {
  const reserved = reservedFinding(publication);
  if (reserved !== undefined)
    return [{ id: 'from-domain', about: reserved.about, run: async () => [reserved] }];
  const onlyIf = existsInDns(domainsOf(publication).from, ports);
  const { from, rest } = domainChecks(publication, ports);
  const others = [...rest, ...dmarcChecks(publication, ports), ...adviceChecks(publication, ports)];
  return [from, ...others.map((check) => onlyIfTrue(check, onlyIf))];
}

/** Undefined if the database cannot be used, or there is none yet. Opening it without a secret would make one. */
async function openEditions({ database, secrets, editions }: DoctorPorts) {
  try {
    const isUsable = (await database()).exists && (await secrets()) !== undefined;
    return isUsable ? await editions() : undefined;
  } catch {
    return undefined;
  }
}

function onlyIfTrue(check: Check, onlyIf: Promise<boolean>): Check {
  return { ...check, onlyIf };
}

/** The same run for all who ask meanwhile. */
function once(check: Check): Check {
  let running: ReturnType<Check['run']> | undefined;
  return { ...check, run: (signal) => (running ??= check.run(signal)) };
}

async function runCheck(
  { id, about, onlyIf, run }: Check,
  { signal, limitMs }: { readonly signal: AbortSignal; readonly limitMs: number },
): Promise<readonly Finding[]> {
  const { notChecked } = findingsOf(id, about);
  const late = Promise.withResolvers<readonly Finding[]>();
  const giveUp = () =>
    late.resolve([notChecked(`This took longer than ${Math.round(limitMs / 1000)} s and was given up.`)]);
  if (signal.aborted) giveUp();
  signal.addEventListener('abort', giveUp, { once: true });
  const work = Promise.resolve(onlyIf ?? true).then((isWanted) => (isWanted ? run(signal) : []));
  try {
    return await Promise.race([work, late.promise]);
  } catch (error) {
    const text =
      error instanceof AppError ? error.message : `This could not be examined: ${(error as Error).message}`;
    return [notChecked(/[.!?]$/u.test(text) ? text : `${text}.`)];
  } finally {
    signal.removeEventListener('abort', giveUp);
    work.catch(() => {});
  }
}

/** Publications often share domains. */
function withoutRepeats(findings: readonly Finding[]): readonly Finding[] {
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}
