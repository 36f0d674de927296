import { applyChecks } from '../../domain/editions/apply-checks.ts';
import { digestTargets } from '../../domain/editions/digest-targets.ts';
import type { Digest } from '../../domain/editions/digest.ts';
import type { Edition } from '../../domain/editions/edition.ts';
import { isUnreachable } from '../../domain/editions/link-answer.ts';
import type { LinkAnswer } from '../../domain/editions/link-answer.ts';
import type { Problem } from '../../domain/editions/problem.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import { newAlarm } from '../../domain/schedule/alarm.ts';
import { AppError } from '../../errors/app-error.ts';
import type { Log } from '../../log/log.ts';
import { checkLinks, targetUrls } from '../editions/check-links.ts';
import type { Editions } from '../ports/editions.ts';
import type { AskLinks } from '../ports/link-answers.ts';
import type { RaiseAlarm, ScheduledSends } from '../ports/schedule.ts';
import type { Clock } from '../ports/time.ts';

export interface RecheckPorts {
  readonly editions: Pick<Editions, 'revision'>;
  readonly scheduledSends: Pick<ScheduledSends, 'due'>;
  readonly alarms: RaiseAlarm;
  readonly loadPublication: (slug: string) => Promise<Pick<Publication, 'checks'>>;
  readonly askLinks: AskLinks;
  /** Revisions whose links this process has requested. */
  readonly recheckedRevisions: Set<string>;
  readonly clock: Clock;
  readonly log: Log;
}

/** How long before the send time links are requested once more. */
const aheadMs = 10 * 60_000;

const faults: ReadonlySet<string> = new Set(['link-dead', 'link-certificate', 'link-failing']);

/**
 * Requests the links of editions that are sent within ten minutes, as they were approved, and raises one alarm for a
 * revision with a link that does not work. Sending never waits for it.
 */
export async function recheckLinks(ports: RecheckPorts, signal: AbortSignal): Promise<void> {
  const now = ports.clock();
  for (const { slug, edition } of await ports.scheduledSends.due(now + aheadMs)) {
    const key = `${edition.id}/${edition.revision}`;
    if ((edition.sendWindow?.sendAt ?? 0) <= now || ports.recheckedRevisions.has(key)) continue;
    ports.recheckedRevisions.add(key);
    await recheckEdition(slug, edition, ports, signal);
    if (signal.aborted) return;
  }
}

async function recheckEdition(
  slug: string,
  edition: Edition,
  ports: RecheckPorts,
  signal: AbortSignal,
): Promise<void> {
  const revision = await ports.editions.revision(edition.id, edition.revision);
  if (revision === undefined) return;
  const digest = JSON.parse(revision.digest) as Digest;
  const answers = await askTwice(targetUrls(digestTargets(digest)), ports.askLinks, signal);
  if (signal.aborted || answers.size === 0) return;
  if ([...answers.values()].every(isUnreachable)) {
    const fields = { publication: slug, date: edition.date, links: answers.size };
    ports.log.warn(fields, 'no link of the edition can be reached from this machine, so none was checked');
    return;
  }
  const problems = await checkLinks(digest, '', async () => answers);
  const { checks } = await settingsOf(slug, ports);
  const dead = applyChecks(problems, { digest, checks, file: '' }).filter(({ rule }) => faults.has(rule));
  if (dead.length === 0) return;
  const text = alarmText(`${slug}/${edition.date}`, digest, dead);
  const about = {
    publication: slug,
    date: edition.date,
    at: ports.clock(),
    text,
    occasion: edition.revision,
  };
  await ports.alarms.raise(newAlarm('dead-link', about));
}

/** A link that fails is requested a second time, because an alarm may wake someone. */
async function askTwice(
  urls: readonly string[],
  askLinks: AskLinks,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, LinkAnswer>> {
  const first = await askLinks(urls, { fresh: true, signal });
  const again = [...first].filter(([, answer]) => answer.kind !== 'status' || answer.status >= 400);
  const second = await askLinks(
    again.map(([url]) => url),
    { fresh: true, signal },
  );
  return new Map([...first, ...second]);
}

/** A publication whose file has mistakes by now keeps the levels that checks have by themselves. */
async function settingsOf(
  slug: string,
  { loadPublication }: RecheckPorts,
): Promise<Pick<Publication, 'checks'>> {
  try {
    return await loadPublication(slug);
  } catch (error) {
    if (error instanceof AppError) return { checks: {} };
    throw error;
  }
}

function alarmText(name: string, digest: Digest, problems: readonly Problem[]): string {
  const stories = new Map(digestTargets(digest).map(({ at, story }) => [`${at.line}:${at.column}`, story]));
  const lines = problems.slice(0, 5).map(({ message, line, column }) => {
    const story = stories.get(`${line}:${column}`);
    return `Line ${line}${story === undefined ? '' : `, "${story}"`}: ${message}`;
  });
  const more = problems.length > lines.length ? [`${problems.length - lines.length} more do not work.`] : [];
  const next = `To correct it before it is sent, change the digest and run \`daybrief approve ${name}\`.`;
  return [`A link of ${name} does not work.`, ...lines, ...more, next].join(' ');
}
