import { findingsOf } from '../../domain/doctor/finding.ts';
import type { Finding } from '../../domain/doctor/finding.ts';
import { formatCounted, formatSize } from '../../domain/numbers.ts';
import { AppError } from '../../errors/app-error.ts';
import type { ClockReading } from '../ports/doctor.ts';
import type { Check, DoctorPorts } from './doctor-ports.ts';

const hourMs = 3_600_000;

/** Backups are made every night; this leaves a late one some time. */
const backupMaxAgeMs = 26 * hourMs;
const oldBackupMs = 7 * 24 * hourMs;

/** An import or a backup of a million subscribers needs some hundred megabytes. */
const lowDiskBytes = 2 * 1024 ** 3;
const fullDiskBytes = 256 * 1024 ** 2;

/** The Date of mail is wrong by as much; receivers refuse what is hours off, and links of a few minutes expire early. */
const clockWarnMs = 30_000;
const clockErrorMs = 5 * 60_000;

/** What mail of every publication depends on. */
export function installationChecks(
  ports: DoctorPorts,
  readings: (signal: AbortSignal) => Promise<readonly ClockReading[]>,
): readonly Check[] {
  const { settings, redis } = ports;
  return [
    { id: 'secret', about: '', run: async () => checkSecret(ports) },
    { id: 'database', about: '', run: async () => checkDatabase(ports) },
    { id: 'database-integrity', about: '', run: (signal) => checkIntegrity(ports, signal) },
    { id: 'backup', about: '', run: async () => [await checkBackup(ports)] },
    { id: 'disk', about: settings.home, run: async () => [await checkDisk(ports)] },
    ...(redis === undefined
      ? []
      : [{ id: 'redis' as const, about: '', run: async () => [await checkRedis(redis)] }]),
    { id: 'clock', about: '', run: async (signal) => [clockFinding(await readings(signal))] },
  ];
}

/** An AppError becomes a finding with its hint. */
export function fromError(
  report: (text: string, more: { readonly fix?: string }) => Finding,
  error: unknown,
): Finding {
  if (!(error instanceof AppError)) throw error;
  const text = [error.message, ...error.details].join(' ');
  return report(text, error.hint === undefined ? {} : { fix: error.hint });
}

async function checkSecret({ secrets, settings, database }: DoctorPorts): Promise<readonly Finding[]> {
  const { ok, notChecked, error } = findingsOf('secret');
  try {
    if ((await secrets()) !== undefined) return [ok('The secret that signs links can be read.')];
  } catch (cause) {
    return [fromError(error, cause)];
  }
  const health = await database().catch(() => undefined);
  if (health?.exists !== true)
    return [
      notChecked(`There is no secret in ${settings.home} yet; the first command that needs one makes it.`),
    ];
  return [
    error(
      `There is a database and no secret in ${settings.home}, so links in mail that was sent stop working.`,
      {
        fix: 'Bring the file `secret` back from the backup, or set DAYBRIEF_SECRET, before any other command makes a new one.',
      },
    ),
  ];
}

async function checkDatabase({ database, settings }: DoctorPorts): Promise<readonly Finding[]> {
  const { ok, warning, error } = findingsOf('database');
  try {
    const { exists, place, version } = await database();
    if (exists) return [ok(`The database ${place} answers and has schema version ${version ?? 0}.`)];
    return [
      warning(`There is no database in ${settings.home} yet, so there are no subscribers.`, {
        fix: 'If there should be one, let DAYBRIEF_HOME name its folder; else `daybrief subscribers import` makes it.',
      }),
    ];
  } catch (cause) {
    return [fromError(error, cause)];
  }
}

async function checkIntegrity(
  { database, integrity }: DoctorPorts,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { ok, error, notChecked } = findingsOf('database-integrity');
  const health = await database().catch(() => undefined);
  if (health?.exists !== true) return [];
  const found = await integrity(signal);
  switch (found.kind) {
    case 'sound':
      return [ok('The database is sound.')];
    case 'unknown':
      return [notChecked(`The database was not read to its end: ${found.why}.`)];
    case 'damaged':
      return [
        error(`The database is damaged: ${found.why}.`, {
          fix: 'Stop every process and bring the newest backup back with `daybrief restore`.',
        }),
      ];
  }
}

async function checkBackup({ newestBackup, clock, settings, database }: DoctorPorts): Promise<Finding> {
  const { ok, warning, error, notChecked } = findingsOf('backup');
  const health = await database().catch(() => undefined);
  const newest = await newestBackup();
  const fix = 'Run `daybrief backup` every night, and keep the copy on another machine.';
  if (newest === undefined) {
    if (health?.exists === false) return notChecked('There is nothing to back up yet.');
    if (settings.databaseKind === 'postgres')
      return notChecked(
        '`daybrief backup` was never run here; whether the PostgreSQL server is backed up is not known.',
      );
    return warning('The database was never backed up with `daybrief backup`.', { fix });
  }
  const ageMs = clock() - newest.at;
  const age =
    ageMs < 48 * hourMs
      ? formatCounted(Math.floor(ageMs / hourMs), 'hour')
      : formatCounted(Math.floor(ageMs / 24 / hourMs), 'day');
  const text = `The newest backup is ${age} old: ${newest.path}, ${formatSize(newest.sizeBytes)}.`;
  if (ageMs <= backupMaxAgeMs) return ok(text);
  return ageMs <= oldBackupMs ? warning(text, { fix }) : error(text, { fix });
}

async function checkDisk({ diskSpace, settings }: DoctorPorts): Promise<Finding> {
  const { ok, warning, error } = findingsOf('disk', settings.home);
  const { freeBytes, totalBytes } = await diskSpace();
  const share = Math.round((100 * freeBytes) / totalBytes);
  const text = `${formatSize(freeBytes)} are free on the disk of ${settings.home} (${share} %).`;
  const fix = 'Make room; without it signups, replies and backups cannot be stored.';
  if (freeBytes < fullDiskBytes) return error(text, { fix });
  return freeBytes < lowDiskBytes ? warning(text, { fix }) : ok(text);
}

async function checkRedis(redis: NonNullable<DoctorPorts['redis']>): Promise<Finding> {
  const { ok, warning, error } = findingsOf('redis');
  try {
    const { text, trouble, fix } = await redis();
    return trouble === undefined ? ok(text) : warning(trouble, fix === undefined ? {} : { fix });
  } catch (cause) {
    return fromError(error, cause);
  }
}

function clockFinding(readings: readonly ClockReading[]): Finding {
  const { ok, warning, error, notChecked } = findingsOf('clock');
  // Clocks that agree with ours show that it is one of the others that is wrong.
  const [nearest] = readings.toSorted((a, b) => Math.abs(a.aheadMs) - Math.abs(b.aheadMs));
  if (nearest === undefined) return notChecked('No server on another machine told its time.');
  const seconds = Math.round(Math.abs(nearest.aheadMs) / 1000);
  const { source } = nearest;
  if (seconds * 1000 < clockWarnMs) return ok(`The clock agrees with ${source}.`);
  const text = `The clock is ${formatCounted(seconds, 'second')} ${nearest.aheadMs > 0 ? 'ahead of' : 'behind'} ${source}.`;
  const fix = 'Set it by NTP, with `timedatectl set-ntp true` or chrony.';
  return seconds * 1000 < clockErrorMs ? warning(text, { fix }) : error(text, { fix });
}
