import type { Edition, RevisionSettings } from '../../domain/editions/edition.ts';
import { judgeCanary } from '../../domain/sending/canary.ts';
import type { CanarySettings, CanaryVerdict } from '../../domain/sending/canary.ts';
import { judgeSeeds } from '../../domain/sending/seeds/seed.ts';
import type { Canaries, RunningCanary } from '../ports/canaries.ts';
import type { Editions } from '../ports/editions.ts';
import type { Clock } from '../ports/time.ts';

export interface CanaryPorts {
  readonly canaries: Canaries;
  readonly editions: Pick<Editions, 'get' | 'revisionHead' | 'stop'>;
  /** Whether the digest is no longer what was approved. */
  readonly hasChanged: (publication: string, edition: Edition) => Promise<boolean>;
  readonly clock: Clock;
}

const actor = 'canary';

/**
 * Looks at the seeds, then at the first recipients of each edition that has a canary: halts the edition if they get it badly or its digest
 * has changed, and lets all others have it when the time is over. May be called by any number of workers.
 */
export async function judgeCanaries(ports: CanaryPorts): Promise<void> {
  for (const running of await ports.canaries.running()) await judge(running, ports);
}

async function judge(running: RunningCanary, ports: CanaryPorts): Promise<void> {
  const { editionId } = running;
  if (running.awaitsSeeds) return judgeSeedsOf(running, ports);
  const verdict = await verdictOn(running, ports);
  if (verdict.kind === 'wait') return;
  const event = { at: ports.clock(), actor, detail: verdict.why };
  if (verdict.kind === 'halt') await ports.editions.stop(editionId, { ...event, event: 'halted' }, 'halted');
  else await ports.canaries.pass(editionId, { ...event, event: 'canary-passed' });
}

/** Before any recipient got it: halts the edition if it arrived badly at a seed, or its digest has changed. */
async function judgeSeedsOf({ editionId, publication }: RunningCanary, ports: CanaryPorts): Promise<void> {
  const edition = await ports.editions.get(editionId);
  const verdict = judgeSeeds(await ports.canaries.seeds(editionId));
  if (verdict === undefined) return;
  const event = { at: ports.clock(), actor, detail: verdict.why };
  const stop = (detail: string) =>
    ports.editions.stop(editionId, { ...event, event: 'halted', detail }, 'halted');
  if (verdict.kind === 'halt') return stop(verdict.why);
  if (await ports.hasChanged(publication, edition))
    return stop('its digest was changed while its seeds were checked');
  const minutes = (await canaryOf(edition, ports))?.minutes ?? 0;
  await ports.canaries.passSeeds(editionId, { ...event, event: 'seeds-passed' }, event.at + minutes * 60_000);
}

async function canaryOf(
  { id, revision }: Edition,
  { editions }: CanaryPorts,
): Promise<CanarySettings | undefined> {
  const head = await editions.revisionHead(id, revision);
  return (JSON.parse(head?.settings ?? '') as RevisionSettings).publication.canary;
}

async function verdictOn(running: RunningCanary, ports: CanaryPorts): Promise<CanaryVerdict> {
  const { editionId, publication, until } = running;
  const edition = await ports.editions.get(editionId);
  const canary = await canaryOf(edition, ports);
  // A later revision may have been approved without one.
  if (canary === undefined) return { kind: 'pass', why: 'the revision has no canary' };
  const counts = await ports.canaries.counts(editionId);
  const verdict = judgeCanary(counts, { limits: canary.limits, until, now: ports.clock() });
  if (verdict.kind !== 'pass' || !(await ports.hasChanged(publication, edition))) return verdict;
  return { kind: 'halt', why: 'its digest was changed after the first recipients had got it' };
}
